"""The states of a case and who may move it, as tables. Pure.

A complaint is handled in parts: each authority has its own (`HandlingState`; its steps are in `complaints.cells`), with
its own holder, deadlines and outcome. What the person who complained is told is one story, derived from all parts by
`case_state`. What that person may do depends on the story alone (`STEPS`). What is not listed is forbidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    """Where a complaint stands, all its parts taken together."""

    RECEIVED = "received", _("Received")
    IN_PROGRESS = "in_progress", _("Accepted, being handled")
    AWAITING = "awaiting", _("Waiting for the complainant")
    CONCLUDED = "concluded", _("Concluded")
    CLOSED = "closed", pgettext_lazy("case", "Closed")
    DECLINED = "declined", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNDER_REVIEW = "under_review", _("Under review")
    REVIEWED = "reviewed", _("Review answered")
    UNDER_SECOND_REVIEW = "under_second_review", _("Under second review")
    FINAL = "final", _("Final")
    MERGED = "merged", _("Handled together with another case")


class PublicState(TextChoices):
    """The few words the public is told. The values are part of the API."""

    RECEIVED = "received", _("Received; the authority is looking at it")
    IN_PROGRESS = "in_progress", _("Accepted; it is being looked into")
    AWAITING = "awaiting", _("The authority has a question for you")
    CONCLUDED = "concluded", _("Answered")
    CLOSED = "closed", _("Answered and closed")
    DECLINED = "declined", _("Not accepted; the reason is below")
    WITHDRAWN = "withdrawn", _("Withdrawn by you")
    UNDER_REVIEW = "under_review", _("The higher authority reviews it, as you asked")
    FINAL = "final", _("Finally answered")
    HANDLED_TOGETHER = "handled_together", _("Handled together with other reports of the same event")


PUBLIC: dict[State, PublicState] = {
    State.RECEIVED: PublicState.RECEIVED,
    State.IN_PROGRESS: PublicState.IN_PROGRESS,
    State.AWAITING: PublicState.AWAITING,
    State.CONCLUDED: PublicState.CONCLUDED,
    State.CLOSED: PublicState.CLOSED,
    State.DECLINED: PublicState.DECLINED,
    State.WITHDRAWN: PublicState.WITHDRAWN,
    State.UNDER_REVIEW: PublicState.UNDER_REVIEW,
    State.REVIEWED: PublicState.CONCLUDED,
    State.UNDER_SECOND_REVIEW: PublicState.UNDER_REVIEW,
    State.FINAL: PublicState.FINAL,
    State.MERGED: PublicState.HANDLED_TOGETHER,
}

OPEN_CASES = frozenset(
    {State.RECEIVED, State.IN_PROGRESS, State.AWAITING, State.UNDER_REVIEW, State.UNDER_SECOND_REVIEW}
)
"""States in which somebody has to do something next."""


class HandlingState(TextChoices):
    """Where one authority's part stands."""

    PENDING = "pending", _("Waiting for the desk")
    OBJECTED = "objected", _("Objected: another authority should answer")
    ACCEPTED = "accepted", _("Accepted")
    WITH_INSTITUTION = "with_institution", _("With the institution for a reply")
    INVESTIGATED = "investigated", _("Investigated")
    PROPOSED = "proposed", _("Conclusion waits for the supervisor")
    CONCLUDED = "concluded", _("Concluded")
    CLOSED = "closed", pgettext_lazy("case", "Closed")
    DECLINED = "declined", _("Not accepted")
    HANDED_OVER = "handed_over", _("Handed over")
    WITHDRAWN = "withdrawn", _("Withdrawn by the complainant")
    MERGED = "merged", _("Handled together with another case")


class HandlingRole(TextChoices):
    """What an authority's part is. One event may have two leads, and two outcomes months apart."""

    LEAD = "lead", _("Lead")
    CO = "co", _("Co-handling")
    REVIEW = "review", _("Review")
    SECOND_REVIEW = "second", _("Second review")


PLAIN = (HandlingRole.LEAD, HandlingRole.CO)
"""Roles that answer themselves; the others review an answer."""

ENDED = frozenset(
    {
        HandlingState.CLOSED,
        HandlingState.DECLINED,
        HandlingState.HANDED_OVER,
        HandlingState.WITHDRAWN,
        HandlingState.MERGED,
    }
)
"""A part in one of these has no holder any more."""
ANSWERED = frozenset({HandlingState.CONCLUDED, HandlingState.CLOSED})
WORKING = frozenset(
    {HandlingState.ACCEPTED, HandlingState.WITH_INSTITUTION, HandlingState.INVESTIGATED, HandlingState.PROPOSED}
)
"""Accepted, and the decision is owed."""


class Action(TextChoices):
    """What can be done to a complaint; also the name of the event it leaves behind."""

    SUBMIT = "submit", _("Complaint received")
    ADD_MATERIAL = "add_material", _("Material added by you")
    WITHDRAW = "withdraw", _("Withdrawn by you")
    ANSWER = "answer", _("Question answered by you")
    RATE = "rate", _("Rated by you")
    ASK_REVIEW = "ask_review", _("Review asked for by you")
    ASK_SECOND_REVIEW = "ask_second_review", _("Second review asked for by you")

    NEW_CODE = "new_code", _("A new receipt code was sent to you")
    CHANGE_DATA = "change_data", _("Your contact or consent changed by you")
    DELETE_DATA = "delete_data", _("Your data deleted, as you asked")

    ASSIGN = "assign", _("Given to an officer")
    ACCEPT = "accept", _("Accepted")
    DECLINE = "decline", _("Not accepted")
    OBJECT = "object", _("Objected: not this authority's")
    UPHOLD = "uphold", _("Objection upheld, another authority answers")
    REJECT = "reject", _("Objection rejected, the authority answers")
    HAND_OVER = "hand_over", _("Handed over to another authority")
    REASSIGN = "reassign", _("Given to another authority by the higher one")
    ADD_HANDLER = "add_handler", _("Another authority joined")
    NOTE = "note", _("Words written")
    ASK = "ask", _("You were asked a question")
    FORWARD = "forward", _("Sent to the institution for a reply")
    RECALL = "recall", _("Taken back from the institution")
    REPLY = "reply", _("The institution replied")
    RETURN_REPLY = "return_reply", _("The reply was returned to the institution")
    INVESTIGATE = "investigate", _("Investigated")
    PROPOSE = "propose", _("Conclusion proposed")
    SEND_BACK = "send_back", _("Proposed conclusion sent back")
    CONCLUDE = "conclude", _("Answered")
    CLOSE = "close", pgettext_lazy("case", "Closed")
    REOPEN = "reopen", _("Opened again")
    ASK_EXTENSION = "ask_extension", _("Extension asked for")
    GRANT_EXTENSION = "grant_extension", _("Time for the answer extended")
    REFUSE_EXTENSION = "refuse_extension", _("Extension refused")
    LINK = "link", _("Linked with another case")
    MERGE = "merge", _("Handled together with another report of the same event")
    SPLIT = "split", _("A second part was opened: claim and report are handled separately")
    RECUSE = "recuse", _("An officer stepped aside")
    RELEASE_CONTACT = "release_contact", _("Your contact was passed to the institution, as you agreed")
    REMAND = "remand", _("The higher authority ordered a new answer")
    ESCALATE = "escalate", _("Shown to the higher authority as overdue")
    RECOUNT = "recount", _("A deadline was counted anew")


class Actor(Enum):
    """Who acts, as seen from the case or from one authority's part."""

    COMPLAINANT = "complainant"
    SYSTEM = "system"
    """The service itself: no person can take these steps."""
    HANDLER = "handler"
    """A handler of the authority whose part it is."""
    SUPERVISOR = "supervisor"
    """A supervisor of the authority whose part it is."""
    SUPERIOR = "superior"
    """A supervisor of an authority above it, or of the one that decides an objection."""
    INSTITUTION = "institution"
    """A complaint officer of the institution it was sent to."""


@dataclass(frozen=True)
class Step:
    """One allowed cell of the whole case: in `state`, `actor` may do `action`."""

    state: State
    action: Action
    actor: Actor


_C = Actor.COMPLAINANT
STEPS: tuple[Step, ...] = (
    *(
        Step(state, Action.ADD_MATERIAL, _C)
        for state in (
            State.RECEIVED,
            State.IN_PROGRESS,
            State.AWAITING,
            State.UNDER_REVIEW,
            State.UNDER_SECOND_REVIEW,
        )
    ),
    *(Step(state, Action.WITHDRAW, _C) for state in (State.RECEIVED, State.IN_PROGRESS, State.AWAITING)),
    Step(State.AWAITING, Action.ANSWER, _C),
    Step(State.UNDER_REVIEW, Action.ANSWER, _C),
    Step(State.UNDER_SECOND_REVIEW, Action.ANSWER, _C),
    *(
        Step(state, Action.RATE, _C)
        for state in (
            State.RECEIVED,
            State.IN_PROGRESS,
            State.AWAITING,
            State.CONCLUDED,
            State.CLOSED,
            State.DECLINED,
            State.REVIEWED,
            State.FINAL,
            State.MERGED,
        )
    ),
    *(
        Step(state, Action.ASK_REVIEW, _C)
        for state in (
            State.RECEIVED,
            State.IN_PROGRESS,
            State.AWAITING,
            State.CONCLUDED,
            State.CLOSED,
            State.DECLINED,
            State.MERGED,
        )
    ),
    # One event may have several answers, each with a review and a term of its own: a review of one, whether it goes on,
    # is answered or final, takes nothing from the right to have the other one reviewed.
    *(
        Step(state, Action.ASK_REVIEW, _C)
        for state in (State.UNDER_REVIEW, State.REVIEWED, State.UNDER_SECOND_REVIEW, State.FINAL)
    ),
    *(
        Step(state, Action.ASK_SECOND_REVIEW, _C)
        for state in (
            State.IN_PROGRESS,
            State.AWAITING,
            State.UNDER_REVIEW,
            State.REVIEWED,
            State.UNDER_SECOND_REVIEW,
            State.FINAL,
        )
    ),
)
"""What the person who complained may do. Reviews have a term besides (信访工作条例 35, 36).

While one authority still works, or has not begun, the answer of another can be rated and reviewed, and so can what was
found in the case this one is handled together with: the services ask for an answered part.
"""


class NotAllowed(Exception):
    """The present state does not allow this action."""

    def __init__(self, state: State | HandlingState, action: Action) -> None:
        super().__init__(f"{action} is not allowed when {state}")
        self.state, self.action = state, action


def require(state: State, action: Action, actor: Actor) -> None:
    """Whether `actor` may do `action` to the whole case. Raises NotAllowed where it is not in the table."""
    if Step(state, action, actor) not in STEPS:
        raise NotAllowed(state, action)


def allowed_actions(state: State, actor: Actor) -> list[Action]:
    """What `actor` may do to the whole case now: the buttons of the page are drawn from this."""
    return [step.action for step in STEPS if step.state == state and step.actor == actor]


@dataclass(frozen=True)
class Part:
    """What the story of a case needs to know of one authority's part."""

    role: HandlingRole
    state: HandlingState
    is_waiting: bool = False
    """A question to the complainant is open."""
    is_remanded: bool = False
    """A review that ordered a new answer: the story goes on with the part it reviewed."""
    is_held: bool = True
    """Some authority has it; False where none of its kind is in this service."""


def case_state(parts: Iterable[Part]) -> State:
    """Where the case stands, its parts taken together. Raises ValueError without any part.

    Reviews that are open come first, then whatever part still works, then the last word that was spoken. A co-handler
    that has accepted keeps a case open; one that has not even begun does not hold up the answer of the leads, nor does
    a part for which this service knows no authority, as long as there is another one.
    """
    known = [part for part in parts if part.state != HandlingState.HANDED_OVER]
    if not known:
        raise ValueError("a case has at least one part that was not handed over")
    known = [part for part in known if part.is_held] or known
    reviews = {role: [p for p in known if p.role == role] for role in (HandlingRole.SECOND_REVIEW, HandlingRole.REVIEW)}
    for role, state in (
        (HandlingRole.SECOND_REVIEW, State.UNDER_SECOND_REVIEW),
        (HandlingRole.REVIEW, State.UNDER_REVIEW),
    ):
        if any(_is_open(part) for part in reviews[role]):
            return state
    plain = [part for part in known if part.role in {HandlingRole.LEAD, HandlingRole.CO}]
    leads = [part for part in plain if part.role == HandlingRole.LEAD] or plain
    if any(_is_open(part) for part in leads) or any(part.state in WORKING for part in plain):
        return _state_at_work(plain)
    for role, state in ((HandlingRole.SECOND_REVIEW, State.FINAL), (HandlingRole.REVIEW, State.REVIEWED)):
        if any(part.state in ANSWERED and not part.is_remanded for part in reviews[role]):
            return state
    return _state_at_rest(leads)


def _is_open(part: Part) -> bool:
    return part.state not in ENDED and part.state not in ANSWERED


def _state_at_work(parts: list[Part]) -> State:
    if any(part.is_waiting and _is_open(part) for part in parts):
        return State.AWAITING
    if all(part.state in {HandlingState.PENDING, HandlingState.OBJECTED} or not _is_open(part) for part in parts):
        answered = any(part.state in ANSWERED for part in parts)
        return State.IN_PROGRESS if answered else State.RECEIVED
    return State.IN_PROGRESS


def _state_at_rest(leads: list[Part]) -> State:
    states = {part.state for part in leads}
    if HandlingState.CONCLUDED in states:
        return State.CONCLUDED
    for inner, outer in (
        (HandlingState.CLOSED, State.CLOSED),
        (HandlingState.DECLINED, State.DECLINED),
        (HandlingState.MERGED, State.MERGED),
    ):
        if inner in states:
            return outer
    return State.WITHDRAWN
