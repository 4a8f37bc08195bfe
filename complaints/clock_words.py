"""How a deadline came about, so that anybody can count it again: which days counted, which did not, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext, ngettext

from complaints.clock import Rule
from directory.clock import Due, Limit, Pause, Unit, due_after
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
    rule: Rule | None
    due: Due
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
        """`5 working days`, `15 calendar days`."""
        count = self.limit.amount
        if self.limit.unit is Unit.WORKING_DAYS:
            return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}
        return ngettext("%(count)d calendar day", "%(count)d calendar days", count) % {"count": count}

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
    def moved_from(self) -> date | None:
        """The day off on which a limit in calendar days would have ended; None where it did not move."""
        if self.limit.unit is Unit.WORKING_DAYS:
            return None
        return next((day.day for day in self.due.skipped if day.why is not Why.PAUSED), None)

    @property
    def moved_words(self) -> str:
        """That the end moved, from where to where; empty where it did not."""
        if self.moved_from is None:
            return ""
        return gettext("The limit would end on %(end)s, a day off, and so moves to %(due)s.") % {
            "end": written_day(self.moved_from),
            "due": self.due_words,
        }

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
        return tuple(filter(None, (self.moved_words, self.waiting_words, self.provisional_words)))


def explain(
    start: date,
    limit: Limit,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    rule: Rule | None = None,
    *,
    today: date | None = None,
) -> Explanation:
    """Count a limit and keep how it was counted. `rule` lends its step and its basis; the limit is the one given.

    Raises ValueError for what `due_after` refuses.
    """
    known_pauses = tuple(pauses)
    due = due_after(start, limit, calendar, known_pauses, today)
    looked_at = due.counted if limit.unit is Unit.WORKING_DAYS else (due.due_on,)
    reasons = ((day, calendar.day(day).why) for day in looked_at)
    open_since = [asked_on for asked_on, answered_on in known_pauses if answered_on is None]
    has_begun = [day for day in open_since if day < due.due_on and today is not None and day <= today]
    return Explanation(
        start=start,
        limit=limit,
        rule=rule,
        due=due,
        worked=tuple((day, why) for day, why in reasons if why in WORKED_AFTER_ALL),
        waiting_since=min(has_begun, default=None),
    )
