"""The story of a case as it was told: opened for an officer, and that it was opened is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit import name_of
from accounts.models import AuditRow, User
from complaints.models import Complaint
from complaints.services.case_steps import named
from registry.refusals import OutOfScope
from registry.services.deeds import Deed

DEED = "complaint.read"
AN_HOUR = timedelta(hours=1)
"""Whoever opens the same case again within it is recorded once."""


@dataclass(frozen=True)
class Told:
    """What the person told, unsealed: nothing of who it was."""

    narrative: str = ""
    place: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def open_story(*, complaint: Complaint, actor: User, now: datetime, address: str) -> Told:
    """What was told, for an officer whose authority has a part in the case or stands above one that has.

    Recorded once for each officer or system, case and hour. Raises OutOfScope, vault.CannotUnseal.
    """
    if not Complaint.objects.visible_to(actor.scope).filter(pk=complaint.pk).exists():
        raise OutOfScope
    sealed = Complaint.objects.only("narrative", "place", "answers").get(pk=complaint.pk)
    known = AuditRow.objects.filter(
        object_type=complaint._meta.label,
        object_id=str(complaint.pk),
        action=DEED,
        actor=actor,
        actor_name=name_of(actor),  # a system that reads in the person's stead has a name of its own
        at__gt=now - AN_HOUR,
    )
    told = Told(sealed.narrative, sealed.place, sealed.answers or {})
    if not known.exists():
        Deed(actor, now, address).record(
            DEED, complaint, complaint.division_id, {**named(complaint), "state": complaint.state}
        )
    return told
