"""What a write about people is refused for, with words for whoever asked."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise


class Refused(Exception):
    """Not done. `message` says why and what to do; `code` tells refusals apart."""

    def __init__(self, code: str, message: str | Promise, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self._message = message
        self._values = values

    @property
    def message(self) -> str:
        """The words, in the language of the moment."""
        return str(self._message) % self._values if self._values else str(self._message)


class NotAllowed(Refused):
    """The person who asks may not do this at all; everything else that is refused could be put right."""
