"""Which answers the complainant may still have reviewed, by whom, and until when (信访工作条例 35, 36). Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from complaints.clock import Step, rule_for
from complaints.kinds import Nature
from complaints.merged import shared_outcomes
from complaints.models import Complaint, Handling
from complaints.rules import calendar, rules_in
from complaints.superiors import superior_of
from complaints.workflow import Action, Actor, HandlingRole, State, allowed_actions
from directory.clock import SHANGHAI, due_after
from directory.kinds import AuthorityKind
from directory.models import Authority

STEP = {Action.ASK_REVIEW: Step.REVIEW_REQUEST, Action.ASK_SECOND_REVIEW: Step.SECOND_REVIEW_REQUEST}
ROLE = {Action.ASK_REVIEW: HandlingRole.REVIEW, Action.ASK_SECOND_REVIEW: HandlingRole.SECOND_REVIEW}
"""The part that each opens."""


@dataclass(frozen=True)
class ReviewRight:
    """The right to have one answer reviewed. `superior` is None where no higher authority is in this service."""

    action: Action
    part: Handling
    until: date
    provisional: bool
    is_open: bool
    """The term runs, and the state of the case allows it."""
    superior: Authority | None

    @property
    def is_second(self) -> bool:
        """Whether it would be the second review (复核)."""
        return self.action is Action.ASK_SECOND_REVIEW


def rights_of(complaint: Complaint, parts: Sequence[Handling], now: datetime) -> list[ReviewRight]:
    """The rights that follow from the answers in `parts` (all of the case, authorities loaded), the used ones left out.

    A part that was merged is answered by what its authority found in the main case. Two queries for the calendar and
    the rules, and what it takes to find each superior; none while nothing is answered.
    """
    shared = shared_outcomes(complaint, parts)
    answers = [(part, shared[part.pk].answered_at if part.pk in shared else part.answered_at) for part in parts]
    reviewable = [(part, action, at) for part, at in answers if at is not None and (action := _action(part))]
    unused = [one for one in reviewable if not _was_used(one[0], one[2], parts)]
    if not unused or complaint.nature == Nature.PRAISE:
        return []
    days, rules = calendar(), rules_in(complaint.division_id)
    allowed = allowed_actions(State(complaint.state), Actor.COMPLAINANT)
    today = now.astimezone(SHANGHAI).date()
    rights = []
    for part, action, at in unused:
        kind = AuthorityKind(part.authority_kind)
        due = due_after(at.astimezone(SHANGHAI).date(), rule_for(STEP[action], kind, rules[kind]).limit, days)
        rights.append(
            ReviewRight(
                action=action,
                part=part,
                until=due.due_on,
                provisional=due.provisional,
                is_open=today <= due.due_on and action in allowed,
                superior=_reviewer(complaint, part),
            )
        )
    return rights


def _action(part: Handling) -> Action | None:
    """What could be asked for: a review of an answer, a second one of a review; nothing after that."""
    if part.role == HandlingRole.SECOND_REVIEW:
        return None
    return Action.ASK_SECOND_REVIEW if part.role == HandlingRole.REVIEW else Action.ASK_REVIEW


def _was_used(part: Handling, at: datetime, parts: Sequence[Handling]) -> bool:
    """Whether this very answer was given to a review: one that was opened after it."""
    return any(one.reviewed_id == part.pk and one.opened_at >= at for one in parts)


def _reviewer(complaint: Complaint, part: Handling) -> Authority | None:
    """The next higher authority, but never the one that is complained of."""
    found = superior_of(part.authority) if part.authority else None
    return None if found is None or found.pk == complaint.about_authority_id else found
