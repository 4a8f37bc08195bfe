"""The QR symbol of an address: its modules, and the outline of its dark areas for cutting and painting."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import segno
from segno.consts import ALPHANUMERIC_CHARS

QUIET_ZONE: Final = 4
"""Modules of empty space on every side (ISO/IEC 18004)."""

ERROR_CORRECTION: Final = "H"
"""30 % of the codewords may be lost. Chosen by measurement: docs/decisions/0003-qr-code.md."""

Modules = tuple[tuple[bool, ...], ...]
"""Rows of modules, True is dark, without the quiet zone."""

Corner = tuple[int, int]
"""Column and row of a corner between modules, from the top left."""


def modules(address: str, *, error: str = ERROR_CORRECTION) -> Modules:
    """The symbol of `address` at exactly the asked error correction, in the smallest version that holds it.

    Mode and encoding are said, never guessed: alphanumeric if the address allows it, else bytes of ASCII.
    Raises ValueError if `address` is not ASCII or too long for any symbol.
    """
    if not address.isascii():
        raise ValueError(f"only plain ASCII goes into a code, unlike {address!r}")
    is_alphanumeric = set(address.encode()) <= set(ALPHANUMERIC_CHARS)
    symbol = segno.make_qr(
        address,
        error=error,
        mode="alphanumeric" if is_alphanumeric else "byte",
        encoding=None if is_alphanumeric else "iso-8859-1",  # the standard's default: no ECI header needed
        boost_error=False,
    )
    return tuple(tuple(bool(module) for module in row) for row in symbol.matrix)


def outline(rows: Modules) -> list[list[Corner]]:
    """Closed loops round the dark areas: outer edges clockwise on the page, holes the other way.

    A cutter follows them without crossing a painted area, and no seam shows between neighbouring modules.
    Areas that touch only at a corner stay apart.
    """
    leaving = edges(rows)
    loops = []
    while leaving:
        # The topmost corner of what is left has one way out, so there is always such a start.
        start = next(corner for corner, ways in leaving.items() if len(ways) == 1)
        loops.append(corners_only(walk(leaving, start)))
    return loops


def edges(rows: Modules) -> dict[Corner, list[Corner]]:
    """Every border between dark and light, by the corner it leaves from, the dark module on its right hand."""
    leaving: dict[Corner, list[Corner]] = defaultdict(list)
    dark = {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}
    for x, y in sorted(dark, key=lambda place: (place[1], place[0])):
        if (x, y - 1) not in dark:
            leaving[x, y].append((x + 1, y))
        if (x + 1, y) not in dark:
            leaving[x + 1, y].append((x + 1, y + 1))
        if (x, y + 1) not in dark:
            leaving[x + 1, y + 1].append((x, y + 1))
        if (x - 1, y) not in dark:
            leaving[x, y + 1].append((x, y))
    return leaving


def walk(leaving: dict[Corner, list[Corner]], start: Corner) -> list[Corner]:
    """Take one closed loop out of `leaving`, keeping to the right where two ways part."""
    loop: list[Corner] = []
    here, to, heading = start, None, (0, 0)
    while to != start:
        loop.append(here)
        ways = leaving[here]
        right = (here[0] - heading[1], here[1] + heading[0])
        to = right if right in ways else ways[0]
        ways.remove(to)
        if not ways:
            del leaving[here]
        heading = (to[0] - here[0], to[1] - here[1])
        here = to
    return loop


def corners_only(loop: list[Corner]) -> list[Corner]:
    """The loop without the points that lie on a straight line."""
    kept = []
    for index, here in enumerate(loop):
        before, after = loop[index - 1], loop[(index + 1) % len(loop)]
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1]):
            kept.append(here)
    return kept
