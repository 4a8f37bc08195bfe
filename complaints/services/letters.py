"""A letter taken from the file of a case by an officer: who took it, and whether it bears the name, is recorded."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from complaints.letter_of import letter_of, name_for
from complaints.letters import write_letter
from complaints.models import Complaint, ComplaintEvent
from complaints.services.case_steps import named
from registry.refusals import OutOfScope
from registry.services.deeds import Deed


@transaction.atomic
def take_letter(*, event: ComplaintEvent, actor: User, now: datetime, address: str) -> bytes:
    """The letter of a step as PDF, for an officer whose authority has a part in the case.

    Raises OutOfScope for anybody else, letter_of.NoLetter, letters.UnfitLetter.
    """
    complaint = event.complaint
    seen = Complaint.objects.visible_to(actor.scope).filter(pk=complaint.pk)
    if actor.authority_id is None or not seen.filter(handlings__authority=actor.authority_id).exists():
        raise OutOfScope
    name = name_for(actor, complaint, now)
    letter = letter_of(event, name=name)
    document = write_letter(letter)
    Deed(actor, now, address).record(
        "complaint.letter_taken",
        complaint,
        complaint.division_id,
        {
            **named(complaint),
            "handling": event.handling_id,
            "letter": letter.kind.value,
            "named": bool(name),
        },
    )
    return document
