"""How a deadline came about, so that anybody can count it again: which days counted, which did not, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext, ngettext

from complaints.clock import Rule
from directory.clock import Due, Limit, Pause, Unit, due_after, joined
from directory.workdays import ONE_DAY, Calendar, Why
from edge.written import written_day, written_span

WORKED_AFTER_ALL = (Why.WORKED_WEEKEND, Why.OVERRIDE_WORKED)
"""Why a day counts of which one would not expect it."""


@dataclass(frozen=True)
class Span:
    """Days in a row. `year` is that of the text around, which needs not be said."""

    first: date
    last: date
    year: int

    def __str__(self) -> str:
        return written_span(self.first, self.last, self.year)

    @property
    def length(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1


def spans_of(days: Iterable[date], year: int) -> tuple[Span, ...]:
    """Days pressed into runs, in order."""
    spans: list[Span] = []
    for day in sorted(days):
        if spans and spans[-1].last + ONE_DAY == day:
            spans[-1] = Span(spans[-1].first, day, year)
        else:
            spans.append(Span(day, day, year))
    return tuple(spans)


@dataclass(frozen=True)
class Group:
    """Days that have something in common: all counted, or all passed over for one reason."""

    why: Why
    spans: tuple[Span, ...]

    @property
    def length(self) -> int:
        """How many days these are."""
        return sum(span.length for span in self.spans)

    @property
    def days_words(self) -> str:
        """`9 days: 15–23 February`."""
        days = gettext(", ").join(map(str, self.spans))
        return ngettext("%(count)d day: %(days)s", "%(count)d days: %(days)s", self.length) % {
            "count": self.length,
            "days": days,
        }


@dataclass(frozen=True)
class Explanation:
    """A deadline with everything it follows from. The words are in the language in which they are asked for."""

    start: date
    """The day the limit runs from, which is not counted."""
    limit: Limit
    extension: Limit | None
    """What was added to it, counted from the day it would have ended."""
    rule: Rule | None
    due: Due
    moves: tuple[tuple[date, date], ...]
    """Each end that fell on a day off, with the day it moved to: of the limit, of the extension."""
    worked: tuple[tuple[date, Why], ...]
    """Days that counted although they look like days off."""
    waiting_since: date | None
    """The first day of a pause that has not ended; None while nothing is awaited."""

    @property
    def step_words(self) -> str:
        """What is due; empty where no rule was named."""
        return str(self.rule.step.label) if self.rule else ""

    @property
    def limit_words(self) -> str:
        """`5 working days`, `60 calendar days, extended by 30 calendar days`."""
        if self.extension is None:
            return written_limit(self.limit)
        return gettext("%(limit)s, extended by %(extension)s") % {
            "limit": written_limit(self.limit),
            "extension": written_limit(self.extension),
        }

    @property
    def basis_words(self) -> str:
        """The article the limit stands on; empty unless that is sure enough to be shown as law."""
        return str(self.rule.shown_basis or "") if self.rule else ""

    @property
    def start_words(self) -> str:
        """The day the limit runs from."""
        return written_day(self.start)

    @property
    def first_counted_words(self) -> str:
        """The first day that counted."""
        return written_day(self.due.counted[0])

    @property
    def due_words(self) -> str:
        """The last day."""
        return written_day(self.due.due_on)

    @property
    def counted(self) -> Group:
        """The days that counted."""
        return Group(Why.WORKING, spans_of(self.due.counted, self.start.year))

    @property
    def worked_groups(self) -> tuple[Group, ...]:
        """Those among the counted days that look like days off, by reason."""
        return self._grouped(self.worked)

    @cached_property
    def skipped(self) -> tuple[Group, ...]:
        """The days that did not count, by reason, the earliest reason first."""
        return self._grouped((day.day, day.why) for day in self.due.skipped)

    def _grouped(self, days: Iterable[tuple[date, Why]]) -> tuple[Group, ...]:
        by_reason: dict[Why, list[date]] = {}
        for day, why in days:
            by_reason.setdefault(why, []).append(day)
        return tuple(Group(why, spans_of(those, self.start.year)) for why, those in by_reason.items())

    @property
    def moved_words(self) -> tuple[str, ...]:
        """Of each end that moved, from where to where."""
        return tuple(
            gettext("The limit would end on %(end)s, a day off, and so moves to %(due)s.")
            % {"end": written_day(end), "due": written_day(due_on)}
            for end, due_on in self.moves
        )

    @property
    def waiting_words(self) -> str:
        """That the limit stands still, since when, and what the day given means; empty where it runs."""
        if self.waiting_since is None:
            return ""
        return gettext(
            "More information was asked for on %(since)s and is awaited; these days do not count. "
            "If it comes today, the last day is %(due)s; each further day of waiting may move it."
        ) % {"since": written_day(self.waiting_since), "due": self.due_words}

    @property
    def provisional_words(self) -> str:
        """That the day may still move, and why; empty where it is sure."""
        if not self.due.provisional:
            return ""
        return gettext(
            "Provisional: the holidays of that year are not announced yet. "
            "The day is confirmed once the State Council has published them."
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said beside the days: moved, waiting, provisional."""
        return tuple(filter(None, (*self.moved_words, self.waiting_words, self.provisional_words)))


def written_limit(limit: Limit) -> str:
    """`5 working days`, `15 calendar days`."""
    count = limit.amount
    if limit.unit is Unit.WORKING_DAYS:
        return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}
    return ngettext("%(count)d calendar day", "%(count)d calendar days", count) % {"count": count}


def explain(
    start: date,
    limit: Limit,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    rule: Rule | None = None,
    *,
    extension: Limit | None = None,
    today: date | None = None,
) -> Explanation:
    """Count a limit and keep how it was counted. `rule` lends its step and its basis; the limit is the one given.

    An extension is counted from the day the limit ends. Raises ValueError for what `due_after` refuses.
    """
    known_pauses = tuple(pauses)
    due = due_after(start, limit, calendar, known_pauses, today)
    parts = [(limit, due)]
    if extension is not None:
        more = due_after(due.due_on, extension, calendar, known_pauses, today)
        parts.append((extension, more))
        due = joined(due, more)
    has_begun = [
        asked_on
        for asked_on, answered_on in known_pauses
        if answered_on is None and today is not None and asked_on <= today and asked_on < due.due_on
    ]
    return Explanation(
        start=start,
        limit=limit,
        extension=extension,
        rule=rule,
        due=due,
        moves=tuple(move for part in parts for move in _moves(*part)),
        worked=tuple(found for part in parts for found in _worked_after_all(*part, calendar)),
        waiting_since=min(has_begun, default=None),
    )


def _moves(limit: Limit, due: Due) -> list[tuple[date, date]]:
    """The day off on which a limit in calendar days would have ended, with the day it moved to; nothing else moves."""
    off = [day.day for day in due.skipped if day.why is not Why.PAUSED]
    return [(off[0], due.due_on)] if off and limit.unit is Unit.CALENDAR_DAYS else []


def _worked_after_all(limit: Limit, due: Due, calendar: Calendar) -> list[tuple[date, Why]]:
    """The days that counted because they are worked, although they look like days off."""
    looked_at = due.counted if limit.unit is Unit.WORKING_DAYS else (due.due_on,)
    return [(day, why) for day in looked_at if (why := calendar.day(day).why) in WORKED_AFTER_ALL]
