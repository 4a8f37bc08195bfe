"""The open deadlines of a part, each with how it was counted. Pure, but for the rows handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from complaints.clock import Rule, Step, Sureness
from complaints.clock_words import Explanation, explain
from complaints.models import ClockPause, Deadline
from complaints.services.clocks import PAUSABLE
from directory.clock import Limit
from directory.workdays import Calendar


@dataclass(frozen=True)
class ShownClock:
    """A deadline and its explanation; where the decision was extended, a second one for the added time."""

    deadline: Deadline
    explanations: tuple[Explanation, ...]
    institution: str = ""
    """Who owes the step, where that is an institution."""


def shown_clock(deadline: Deadline, pauses: Sequence[ClockPause], days: Calendar, today: date) -> ShownClock:
    """How the day of a deadline follows from its row: limit, then extension, the pauses left out where they count."""
    step = Step(deadline.step)
    rests = [(one.paused_on, one.resumed_on) for one in pauses] if step in PAUSABLE else []
    # The row keeps a basis only where it is sure enough to be shown as law.
    rule = Rule(step, Limit.parse(deadline.limit), deadline.basis or None, Sureness.B)
    told = [explain(deadline.starts_on, rule.limit, days, rests, rule, today=today)]
    if deadline.extension:
        more = Limit.parse(deadline.extension)
        more_rule = Rule(Step.EXTENSION, more, None, Sureness.B)
        told.append(explain(told[0].due.due_on, more, days, rests, more_rule, today=today))
    institution = deadline.forwarding.institution.name if deadline.forwarding else ""
    return ShownClock(deadline, tuple(told), institution)
