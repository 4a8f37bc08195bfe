"""A hospital's system for tests: takes POSTs on this machine, remembers them, answers as it is told."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass(frozen=True)
class Taken:
    """One POST."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HookServer:
    """Answers every POST with `status`; `drip` sends the head of the answer byte by byte, without end."""

    status: int = 200
    location: str = ""
    drip: bool = False
    taken: list[Taken] = field(default_factory=list)

    def __enter__(self) -> HookServer:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                outer.taken.append(Taken(self.path, dict(self.headers), self.rfile.read(length)))
                if outer.drip:
                    self.drip_on()
                    return
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.end_headers()

            def drip_on(self) -> None:
                try:
                    while True:
                        self.wfile.write(b"H")
                        self.wfile.flush()
                        time.sleep(0.02)
                except OSError:
                    return

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?who=his"
