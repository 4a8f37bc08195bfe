"""The channel by which systems are told: one signed POST per message.

    X-Event-Key: the same whenever the same event is sent again, so that a repeat is recognised
    X-Timestamp: seconds since 1970-01-01 UTC, of this sending
    X-Signature: sha256=<hexadecimal HMAC-SHA256 of timestamp, a dot and the body, under the secret of the web hook>

An answer of 2xx is a delivery, 410 stops the web hook, everything else is tried again. Redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPException
from threading import Timer
from typing import ClassVar, Final

from django.utils import timezone
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from notifications.failures import Refused, SendFailed, reason_of
from notifications.models import WebhookEndpoint
from notifications.sources import Source
from notifications.webhook_address import BadAddress, NotPublic, Target, resolved, target_of

log = logging.getLogger(__name__)

EVENT_JSON: Final = "webhook.json"
SECONDS: Final = 5.0
"""For connecting, and again for the whole of the answer's head; its body is not read."""
USER_AGENT: Final = "ambulance-registry-webhook/1"


class WebhookChannel:
    """Web hooks. The recipient of a message is the primary key of its WebhookEndpoint."""

    parts: ClassVar[Sequence[str]] = (EVENT_JSON,)

    def __init__(self) -> None:
        self.silent: set[int] = set()
        """Those that did not answer in this batch: the next message to them does not wait again."""

    def send(self, *, recipient: str, texts: Mapping[str, str], key: str, source: Source | None = None) -> str:
        """Send one event; the status that was answered. Raises Refused where nobody wants it any more, SendFailed."""
        endpoint = WebhookEndpoint.objects.filter(pk=int(recipient)).first()
        if endpoint is None or not endpoint.is_active:
            raise Refused("the web hook was removed or stopped")
        if endpoint.pk in self.silent:
            raise SendFailed("the web hook did not answer a moment ago")
        try:
            target = target_of(endpoint.url)
            status = post(target, resolved(target), self._request(endpoint, target, texts[EVENT_JSON], key))
        except BadAddress as error:
            _note(endpoint, "the address is not taken")
            raise Refused(reason_of(error)) from None
        except NotPublic as error:  # names are changed, and put right again
            _note(endpoint, "the address is not public")
            raise SendFailed(reason_of(error)) from None
        except (OSError, HTTPError, HTTPException) as error:
            self.silent.add(endpoint.pk)
            _note(endpoint, f"no answer: {reason_of(error)}")
            raise SendFailed(reason_of(error)) from None
        return self._outcome(endpoint, status)

    def close(self) -> None:
        """Nothing is held open."""

    def _request(self, endpoint: WebhookEndpoint, target: Target, body: str, key: str) -> tuple[bytes, dict[str, str]]:
        timestamp = str(int(timezone.now().timestamp()))
        sent = body.encode()
        return sent, {
            "Host": target.host_header,
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "Connection": "close",
            "X-Event-Key": key,
            "X-Timestamp": timestamp,
            "X-Signature": signature(endpoint.secret, timestamp, sent),
        }

    def _outcome(self, endpoint: WebhookEndpoint, status: int) -> str:
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            _note(endpoint, f"HTTP {status}", is_delivered=True)
            return f"HTTP {status}"
        if status == HTTPStatus.GONE:
            _note(endpoint, f"HTTP {status}", is_stopped=True)
            log.warning("web hook %d answered 410: stopped", endpoint.pk)
            raise Refused(f"HTTP {status}")
        _note(endpoint, f"HTTP {status}")
        raise SendFailed(f"HTTP {status}")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Signature."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def post(target: Target, address: str, request: tuple[bytes, dict[str, str]]) -> int:
    """POST to `address`, which was checked, as if to the target's name; the status of the answer.

    The certificate must be the name's. Raises OSError, urllib3's HTTPError, http.client's HTTPException.
    """
    body, headers = request
    connection = connection_to(target, address)
    try:
        connection.connect()
        with deadline(connection):
            connection.request("POST", target.path, body=body, headers=headers, preload_content=False)
            return connection.getresponse().status
    finally:
        connection.close()


def connection_to(target: Target, address: str) -> HTTPConnection:
    """A connection that is not open yet."""
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=SECONDS)
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return HTTPSConnection(address, target.port, timeout=SECONDS, server_hostname=target.host, ssl_context=context)


@contextmanager
def deadline(connection: HTTPConnection) -> Iterator[None]:
    """End the conversation after `SECONDS`, even if a byte comes now and then: a timeout counts each byte anew."""
    # Not the method of a TLS socket, which another thread may be reading: the connection below it is ended.
    timer = Timer(SECONDS, _end, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end(sock: socket.socket) -> None:
    with suppress(OSError):  # closed in the meantime
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _note(endpoint: WebhookEndpoint, outcome: str, *, is_delivered: bool = False, is_stopped: bool = False) -> None:
    """Keep what became of the last sending, for the institution's administrator."""
    now = timezone.now()
    endpoint.tried_at, endpoint.outcome = now, outcome[:200]
    changed = ["tried_at", "outcome"]
    if is_delivered:
        endpoint.delivered_at = now
        changed.append("delivered_at")
    if is_stopped:
        endpoint.is_active, endpoint.stopped_at = False, now
        changed += ["is_active", "stopped_at"]
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**{name: getattr(endpoint, name) for name in changed})
