"""Where a web hook may lead: public addresses by https, and nothing of our own network.

Whoever enters an address makes our server call it (SSRF). So the address is read strictly, and its name is resolved
anew before every call: each resolved address must be public, and the call goes to the one that was checked, never to
what a second look-up would say.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_URL: Final = 300
EMBEDDING: Final = (
    IPv6Network("64:ff9b::/96"),  # NAT64
    IPv6Network("64:ff9b:1::/48"),  # NAT64, local use
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("2001::/32"),  # Teredo
    IPv6Network("::/96"),  # IPv4-compatible, long obsolete
)
"""IPv6 addresses that lead on to an IPv4 address, which may be anybody's inside."""


class BadAddress(ValueError):
    """An address that no web hook may have: a stable `code`, and words that say what to do."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class NotPublic(Exception):
    """The name leads into a network that is not public."""


@dataclass(frozen=True)
class Target:
    """A web hook's address taken apart."""

    scheme: Literal["https", "http"]
    host: str
    """As it is resolved and verified: ASCII, lower case, an IPv6 address without brackets."""
    port: int
    path: str
    """With the query; at least `/`."""

    @property
    def host_header(self) -> str:
        """What the request says it calls."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"


def is_loopback_allowed() -> bool:
    """Whether this machine itself may be called, even without TLS: while developing only."""
    return not settings.PRODUCTION


def target_of(url: str) -> Target:
    """The address taken apart. Raises BadAddress. Looks nothing up."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        raise BadAddress("url", _("Write the address in ASCII without spaces, at most 300 characters long."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadAddress("url", _("This is no address. Write it like https://his.example.org/hooks.")) from error
    host = (parts.hostname or "").rstrip(".")
    if not host or parts.username is not None or parts.password is not None or parts.fragment or port == 0:
        raise BadAddress("url", _("Write scheme, host and path only, such as https://his.example.org/hooks."))
    if parts.scheme == "http" and not (is_loopback_allowed() and is_loopback_name(host)):
        raise BadAddress("https", _("Only https is called: what is told must stay between the two systems."))
    if parts.scheme not in {"https", "http"}:
        raise BadAddress("https", _("The address must begin with https://."))
    known = literal(host)
    if known is not None and not is_allowed(known):
        raise BadAddress("not-public", _("This address lies in a private network. Enter one that can be reached."))
    scheme: Literal["https", "http"] = "https" if parts.scheme == "https" else "http"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme, host, port or (443 if scheme == "https" else 80), path)


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that `host` is; None for a name. Spellings such as `127.1` count as names, and are resolved."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_loopback_name(host: str) -> bool:
    """Whether `host` names this machine itself."""
    address = literal(host)
    return host == "localhost" if address is None else address.is_loopback


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anybody in the Internet could be meant: nothing private, local, shared, reserved or multicast."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.scope_id is not None or any(address in network for network in EMBEDDING):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Whether it may be called: public ones, and this machine while developing."""
    return is_public(address) or (is_loopback_allowed() and address.is_loopback)


def resolved(target: Target) -> str:
    """The address to call, found now and checked. Raises NotPublic, and OSError where the name is not known.

    One address that is not public spoils the whole name. The time this may take is the resolver's own.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_allowed(ip_address(address)) for address in addresses):
        raise NotPublic
    return addresses[0]
