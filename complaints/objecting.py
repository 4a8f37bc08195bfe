"""Until when an authority may say that a case is not its own (信访工作条例 23). Reads only.

The term is counted from the day the part was opened, by the rule of the place. An objection after it is taken all the
same, since a case in the wrong hands helps nobody; whoever decides sees that it came late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from complaints.clock import Rule, Step, rule_for
from complaints.clock_words import Explanation, explain
from complaints.models import Handling
from complaints.services.clocks import day_of
from complaints.workflow import HandlingState
from directory.kinds import AuthorityKind
from directory.workdays import Calendar

CONCERNED = frozenset({HandlingState.PENDING, HandlingState.OBJECTED})
"""States of a part in which an objection can be made, or waits for the word of the higher authority."""


@dataclass(frozen=True)
class ObjectionTerm:
    """The term of one part, how it was counted, and when the objection came if one waits."""

    explanation: Explanation
    objected_on: date | None
    today: date

    @property
    def due_on(self) -> date:
        """The last day."""
        return self.explanation.due.due_on

    @property
    def is_late(self) -> bool:
        """Whether the objection came after its term, or would if it came today."""
        return (self.objected_on or self.today) > self.due_on


def objection_term(
    part: Handling, rules: Mapping[AuthorityKind, Iterable[Rule]], days: Calendar, today: date
) -> ObjectionTerm | None:
    """The term of a part in which an objection is possible or waits; None for any other. Referrals are loaded."""
    if part.state not in CONCERNED or part.is_review:
        return None
    kind = AuthorityKind(part.authority_kind)
    rule = rule_for(Step.OBJECTION, kind, rules[kind])
    waiting = next((one for one in part.referrals.all() if one.is_upheld is None), None)
    told = explain(day_of(part.opened_at), rule.limit, days, (), rule, today=today)
    return ObjectionTerm(told, day_of(waiting.asked_at) if waiting else None, today)
