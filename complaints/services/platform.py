"""Complaints that a partner platform hands over: filed once under the platform's own reference, on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from complaints.entry import Entry, KeyReused
from complaints.models import Complaint, Evidence
from complaints.models.complaint import Channel
from complaints.services.case_steps import named
from complaints.services.submit import Origin, Submitted, repeat_of, submit_complaint
from registry.services.deeds import Deed


def platform_repeat_of(*, origin: Origin, entry: Entry, file_hashes: Sequence[str], now: datetime) -> Submitted | None:
    """Where the complaint stands that came under this reference with this very content; None if none did.

    Raises KeyReused when the reference came with another content.
    """

    def earlier() -> Submitted | None:
        return repeat_of(key=key_of(origin), entry=entry, file_hashes=file_hashes, now=now)

    ours = Complaint.objects.handed_over_by(origin.platform_id).filter(platform_reference=origin.reference)
    if (found := earlier()) or not ours.exists():
        return found
    if found := earlier():
        return found  # an equal hand-over was committed between the two reads
    raise KeyReused  # what it came with is not known any more: the personal data was destroyed


@transaction.atomic
def file_for_platform(
    *,
    origin: Origin,
    entry: Entry,
    evidence: Sequence[Evidence],
    language: str,
    actor: User,
    now: datetime,
    address: str,
    via: str,
) -> Submitted:
    """File a complaint in the name of a platform. Raises Invalid, KeyReused; a repeat writes nothing.

    `actor` is the holder of the key and `via` its prefix; both stand in the audit record.
    """
    submitted = submit_complaint(
        entry=entry,
        evidence=evidence,
        key=key_of(origin),
        channel=Channel.PLATFORM,
        language=language,
        flags=(),
        now=now,
        origin=origin,
    )
    if submitted.is_new:
        complaint = Complaint.objects.get(reference=submitted.receipt.reference)
        Deed(actor, now, address, via).record(
            "complaint.handed_over",
            complaint,
            complaint.division_id,
            {**named(complaint), "platform": origin.platform_id},
        )
    return submitted


def key_of(origin: Origin) -> str:
    """The idempotency key of a reference: apart from those of the forms and of the public API."""
    return f"platform:{origin.platform_id}:{origin.reference}"
