"""The beginning of a case: its reference, its first event, and a part for each authority in charge."""

from __future__ import annotations

from datetime import datetime

from complaints.kinds import Kind, Nature
from complaints.models import Complaint, ComplaintEvent, Handling
from complaints.platform_events import tell_platform
from complaints.receipts import new_reference
from complaints.responsible import responsible_for
from complaints.services.clocks import start_clocks
from complaints.vehicles import Subject
from complaints.workflow import Action, Actor, State

FLAG_NO_AUTHORITY = "no_authority"


def save_under_new_reference(complaint: Complaint) -> None:
    """Save under a fresh reference; one that is taken already is drawn again. Raises IntegrityError after ten."""
    for _attempt in range(10):
        complaint.reference = new_reference()
        if not Complaint.objects.filter(reference=complaint.reference).exists():
            break
    complaint.save(force_insert=True)


def record_receipt(complaint: Complaint, now: datetime) -> None:
    """The first event of every case; the platform that handed it over is told."""
    event = ComplaintEvent.objects.create(
        complaint=complaint,
        action=Action.SUBMIT,
        state=State.RECEIVED,
        side=Actor.COMPLAINANT.value,
        is_public=True,
        at=now,
    )
    tell_platform(complaint, event)


def open_first_parts(complaint: Complaint, subject: Subject, now: datetime) -> list[Handling]:
    """One part for each authority in charge, each with its first deadlines (none for praise)."""
    responsible = responsible_for(Kind(complaint.kind), subject, complaint.about_authority)
    handlings = Handling.objects.bulk_create(
        Handling(
            complaint=complaint,
            authority_kind=one.kind,
            authority=one.authority,
            role=one.role,
            opened_at=now,
            updated_at=now,
        )
        for one in responsible
    )
    if any(one.authority is None for one in responsible):
        complaint.flags = [*complaint.flags, FLAG_NO_AUTHORITY]
        complaint.save(update_fields=["flags"])
    if complaint.nature != Nature.PRAISE:
        start_clocks(handlings, complaint, now)
    return handlings
