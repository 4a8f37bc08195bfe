"""The difference hash of a picture: the same photo saved again, smaller or lighter, has the same or a near one. Pure.

The picture is shrunk to 9 × 8 grey cells; each bit says whether a cell is lighter than its right neighbour
(N. Krawetz, Kind of Like That, 2013).
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

COLUMNS, ROWS = 8, 8
BITS = COLUMNS * ROWS
HEX_DIGITS = BITS // 4
NEAR = 5
"""Differing bits up to which two pictures are told to be the same."""
FEWEST_MARKS = 8
"""A picture with fewer ones or zeros in its hash is a plain surface or a smooth shade: it resembles all such."""

BANDS = ((0, 3), (3, 6), (6, 9), (9, 12), (12, 14), (14, 16))
"""Slices of the 16 hexadecimal digits. Two hashes at most `NEAR` = 5 bits apart agree in at least one of the six."""


def difference_hash(picture: Path) -> str:
    """64 bits as 16 hexadecimal digits. Raises what Pillow raises for a file that is no picture."""
    with Image.open(picture) as opened:
        grey = opened.convert("L").resize((COLUMNS + 1, ROWS), Image.Resampling.BILINEAR)
    cells = grey.tobytes()
    bits = 0
    for row in range(ROWS):
        start = row * (COLUMNS + 1)
        for column in range(COLUMNS):
            bits = bits << 1 | (cells[start + column] > cells[start + column + 1])
    return f"{bits:0{HEX_DIGITS}x}"


def distance(one: str, other: str) -> int:
    """Differing bits of two hashes. Raises ValueError for what is none."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def is_telling(picture_hash: str) -> bool:
    """Whether the hash says enough of its picture to be compared with others."""
    return bool(picture_hash) and FEWEST_MARKS <= int(picture_hash, 16).bit_count() <= BITS - FEWEST_MARKS
