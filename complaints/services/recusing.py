"""An officer with an interest in a case steps aside (信访工作条例 28)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from complaints.models import Complaint, Handling, Recusal
from complaints.services.case_steps import locked_part, move, record_step, written
from complaints.services.follow import locked_strands
from complaints.wall import Audience
from complaints.workflow import Action
from registry.services.deeds import Deed


@transaction.atomic
def recuse(
    *, handling: Handling, version: int | None, reason: str, actor: User, now: datetime, address: str
) -> Recusal:
    """The officer declares an interest and sees the case no more, nor its other half, nor what the record says of them.

    The supervisors are told. Whatever part of them was the officer's goes back to its desk. Raises OutOfScope,
    WrongRole, StaleVersion, NotAllowed, and Unsound without a reason, which only the own authority reads.
    """
    deed = Deed(actor, now, address)
    # Claim and report of one submission tell the same story of the same people.
    halves = locked_strands(handling.complaint)
    locked, cell = locked_part(handling, Action.RECUSE, deed, version)
    words = written(reason, field="reason")
    for half in halves:
        step_aside(half, actor, words, now)
    recusal = Recusal.objects.get(complaint=locked.complaint, user=actor)
    Handling.objects.filter(complaint__in=halves, assignee=actor).exclude(pk=locked.pk).update(assignee=None)
    was_mine = locked.assignee_id == actor.pk
    if was_mine:
        locked.assignee = None
    move(locked, cell, now=now, actor=actor, text=words, audience=Audience.OWN)
    record_step(deed, locked, Action.RECUSE, was_assigned=was_mine)
    return recusal


def step_aside(complaint: Complaint, user: User, reason: str, now: datetime) -> None:
    """From now on this person sees neither the case nor what the audit record says of it."""
    Recusal.objects.get_or_create(complaint=complaint, user=user, defaults={"reason": reason, "at": now})
    audit.withhold(user=user, thing=complaint, name=complaint.reference)
