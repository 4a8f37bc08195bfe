"""Breaking text into lines, Chinese and English mixed: no closing mark begins a line, no opening one ends it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

NEVER_FIRST: Final = frozenset("，。、；：？！）》〉」』】〕｝”’％‰…—·,.;:?!)]}%")
NEVER_LAST: Final = frozenset("（《〈「『【〔｛“‘([{￥¥№")

PLATE: Final = r"[\u4E00-\u9FFF][A-Z]·?[A-HJ-NP-Z0-9]{5,6}"
WIDE: Final = r"\u2E80-\u9FFF\uF900-\uFAFF\uFE30-\uFFEF\U00020000-\U0003FFFF"

PIECE: Final = re.compile(rf" |{PLATE}|[{WIDE}]|[^ {WIDE}]+")
"""A space, a plate, one character of Chinese, or a run of anything else: a word, a number, an address."""

Measure = Callable[[str], float]


def unbreakable(text: str) -> Iterator[str]:
    """`text` in pieces that stay whole: words, characters with the marks that cling to them, and spaces."""
    held = ""
    for piece in PIECE.findall(text):
        if piece == " " or (held and piece[0] not in NEVER_FIRST and held[-1] not in NEVER_LAST):
            if held:
                yield held
            held = ""
        if piece == " ":
            yield piece
        else:
            held += piece
    if held:
        yield held


def broken(text: str, measure: Measure, width: float, first_width: float | None = None) -> list[str]:
    """`text` in lines no wider than `width`, the first no wider than `first_width`. Nothing but spaces is lost.

    A piece wider than a line by itself, such as an endless word, is cut between characters.
    """
    lines: list[str] = []
    line, room = "", width if first_width is None else first_width
    for piece in unbreakable(text):
        size = measure(piece)
        if size > room and line.strip():
            lines.append(line.rstrip())
            line, room = "", width
        if piece == " " and not line:
            continue
        *full, rest = [piece] if size <= room else cut(piece, measure, room, width)
        lines += full
        line, room = line + rest, (width if full else room) - measure(rest)
    return [*lines, line.rstrip()] if line.strip() else lines


def cut(piece: str, measure: Measure, room: float, width: float) -> list[str]:
    """A piece wider than the room in parts: the first fits `room`, the others `width`; none is empty."""
    parts: list[str] = []
    part, used = "", 0.0
    for character in piece:
        size = measure(character)
        if part and used + size > (width if parts else room):
            parts.append(part)
            part, used = "", 0.0
        part, used = part + character, used + size
    return [*parts, part]
