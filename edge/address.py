"""From which address a request comes, as far as that can be believed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Protocol

from django.conf import settings

UNKNOWN = "unknown"
"""Stands for the address of a peer that has none (a socket file) or an unreadable one; all such share it."""

Address = IPv4Address | IPv6Address


class HasMeta(Protocol):
    """A request of Django or of the REST framework."""

    @property
    def META(self) -> Mapping[str, Any]:  # noqa: N802  # Django's name
        """The CGI variables."""


def client_address(request: HasMeta) -> str:
    """The address of whoever asks, normalised; `unknown` if the server gave none.

    X-Forwarded-For is read from the right, hop by hop, and only as long as the hop that wrote an entry is one of
    `TRUSTED_PROXIES`. Entries a client wrote itself stand to the left of the first untrusted hop: never reached.
    """
    peer = parsed(request.META.get("REMOTE_ADDR", ""))
    if peer is None:
        return UNKNOWN
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = tuple(settings.ENV.TRUSTED_PROXIES)
    while hops and is_trusted(peer, trusted):
        written = parsed(hops.pop())
        if written is None:
            break  # our own proxy knew no better: the proxy itself is the nearest thing to a client
        peer = written
    return str(peer)


def parsed(text: str) -> Address | None:
    """An address with or without port, brackets or zone; IPv4 inside IPv6 is IPv4. None for anything else."""
    text = text.strip()
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::\d{1,5})?", text)
    with_port = re.fullmatch(r"([\d.]+):\d{1,5}", text)
    if found := bracketed or with_port:
        text = found[1]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(maxsize=8)
def networks(texts: Sequence[str]) -> tuple[Any, ...]:
    """The trusted networks, read once. Raises ValueError for what is none."""
    return tuple(ip_network(text) for text in texts)


def is_trusted(address: Address, trusted: tuple[str, ...]) -> bool:
    """Whether an address belongs to one of our own proxies."""
    return any(address in network for network in networks(trusted))


def limit_key(address: str) -> str:
    """What limits count by: an IPv4 address, or the /64 that one household or one phone has in IPv6."""
    known = parsed(address)
    if known is None:
        return UNKNOWN
    if isinstance(known, IPv6Address):
        return str(IPv6Network((known, 64), strict=False))
    return str(known)
