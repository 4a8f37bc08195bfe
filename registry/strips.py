"""The life of a vehicle's standing as a strip: what it was from when to when, and where that lies on the line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.choices import AmbulanceStatus
from registry.tones import tone_of

WIDTH = 1000
"""Units of the drawing from its first day to its last."""
AHEAD = timedelta(days=60)
"""How far past today the strip goes on, so that a date which is near is seen coming."""
NARROWEST = 3


@dataclass(frozen=True)
class Step:
    """On `day` the vehicle became `status`."""

    day: date
    status: str


@dataclass(frozen=True)
class Segment:
    """From `start` to `end` (both days included) the vehicle stood so. `x` and `width` are units of the drawing."""

    start: date
    end: date
    words: str | Promise
    tone: str
    x: int
    width: int


@dataclass(frozen=True)
class Mark:
    """A date on the line."""

    on: date
    words: str | Promise
    x: int


@dataclass(frozen=True)
class Strip:
    """Segments one after the other, dates that matter, and today."""

    start: date
    end: date
    segments: list[Segment]
    marks: list[Mark]
    today_x: int

    @property
    def legend(self) -> list[Segment]:
        """One segment of each sort, in the order they first appear."""
        return list({str(each.words): each for each in reversed(self.segments)}.values())[::-1]


INSPECTION = _("Inspection valid until")
SCRAPPING = _("Compulsory scrapping date")
EXPIRED = _("Inspection expired")
PAST_SCRAPPING = _("Past its compulsory scrapping date")


def strip_of(
    steps: Sequence[Step], *, inspection_valid_until: date | None, scrap_due_on: date | None, today: date
) -> Strip | None:
    """The strip from the first step to sixty days past `today`; None for a vehicle without history.

    Days are those of Asia/Shanghai. An inspection or scrapping date that has passed shows as such from the day after
    it, while the vehicle was in service: dates that were registered earlier and have been replaced since are in the
    story of the vehicle, not here.
    """
    if not steps:
        return None
    first, last = min(steps[0].day, today), today + AHEAD
    span = max((last - first).days, 1)

    def x_of(day: date) -> int:
        return round(WIDTH * (day - first).days / span)

    pieces: list[tuple[date, date, str | Promise, str]] = []
    for number, step in enumerate(steps):
        end = steps[number + 1].day if number + 1 < len(steps) else today + timedelta(days=1)
        if end > step.day:
            pieces += _overdue_parts(step, end, inspection_valid_until, scrap_due_on)
    segments = [
        Segment(start, end - timedelta(days=1), words, tone, x_of(start), max(x_of(end) - x_of(start), NARROWEST))
        for start, end, words, tone in pieces
    ]
    dates = ((inspection_valid_until, INSPECTION), (scrap_due_on, SCRAPPING))
    marks = [Mark(day, words, x_of(day)) for day, words in dates if day and first <= day <= last]
    return Strip(first, last, segments, marks, x_of(today))


def _overdue_parts(
    step: Step, end: date, inspection: date | None, scrapping: date | None
) -> list[tuple[date, date, str | Promise, str]]:
    """A step cut where a date has passed: (first day, day after the last, words, tone)."""
    words, tone = AmbulanceStatus(step.status).label, tone_of(step.status)
    if step.status != AmbulanceStatus.IN_SERVICE:
        return [(step.day, end, words, tone)]
    cuts: list[tuple[date, str | Promise, str]] = [(step.day, words, tone)]
    if inspection and inspection < end:
        cuts.append((max(inspection + timedelta(days=1), step.day), EXPIRED, "mind"))
    if scrapping and scrapping < end:
        cuts.append((max(scrapping + timedelta(days=1), step.day), PAST_SCRAPPING, "stop"))
    cuts.sort(key=lambda cut: cut[0])
    ends = [cut[0] for cut in cuts[1:]] + [end]
    parts = [(start, stop, told, shade) for (start, told, shade), stop in zip(cuts, ends, strict=True) if stop > start]
    if scrapping and scrapping < end:  # past scrapping outranks an inspection that expires later
        worst = scrapping + timedelta(days=1)
        parts = [(s, e, PAST_SCRAPPING, "stop") if s >= worst else (s, e, w, t) for s, e, w, t in parts]
    return parts
