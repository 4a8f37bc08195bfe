"""Who handles a case: given to an officer, accepted, declined, objected to, handed over, joined, reassigned."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from complaints import messages
from complaints.clock import Step
from complaints.kinds import Nature
from complaints.models import ComplaintEvent, Handling, Referral
from complaints.refusals import Unsound
from complaints.services import clocks
from complaints.services.case_steps import locked_part, move, record_step, written
from complaints.services.separating import lock_with_merged, separate_merged
from complaints.superiors import common_superior, superiors_of
from complaints.wall import Audience
from complaints.workflow import Action, HandlingRole, HandlingState
from directory.models import Authority
from registry.services.deeds import Deed


@transaction.atomic
def assign(
    *,
    handling: Handling,
    to: User | None,
    version: int | None,
    actor: User,
    now: datetime,
    address: str,
    text: str = "",
) -> Handling:
    """Give the part to an officer of the same authority, or (None) back to the desk. No reason is needed.

    `text` are words for the own authority, if any. Raises Unsound for somebody who is no handler or supervisor there;
    OutOfScope, WrongRole, StaleVersion, NotAllowed.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.ASSIGN, deed, version)
    if to is not None and not _can_handle(to, locked):
        raise Unsound({"to": _("Choose an officer of your authority who handles complaints.")}, code="no-officer")
    words = written(text, is_needed=False)
    locked.assignee = to
    move(locked, cell, now=now, actor=actor, text=words, audience=Audience.OWN)
    record_step(deed, locked, Action.ASSIGN, to=to.pk if to else None)
    return locked


def _can_handle(to: User, locked: Handling) -> bool:
    if locked.complaint.recusals.filter(user=to).exists():
        return False
    return to.is_active and to.authority_id == locked.authority_id and to.scope.has(Role.HANDLER, Role.SUPERVISOR)


@transaction.atomic
def accept(
    *, handling: Handling, version: int | None, actor: User, now: datetime, address: str, text: str = ""
) -> ComplaintEvent:
    """Accept the part: the complainant is told, and the decision's clock runs from today (信访工作条例 34).

    An objection that nobody has decided yet is laid down. `text` are words to the complainant, if any. Raises as
    `assign`.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.ACCEPT, deed, version)
    words = written(text, is_needed=False)
    locked.referrals.filter(is_upheld=None).update(is_upheld=False, decided_by=actor, decided_at=now)
    _begin_work(locked, actor, now)
    event = move(locked, cell, now=now, actor=actor, text=words, audience=Audience.COMPLAINANT)
    record_step(deed, locked, Action.ACCEPT)
    return event


def _begin_work(locked: Handling, actor: User, now: datetime) -> None:
    if actor.through_key is None:  # a system is nobody's desk: the part stays with whoever it was given to
        locked.assignee = locked.assignee or actor
    clocks.meet(locked, now, Step.ACCEPTANCE, Step.OBJECTION)
    clocks.start_answer_clock(locked, now)


@transaction.atomic
def decline(
    *, handling: Handling, version: int | None, reason: str, actor: User, now: datetime, address: str
) -> ComplaintEvent:
    """Do not accept it, with the legal reason, which the complainant reads (信访工作条例 23). Raises as `assign`.

    It is said of this case alone: what others reported of the same event and was merged into it is opened again.
    """
    deed = Deed(actor, now, address)
    lock_with_merged([handling.complaint_id])
    locked, cell = locked_part(handling, Action.DECLINE, deed, version)
    words = written(reason, field="reason")
    clocks.meet(locked, now, Step.ACCEPTANCE)
    separate_merged(locked, now)
    event = move(locked, cell, now=now, actor=actor, text=words, audience=Audience.COMPLAINANT)
    record_step(deed, locked, Action.DECLINE)
    return event


@transaction.atomic
def object_to(
    *,
    handling: Handling,
    version: int | None,
    proposed: Authority | None,
    reason: str,
    actor: User,
    now: datetime,
    address: str,
) -> Referral:
    """Say that another authority should answer; the common superior decides (信访工作条例 23).

    The term is five working days after receipt unless the region has set another one; an objection after it is taken
    and marked late (`complaints.objecting`), since a case in the wrong hands helps nobody. Raises Unsound where nobody
    is above to decide; otherwise as `assign`.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.OBJECT, deed, version)
    words = written(reason, field="reason")
    decider = common_superior(locked.authority, proposed) if locked.authority else None
    # Who is complained of does not see the case, and decides nothing about it.
    if decider is None or decider.pk == locked.complaint.about_authority_id:
        raise Unsound(
            {"reason": _("No higher authority is known that could decide. Hand the case over instead.")},
            code="no-superior",
        )
    if proposed is not None and proposed.pk == locked.authority_id:
        raise Unsound({"proposed": _("Propose another authority than your own.")}, code="own-authority")
    referral = Referral.objects.create(
        handling=locked, proposed=proposed, reason=words, asked_by=actor, asked_at=now, decider=decider
    )
    move(locked, cell, now=now, actor=actor, text=words)
    record_step(deed, locked, Action.OBJECT, decider=decider.pk)
    return referral


@transaction.atomic
def decide_objection(
    *,
    handling: Handling,
    version: int | None,
    to: Authority | None,
    note: str,
    actor: User,
    now: datetime,
    address: str,
) -> Handling:
    """The superior's word: `to` answers from now on, or (None) the objection is rejected. Returns whose part it is now.

    Raises as `assign`, and Unsound for an authority that cannot take it.
    """
    deed = Deed(actor, now, address)
    action = Action.UPHOLD if to is not None else Action.REJECT
    locked, cell = locked_part(handling, action, deed, version)
    words = written(note, field="note")
    referral = Referral.objects.select_for_update().get(handling=locked, is_upheld=None)
    referral.is_upheld, referral.given_to, referral.note = to is not None, to, words
    referral.decided_by, referral.decided_at = actor, now
    referral.save()
    holder = locked if to is None else _new_part(locked, to, HandlingRole(locked.role), now, came_from=locked)
    event = move(locked, cell, now=now, actor=actor, text=words)
    if to is not None:
        messages.part_opened(holder, event)
    record_step(deed, locked, action, to=to.pk if to else None)
    return holder


@transaction.atomic
def hand_over(
    *,
    handling: Handling,
    version: int | None,
    to: Authority,
    reason: str,
    actor: User,
    now: datetime,
    address: str,
    action: Action = Action.HAND_OVER,
) -> Handling:
    """Give the part to another authority, which may object; with `Action.REASSIGN` a superior does it for one below.

    Returns the new part. In between no moment is without a holder: both are one transaction. Raises as `assign`.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, action, deed, version)
    words = written(reason, field="reason")
    locked.waiting_since = None
    Referral.objects.filter(handling=locked, is_upheld=None).update(
        is_upheld=True, given_to=to, decided_by=actor, decided_at=now
    )
    new = _new_part(locked, to, HandlingRole(locked.role), now, came_from=locked)
    event = move(locked, cell, now=now, actor=actor, text=words)
    messages.part_opened(new, event)
    record_step(deed, locked, action, to=to.pk)
    return new


@transaction.atomic
def add_handler(
    *,
    handling: Handling,
    version: int | None,
    to: Authority,
    role: HandlingRole,
    reason: str,
    actor: User,
    now: datetime,
    address: str,
) -> Handling:
    """Another authority joins as lead or co-handler, with a part, deadlines and an outcome of its own.

    Raises Unsound where it has an open part already; otherwise as `assign`.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.ADD_HANDLER, deed, version)
    words = written(reason, field="reason")
    if role not in {HandlingRole.LEAD, HandlingRole.CO}:
        raise Unsound({"role": _("Choose lead or co-handling.")}, code="no-role")
    new = _new_part(locked, to, role, now, came_from=None)
    event = move(locked, cell, now=now, actor=actor, text=words)
    messages.part_opened(new, event)
    record_step(deed, locked, Action.ADD_HANDLER, to=to.pk, role=role.value)
    return new


def _new_part(
    locked: Handling, to: Authority, role: HandlingRole, now: datetime, *, came_from: Handling | None
) -> Handling:
    """The other authority's part, with its clocks. Raises Unsound where it cannot take one."""
    reviewed = locked.reviewed.authority_id if locked.reviewed else None  # nobody reviews its own answer
    if not to.is_active or to.pk in {locked.authority_id, locked.complaint.about_authority_id, reviewed}:
        raise Unsound({"to": _("Choose another authority that works today.")}, code="no-authority")
    about = locked.complaint.about_authority_id
    if about is not None and any(one.pk == about for one in superiors_of(to)):
        raise Unsound(
            {"to": _("It stands under the authority that is complained of. Choose another one.")}, code="below"
        )
    new = Handling(
        complaint=locked.complaint,
        authority_kind=to.kind,
        authority=to,
        role=role,
        opened_at=now,
        updated_at=now,
        reviewed=locked.reviewed if came_from else None,
        came_from=came_from,
    )
    if new.is_review and came_from is not None:
        new.state = HandlingState.ACCEPTED  # a review is a right: whoever has it, it is at work
        # Of each answer one review is open at a time: the old one ends before the new one begins.
        Handling.objects.filter(pk=came_from.pk).update(state=HandlingState.HANDED_OVER, closed_at=now)
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError as error:
        raise Unsound({"to": _("This authority has an open part in the case already.")}, code="has-part") from error
    if new.is_review:
        clocks.start_answer_clock(new, now)
    elif locked.complaint.nature != Nature.PRAISE:
        clocks.start_clocks([new], locked.complaint, now)
    return new
