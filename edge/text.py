"""Text from outside, made harmless without changing what it says. Pure."""

from __future__ import annotations

import unicodedata

BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Marks that can make a text look different from what it is."""


def cleaned(text: str, *, many_lines: bool = False) -> str:
    """`text` without control characters and direction marks, in composed form, trimmed.

    Line breaks become one kind and stay when `many_lines`, else a space; tabs become spaces.
    """
    unified = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if not many_lines:
        unified = unified.replace("\n", " ")
    return "".join(character for character in unified if _is_harmless(character)).strip()


def _is_harmless(character: str) -> bool:
    if character == "\n":
        return True
    return unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"} and character not in BIDI
