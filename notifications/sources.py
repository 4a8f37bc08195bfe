"""Where the text of a message comes from, for a provider that renders it itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Source:
    """The template of a message, its language and its values, as they were queued."""

    template: str
    language: str
    context: Mapping[str, Any]
