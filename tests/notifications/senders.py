"""SMS providers with moods, named by the setting `SMS_SENDER`."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings

from notifications.channels import FileSmsSender
from notifications.failures import ChannelDown, Refused, SendFailed


class Obedient:
    """Takes everything and remembers it."""

    taken: ClassVar[list[tuple[str, str, str]]] = []

    def send(self, *, to: str, text: str, key: str) -> str:
        self.taken.append((to, text, key))
        return f"provider-{len(self.taken)}"


class Refusing:
    def send(self, *, to: str, text: str, key: str) -> str:
        raise Refused("number not in service")


class Busy:
    def send(self, *, to: str, text: str, key: str) -> str:
        raise SendFailed("quota reached")


class Unreachable:
    calls: ClassVar[list[str]] = []

    def send(self, *, to: str, text: str, key: str) -> str:
        self.calls.append(key)
        raise ChannelDown("no route")


class Faulty:
    """Has a bug, and quotes the recipient in its error."""

    def send(self, *, to: str, text: str, key: str) -> str:
        if key.startswith("poison"):
            raise KeyError(f"no gateway for {to}")
        return FileSmsSender().send(to=to, text=text, key=key)


class Ledger:
    """Writes one line per message sent, so that a second sending shows."""

    def send(self, *, to: str, text: str, key: str) -> str:
        with (settings.VAR_DIR / "ledger.txt").open("a") as ledger:
            ledger.write(f"{key}\n")
        return key
