"""Aliyun's text message service for tests: takes requests on this machine and checks their signature by itself."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

KEY_ID, SECRET = "LTAI-trial-key", "trial-secret-of-aliyun"
ALGORITHM = "ACS3-HMAC-SHA256"


@dataclass
class AliyunServer:
    """Answers a rightly signed SendSms with `answer` and `status`; a wrongly signed one as Aliyun does."""

    answer: dict[str, Any] | bytes = field(default_factory=lambda: {"Code": "OK", "Message": "OK", "BizId": "900619^0"})
    status: int = 200
    wait: float = 0
    taken: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> AliyunServer:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                query = urlsplit(self.path).query
                head = {name.lower(): value for name, value in self.headers.items()}
                outer.headers.append(head)
                if signature_of(self.command, query, head, body) != head["authorization"]:
                    self.reply(400, {"Code": "SignatureDoesNotMatch", "Message": "wrong", "RequestId": "1"})
                    return
                outer.taken.append(dict(parse_qsl(query)) | dict(parse_qsl(body.decode())))
                time.sleep(outer.wait)
                self.reply(outer.status, outer.answer)

            def reply(self, status: int, answer: dict[str, Any] | bytes) -> None:
                raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json;charset=utf-8")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

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
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


def signature_of(method: str, query: str, head: dict[str, str], body: bytes) -> str:
    """The Authorization header that Aliyun's description of ACS3-HMAC-SHA256 asks for, from the request as it came."""
    payload = hashlib.sha256(body).hexdigest()
    if head.get("x-acs-content-sha256") != payload:
        return "the hash of the body is wrong"
    names = sorted(name for name in head if name.startswith("x-acs-") or name in {"host", "content-type"})
    signed = [part for part in head["authorization"].partition(" ")[2].split(",") if part.startswith("SignedHeaders=")]
    told = signed[0].removeprefix("SignedHeaders=").split(";")
    if not set(names) <= set(told):
        return f"not signed: {set(names) - set(told)}"
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    canonical_query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    canonical_head = "".join(f"{name}:{head[name].strip()}\n" for name in told)
    request = "\n".join([method, "/", canonical_query, canonical_head, ";".join(told), payload])
    text = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    digest = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={KEY_ID},SignedHeaders={';'.join(told)},Signature={digest}"
