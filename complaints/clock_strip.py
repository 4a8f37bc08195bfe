"""A deadline as a drawing, one cell a day: where the cells lie and what each of them shows. Pure.

A short time is one line; a longer one goes week by week like a calendar on the wall. Each sort of day has a sign of its
own, so that no colour is needed to tell them apart. The template writes the SVG.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, pgettext

from complaints.clock_words import Explanation, Span
from directory.workdays import ONE_DAY, Why
from edge.written import written_day, written_month

CELL = 32
"""Side of a cell, in units of the drawing."""
HEAD = 32
"""Room above the cells, for months and days of the week."""
MARGIN = 40
"""Room before a line that is a week, for the month."""
ON_ONE_LINE = 14
"""Days that still fit on one line of a telephone."""
WEEK = 7
WEEKS_AT_MOST = 54
"""What is longer is told in words only."""

STARTED = "start"
COUNTED = "counted"
WORKED = "worked"
TICK = "M11 20l4 4 7-8"
CROSS = "M12 18l8 8M20 18l-8 8"
SIGNS: dict[str, str] = {
    STARTED: "M16 18a4 4 0 1 0 .1 0z",
    COUNTED: TICK,
    WORKED: f"{TICK}M10 28h12",
    Why.WEEKEND: "M12 27l8-9",
    Why.HOLIDAY: CROSS,
    Why.STATUTORY: f"{CROSS}M11 29h2M15 29h2M19 29h2",
    Why.OVERRIDE_OFF: "M10 22h12",
    Why.PAUSED: "M13 17v10M19 17v10",
}
"""The sign of each sort of day, in the lower half of its cell."""


@dataclass(frozen=True)
class Cell:
    """One day on the drawing."""

    x: int
    y: int
    day: date
    sort: str
    words: str
    is_due: bool
    is_today: bool

    @property
    def sign(self) -> str:
        """Its sign, as the path of an SVG."""
        return SIGNS[self.sort]


@dataclass(frozen=True)
class Label:
    """A word beside the cells: a month, or a day of the week."""

    x: int
    y: int
    words: str


@dataclass(frozen=True)
class Strip:
    """The whole drawing."""

    width: int
    height: int
    cells: tuple[Cell, ...]
    labels: tuple[Label, ...]
    words: str
    """What stands in for the drawing where it is not seen."""

    @property
    def shows_today(self) -> bool:
        """Whether today lies on it."""
        return any(cell.is_today for cell in self.cells)


@dataclass(frozen=True)
class Line:
    """One line of the legend: a sign, what it means, and which days these are."""

    sort: str
    words: str
    days: str

    @property
    def sign(self) -> str:
        """Its sign, as the path of an SVG."""
        return SIGNS[self.sort]


def weekday_words(day: date) -> str:
    """The day of the week in one sign or two: `一`, `Mo`."""
    return (
        pgettext("day of the week", "Mo"),
        pgettext("day of the week", "Tu"),
        pgettext("day of the week", "We"),
        pgettext("day of the week", "Th"),
        pgettext("day of the week", "Fr"),
        pgettext("day of the week", "Sa"),
        pgettext("day of the week", "Su"),
    )[day.weekday()]


def legend(explanation: Explanation) -> tuple[Line, ...]:
    """Every sort of day there is in a deadline, with its days: the words behind the drawing."""
    start = Span(explanation.start, explanation.start, explanation.start.year)
    return (
        Line(STARTED, gettext("Runs from, not counted"), str(start)),
        Line(COUNTED, gettext("Counted"), explanation.counted.days_words),
        *(Line(WORKED, str(group.why.label), group.days_words) for group in explanation.worked_groups),
        *(Line(group.why, str(group.why.label), group.days_words) for group in explanation.skipped),
    )


def draw(explanation: Explanation, today: date | None = None) -> Strip | None:
    """The drawing, from the day the limit runs from to the last day; None where it would have over a year of weeks."""
    start, due_on = explanation.start, explanation.due.due_on
    days = [start + ahead * ONE_DAY for ahead in range((due_on - start).days + 1)]
    if len(days) + start.weekday() > WEEKS_AT_MOST * WEEK:
        return None
    is_one_line = len(days) <= ON_ONE_LINE
    sorts = sorts_of(explanation)
    places = {
        day: (index * CELL, HEAD)
        if is_one_line
        else (MARGIN + day.weekday() * CELL, HEAD + (index + start.weekday()) // WEEK * CELL)
        for index, day in enumerate(days)
    }
    return Strip(
        width=len(days) * CELL if is_one_line else MARGIN + WEEK * CELL,
        height=max(y for _, y in places.values()) + CELL,
        cells=tuple(
            Cell(x, y, day, sorts[day][0], f"{written_day(day)} · {sorts[day][1]}", day == due_on, day == today)
            for day, (x, y) in places.items()
        ),
        labels=tuple(_line_labels(places) if is_one_line else _week_labels(places)),
        words=gettext("The days from %(start)s to %(due)s one by one; the list below says the same.")
        % {"start": explanation.start_words, "due": explanation.due_words},
    )


def sorts_of(explanation: Explanation) -> dict[date, tuple[str, str]]:
    """The sort of every day from the first to the last, and its words."""
    sorts = {explanation.start: (STARTED, gettext("Runs from, not counted"))}
    sorts |= {day: (COUNTED, gettext("Counted")) for day in explanation.due.counted}
    sorts |= {day: (WORKED, str(why.label)) for day, why in explanation.worked}
    sorts |= {skipped.day: (skipped.why.value, str(skipped.why.label)) for skipped in explanation.due.skipped}
    return sorts


def _line_labels(places: dict[date, tuple[int, int]]) -> Iterator[Label]:
    """Over each cell its day of the week, and the month where it begins."""
    for index, (day, (x, _)) in enumerate(places.items()):
        yield Label(x + CELL // 2, HEAD - 5, weekday_words(day))
        if index == 0 or day.day == 1:
            yield Label(x + CELL // 2, HEAD - 20, written_month(day))


def _week_labels(places: dict[date, tuple[int, int]]) -> Iterator[Label]:
    """Over each column its day of the week; before a week the month in which it begins, when that is a new one."""
    for day in list(places)[:WEEK]:
        yield Label(MARGIN + day.weekday() * CELL + CELL // 2, HEAD - 5, weekday_words(day))
    month = 0
    for index, (day, (_, y)) in enumerate(places.items()):
        begins_line = index == 0 or day.weekday() == 0
        if begins_line and day.month != month:
            month = day.month
            yield Label(MARGIN // 2, y + CELL // 2 + 4, written_month(day))
