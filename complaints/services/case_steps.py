"""What every step of an authority's part has in common: locks, the right person, the right state, event, messages."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.audit_reads import ABOUT_AUTHORITY
from accounts.models import User
from complaints import messages
from complaints.cells import Cell, cell_for, is_ever_for
from complaints.models import Complaint, ComplaintEvent, Forwarding, Handling
from complaints.parties import parties_of
from complaints.platform_events import tell_platform
from complaints.refusals import StaleVersion, Unsound
from complaints.services import clocks
from complaints.wall import Audience
from complaints.workflow import (
    ENDED,
    OPEN_CASES,
    Action,
    Actor,
    HandlingRole,
    HandlingState,
    NotAllowed,
    Part,
    State,
    case_state,
)
from registry.refusals import OutOfScope, WrongRole
from registry.services.deeds import Deed

LONGEST_WORDS = 5000
"""Characters of one text an officer writes."""


def locked_complaint(pk: int) -> Complaint:
    """The complaint, locked: every write of a case takes this lock first, so that steps follow one another."""
    return Complaint.objects.select_for_update(of=("self",)).select_related("institution", "ambulance").get(pk=pk)


def lock_in_order(*complaints: int | None) -> None:
    """Lock several cases in the order of their keys: whoever needs more than one never waits in a ring."""
    keys = {pk for pk in complaints if pk is not None}
    list(Complaint.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))


def locked_part(handling: Handling, action: Action, deed: Deed, version: int | None) -> tuple[Handling, Cell]:
    """The part, locked with its case, and the cell by which `deed.actor` may do `action` to it now.

    `version` is the one the officer read; None where nothing that was read matters. Raises OutOfScope, WrongRole,
    StaleVersion, workflow.NotAllowed, in this order. Belongs inside a transaction.
    """
    complaint = locked_complaint(handling.complaint_id)
    if not Complaint.objects.visible_to(deed.actor.scope).filter(pk=complaint.pk).exists():
        raise OutOfScope
    locked = _parts().get(pk=handling.pk)
    locked.complaint = complaint
    mine = parties_of(deed.actor.scope, locked)
    if not is_ever_for(action, mine):
        raise WrongRole(f"{action} is not this person's step")
    if version is not None and version != locked.version:
        raise _stale(locked)
    if complaint.destroyed_at is not None:  # words written now would never be destroyed
        raise NotAllowed(HandlingState(locked.state), action)
    cell = cell_for(HandlingState(locked.state), action, mine, nature=complaint.nature)
    return locked, cell


def locked_by_system(handling: Handling, action: Action, actor: Actor = Actor.SYSTEM) -> tuple[Handling, Cell]:
    """The part, locked, for a step that no officer takes. Raises workflow.NotAllowed."""
    complaint = locked_complaint(handling.complaint_id)
    locked = _parts().get(pk=handling.pk)
    locked.complaint = complaint
    return locked, cell_for(HandlingState(locked.state), action, (actor,), nature=complaint.nature)


def _parts() -> QuerySet[Handling]:
    return (
        Handling.objects.select_for_update(of=("self",))
        .select_related("authority__parent", "assignee")
        .prefetch_related("referrals")
    )


def _stale(locked: Handling) -> StaleVersion:
    last = locked.events.select_related("actor").last()
    if last is None:
        return StaleVersion(None, locked.updated_at, Action.SUBMIT, locked.version)
    return StaleVersion(last.actor, last.at, Action(last.action), locked.version)


def written(text: str, *, field: str = "text", is_needed: bool = True, longest: int = LONGEST_WORDS) -> str:
    """The text without space around it. Raises Unsound when it is empty though needed, or too long."""
    text = text.replace("\x00", "").strip()
    if is_needed and not text:
        raise Unsound({field: _("Please write the reason or the words; they belong to the file.")}, code="required")
    if len(text) > longest:
        raise Unsound({field: _("Please write at most %(count)d characters.") % {"count": longest}}, code="too-long")
    return text


def move(
    locked: Handling,
    cell: Cell,
    *,
    now: datetime,
    actor: User | None = None,
    text: str = "",
    audience: Audience = Audience.AUTHORITIES,
    forwarding: Forwarding | None = None,
) -> ComplaintEvent:
    """Take the step: state, version, event, the state of the whole case, and the messages that tell of it.

    `forwarding` is given for words with one institution: no other one reads them.

    The caller has locked the part (and changed other fields of it), and records the audit row last.
    """
    # What the service does at night without moving the case must not make the page of an officer stale.
    if cell.actor is not Actor.SYSTEM or cell.next_state != locked.state:
        locked.version += 1
    locked.state = cell.next_state
    locked.updated_at = now
    if cell.next_state in ENDED and locked.closed_at is None:
        locked.closed_at = now
        lay_down(locked, now)
    elif cell.next_state not in ENDED:
        locked.closed_at = None
    locked.save()
    state = settle(locked.complaint, now)
    event = ComplaintEvent.objects.create(
        complaint=locked.complaint,
        handling=locked,
        forwarding=forwarding,
        action=cell.action,
        state=state,
        side=cell.actor.value,
        is_public=cell.is_public,
        audience=audience,
        text=text,
        actor=actor,
        at=now,
    )
    messages.step_taken(locked, cell, event)
    tell_platform(locked.complaint, event)
    return event


def end_part(part: Handling, state: HandlingState, now: datetime) -> None:
    """End a part that is locked, together with the case: nothing is owed in it any more. No event is written."""
    part.state, part.closed_at, part.updated_at = state, now, now
    part.version += 1
    part.waiting_since = None
    part.save()
    lay_down(part, now)


def lay_down(part: Handling, now: datetime) -> None:
    """Whatever was open in a part that ends: nobody decides, answers or owes it any more."""
    part.conclusions.filter(is_approved=None).update(is_approved=False, decided_at=now)
    part.referrals.filter(is_upheld=None).update(is_upheld=False, decided_at=now)
    part.extensions.filter(is_granted=None).update(is_granted=False, decided_at=now)
    part.questions.filter(answered_at=None).update(answered_at=now)
    part.pauses.filter(resumed_on=None).update(resumed_on=clocks.day_of(now))
    clocks.meet_all(part, now)


def settle(complaint: Complaint, now: datetime) -> State:
    """Write the state that follows from all parts of the case, and when it ended; the state."""
    columns = ("role", "state", "waiting_since", "conclusions__finding", "conclusions__is_approved", "pk", "authority")
    parts: dict[int, Part] = {}
    rows = complaint.handlings.values_list(*columns).order_by("pk")
    for role, state, waiting_since, finding, is_approved, pk, authority in rows:
        is_remanded = bool(finding == "remanded" and is_approved) or (pk in parts and parts[pk].is_remanded)
        is_waiting, is_held = waiting_since is not None, authority is not None
        parts[pk] = Part(HandlingRole(role), HandlingState(state), is_waiting, is_remanded, is_held)
    found = case_state(parts.values())
    complaint.state = found
    complaint.closed_at = None if found in OPEN_CASES else complaint.closed_at or now
    complaint.save(update_fields=["state", "closed_at"])
    return found


def named(complaint: Complaint) -> dict[str, str | int | bool | list[str] | None]:
    """How audit rows name a case; with the authority complained of, whose supervisors are not shown such a row."""
    about = {ABOUT_AUTHORITY: complaint.about_authority_id} if complaint.about_authority_id else {}
    return {"reference": complaint.reference, **about}


def record_step(deed: Deed, locked: Handling, action: Action, **detail: str | int | bool | list[str] | None) -> None:
    """The audit row of a step: names, states and counts only. The last statement of the transaction."""
    complaint = locked.complaint
    deed.record(
        f"complaint.{action.value}",
        complaint,
        complaint.division_id,
        {**named(complaint), "handling": locked.pk, "state": locked.state, **detail},
    )
