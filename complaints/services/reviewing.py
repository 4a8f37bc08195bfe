"""The complainant asks the higher authority to review an answer (复查), and once more (复核): a right with a term."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import messages
from complaints.entry import Fault, Invalid
from complaints.models import Complaint, Handling
from complaints.review_rights import ROLE, ReviewRight, rights_of
from complaints.services import clocks
from complaints.services.case_steps import settle
from complaints.services.follow import locked_strands, written_by_complainant
from complaints.workflow import Action, Actor, HandlingState, NotAllowed, State, require

LONGEST_REASON = 3000


class TermOver(Exception):
    """The days in which a review could be asked for are over; nothing was written."""

    def __init__(self, until: date) -> None:
        super().__init__(f"until {until}")
        self.until = until


class NoSuperior(Exception):
    """Nobody in this service is above the authority that answered; the operator was told, nothing else was written."""

    def __init__(self, right: ReviewRight) -> None:
        super().__init__(f"part {right.part.pk}")
        self.right = right


def ask_review(*, complaint: Complaint, reason: str, now: datetime, part_id: int | None = None) -> Handling:
    """Ask for the review of an answer: of `part_id` where several were given. Returns the review, which is at work.

    Raises workflow.NotAllowed where no answer can be reviewed (any more), TermOver, NoSuperior, and Invalid without a
    reason or when several answers could be meant.
    """
    return _ask(complaint, Action.ASK_REVIEW, reason, now, part_id)


def ask_second_review(*, complaint: Complaint, reason: str, now: datetime, part_id: int | None = None) -> Handling:
    """Ask for a second review of a review. Returns and raises as `ask_review`."""
    return _ask(complaint, Action.ASK_SECOND_REVIEW, reason, now, part_id)


def _ask(complaint: Complaint, action: Action, reason: str, now: datetime, part_id: int | None) -> Handling:
    try:
        return _open(complaint, action, reason, now, part_id)
    except NoSuperior as refusal:
        with transaction.atomic():
            messages.review_has_no_superior(refusal.right.part)
        raise


@transaction.atomic
def _open(complaint: Complaint, action: Action, reason: str, now: datetime, part_id: int | None) -> Handling:
    locked = next(one for one in locked_strands(complaint) if one.pk == complaint.pk)
    require(State(locked.state), action, Actor.COMPLAINANT)
    parts = list(locked.handlings.select_for_update(of=("self",)).select_related("authority__parent").order_by("pk"))
    right = _chosen([one for one in rights_of(locked, parts, now) if one.action is action], action, locked, part_id)
    _check(right, reason)
    assert right.superior is not None
    review = Handling.objects.create(
        complaint=locked,
        authority_kind=right.superior.kind,
        authority=right.superior,
        role=ROLE[action],
        state=HandlingState.ACCEPTED,  # a review is a right: nobody decides whether it is taken
        reviewed=right.part,
        opened_at=now,
        updated_at=now,
    )
    clocks.start_answer_clock(review, now)
    settle(locked, now)
    event = written_by_complainant(locked, action, reason, now, review)
    messages.review_opened(review, event)
    return review


def _chosen(rights: list[ReviewRight], action: Action, locked: Complaint, part_id: int | None) -> ReviewRight:
    found = [one for one in rights if part_id is None or one.part.pk == part_id]
    in_time = [one for one in found if one.is_open]
    if len(in_time) > 1:
        raise Invalid([Fault("part", "required", _("Say which answer is to be reviewed."))])
    if not found:
        raise NotAllowed(State(locked.state), action)
    return in_time[0] if in_time else found[0]


def _check(right: ReviewRight, reason: str) -> None:
    if not right.is_open:
        raise TermOver(right.until)
    if right.superior is None:
        raise NoSuperior(right)
    if not reason:
        raise Invalid([Fault("reason", "required", _("Write in a few words why you do not agree."))])
    if len(reason) > LONGEST_REASON:
        message = _("Please write at most %(count)d characters.") % {"count": LONGEST_REASON}
        raise Invalid([Fault("reason", "too-long", message)])
