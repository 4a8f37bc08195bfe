"""A mail server for tests: takes mail on a socket, and can be told to refuse, to be busy or to stall."""

from __future__ import annotations

import email
import re
import socketserver
import threading
from email.message import Message as Mail
from email.policy import default
from typing import Any, Self


class SmtpSink:
    """`with SmtpSink() as sink: …`; what it accepted is in `mails`."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.connections = 0
        self.replies: dict[str, str] = {}
        """Command → another reply than OK, for example {"RCPT": "550 no such user"}; "DATA-END" for the content."""
        self.refused: dict[str, str] = {}
        """Recipient → reply to it alone."""
        self.stall: str | None = None
        """Command at which the server falls silent until `go_on` is set. A mail is kept before "DATA-END"."""
        self.stalled = threading.Event()
        self.go_on = threading.Event()
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink.talk(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that was killed leaves a broken pipe: that is what some tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, port = self.server.server_address[:2]
        return str(host), int(port)

    @property
    def message_ids(self) -> list[str]:
        """Message-IDs of everything accepted, repeats included."""
        return [mail["Message-ID"] for mail in self.mails]

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()

    def wait_if_told(self, command: str) -> None:
        if self.stall == command:
            self.stalled.set()
            self.go_on.wait(30)

    def talk(self, handler: socketserver.StreamRequestHandler) -> None:
        """One conversation."""
        self.connections += 1

        def say(line: str) -> None:
            handler.wfile.write(f"{line}\r\n".encode())

        say(self.replies.get("CONNECT", "220 sink"))
        while line := handler.rfile.readline().decode(errors="replace").strip():
            command = line.split(maxsplit=1)[0].upper()
            self.wait_if_told(command)
            if command == "QUIT":
                say("221 bye")
                return
            if command == "RCPT":
                found = re.search(r"<(.+?)>", line)
                assert found
                say(self.refused.get(found[1]) or self.replies.get(command) or "250 OK")
            elif command == "DATA" and command not in self.replies:
                say("354 go on")
                self.take(b"".join(iter(handler.rfile.readline, b".\r\n")))
                self.wait_if_told("DATA-END")
                say(self.replies.get("DATA-END", "250 taken"))
            else:
                say(self.replies.get(command, "250 OK"))

    def take(self, content: bytes) -> None:
        """Keep one mail, unless its content is about to be refused."""
        if "DATA-END" not in self.replies:
            self.mails.append(email.message_from_bytes(content, policy=default))
