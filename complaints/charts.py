"""Bars and lines of statistics as drawings: where everything lies, in units of the drawing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.suppression import Hidden, Shown

WIDTH, HEIGHT = 720, 200
TOP, BOTTOM, LEFT = 16, 28, 8
STUB = 12
"""Height of a bar whose count is not shown: the same whatever it is."""
PERCENT = 100


@dataclass(frozen=True)
class Bar:
    """One count. A hidden one is a hatched stub of a fixed height."""

    x: int
    y: int
    width: int
    height: int
    label: str
    words: str
    is_hidden: bool

    @property
    def middle(self) -> int:
        """Where its words stand."""
        return self.x + self.width // 2

    @property
    def words_y(self) -> int:
        """The line its count is written on."""
        return self.y - 4


@dataclass(frozen=True)
class Dot:
    """One value on a line."""

    x: int
    y: int
    words: str

    @property
    def words_y(self) -> int:
        """The line its value is written on."""
        return self.y - 8 if self.y > TOP + 12 else self.y + 18


@dataclass(frozen=True)
class Chart:
    """A drawing of bars, or of a line with gaps where nothing can be said."""

    bars: tuple[Bar, ...] = ()
    dots: tuple[Dot, ...] = ()
    path: str = ""
    labels: tuple[tuple[int, str], ...] = ()
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def ground(self) -> int:
        """The line everything stands on."""
        return self.height - BOTTOM

    @property
    def labels_y(self) -> int:
        """The line the words below are written on."""
        return self.height - 8


def bars(rows: Sequence[tuple[str, Shown, str]]) -> Chart:
    """(label, count, count in words) as bars, the tallest as high as the drawing."""
    if not rows:
        return Chart()
    step = (WIDTH - 2 * LEFT) // len(rows)
    width = max(4, step * 2 // 3)
    ground, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    most = max((count for _, count, _ in rows if isinstance(count, int)), default=1) or 1
    found = []
    for number, (label, count, words) in enumerate(rows):
        height = STUB if isinstance(count, Hidden) else round(room * count / most)
        x = LEFT + number * step + (step - width) // 2
        found.append(Bar(x, ground - height, width, height, label, words, isinstance(count, Hidden)))
    return Chart(bars=tuple(found), labels=tuple((bar.middle, bar.label) for bar in found))


def line(rows: Sequence[tuple[str, int | None]]) -> Chart:
    """(label, percent or None) as a line from 0 to 100 %, broken where there is no value."""
    if not rows:
        return Chart()
    step = (WIDTH - 2 * LEFT) // len(rows)
    ground, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    places = [LEFT + number * step + step // 2 for number in range(len(rows))]
    dots, path, is_drawing = [], "", False
    for x, (_, percent) in zip(places, rows, strict=True):
        if percent is None:
            is_drawing = False
            continue
        y = ground - round(room * percent / PERCENT)
        path += f"{'L' if is_drawing else 'M'}{x} {y}"
        is_drawing = True
        dots.append(Dot(x, y, f"{percent}%"))
    labels = tuple((x, label) for x, (label, _) in zip(places, rows, strict=True))
    return Chart(dots=tuple(dots), path=path, labels=labels)
