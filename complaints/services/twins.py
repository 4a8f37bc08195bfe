"""The other half of a submission that is a claim and a report at once: a case of its own under the same receipt."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from accounts.models import User
from complaints import messages
from complaints.kinds import Kind, Nature
from complaints.models import CaseLink, Complaint
from complaints.receipts import receipt_hash
from complaints.services.first_parts import open_first_parts, record_receipt, save_under_new_reference
from complaints.vehicles import Subject

SHARED = (
    "channel",
    "language",
    "ambulance_id",
    "marking_id",
    "institution_id",
    "plate_given",
    "division_id",
    "place",
    "occurred_at",
    "narrative",
    "answers",
    "distance_km",
    "amount_charged",
    "posted_amount",
    "consent_sensitive",
)
"""What both halves are told. The contact and the files stay with the first; what it agreed to share, too."""


def open_twin(
    *,
    first: Complaint,
    subject: Subject,
    kind: Kind,
    nature: Nature,
    now: datetime,
    reason: str = "",
    made_by: User | None = None,
) -> Complaint:
    """Open the other half of `first`, which the caller has locked or just written: reference, parts, clocks, messages.

    Nobody holds a receipt code of it: the first one's opens both.
    """
    twin = Complaint(
        receipt_hash=receipt_hash(secrets.token_hex(32)),
        kind=kind,
        nature=nature,
        received_at=now,
        twin_of=first,
        flags=list(first.flags),
        **{name: getattr(first, name) for name in SHARED},
    )
    save_under_new_reference(twin)
    record_receipt(twin, now)
    handlings = open_first_parts(twin, _where_it_stands(first, subject), now)
    CaseLink.objects.create(
        complaint=first, other=twin, kind=CaseLink.Kind.TWIN, reason=reason, made_by=made_by, made_at=now
    )
    messages.twin_opened(twin, handlings)
    return twin


def _where_it_stands(first: Complaint, subject: Subject) -> Subject:
    """An illegal ambulance stands where it was seen, for the claim beside the report too: its plate may be stolen."""
    if first.kind != Kind.ILLEGAL_AMBULANCE:
        return subject
    return replace(subject, marking=None, ambulance=None, institution=None)
