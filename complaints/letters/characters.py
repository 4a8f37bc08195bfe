"""Text from outside made printable: nothing unseen stays, and what cannot be painted is marked, never blank. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Final

LINE_ENDS: Final = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
VARIATION_SELECTORS: Final = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))

UNSEEN: Final = frozenset({"Cc", "Cf"})
"""Control characters and formats: marks of direction, joiners, soft hyphens. They go without a trace."""

STACKED: Final = frozenset({"Mn", "Me"})
"""Marks that are painted over their neighbour. What composition leaves of them is marked like a missing character."""

MARK: Final = "〓"
"""What printers set for a type they do not have."""

PLAIN_MARK: Final = "?"


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each on one line, without empty ones."""
    lines = (re.sub(r"\s+", " ", line).strip() for line in LINE_ENDS.split(text))
    return [line for line in lines if line]


def is_blank(text: str) -> bool:
    """Whether nothing of a text would be seen."""
    return all(character.isspace() or is_unseen(character) for character in text)


def is_unseen(character: str) -> bool:
    """Whether a character paints nothing by itself and may go."""
    return unicodedata.category(character) in UNSEEN or ord(character) in VARIATION_SELECTORS


def seen(text: str) -> str:
    """`text` without what paints nothing: one paragraph a line."""
    return "\n".join("".join(c for c in line if not is_unseen(c)) for line in paragraphs(text))


def printable(text: str, drawable: Container[int]) -> str:
    """`text` with only characters of `drawable`, which a font can draw; any other as a mark with its code point.

    Every kind of space becomes a plain one. Composed characters are preferred (NFC).
    """
    return "".join(shown(character, drawable) for character in unicodedata.normalize("NFC", text))


def shown(character: str, drawable: Container[int]) -> str:
    """One character as it is printed."""
    if character.isspace():
        return " "
    if is_unseen(character):
        return ""
    if ord(character) in drawable and unicodedata.category(character) not in STACKED:
        return character
    mark = MARK if ord(MARK) in drawable else PLAIN_MARK
    return f"{mark}(U+{ord(character):04X})"
