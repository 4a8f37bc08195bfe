"""Looks at cleaned files and released contacts: who may, and that it is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import AuditRow, User
from complaints.messages import person_of
from complaints.models import Complaint, Evidence, Forwarding
from complaints.services.case_steps import named
from complaints.services.opening import AN_HOUR
from evidence.store import EvidenceStore
from registry.refusals import OutOfScope
from registry.services.deeds import Deed


@dataclass(frozen=True)
class Contact:
    """What the institution may know of the complainant after a release; fields may be empty."""

    name: str
    phone: str
    email: str


@transaction.atomic
def open_evidence(*, evidence: Evidence, actor: User, now: datetime, address: str, start: int = 0) -> Iterator[bytes]:
    """The cleaned copy for an officer of the case, in chunks from the byte `start` on; outside of the scope 404.

    Recorded each time it is opened from its beginning; a player that jumps within the hour after is not recorded anew,
    one that begins in the middle is. Raises OutOfScope, FileNotFoundError, CannotUnseal.
    """
    if not Evidence.objects.visible_to(actor.scope).filter(pk=evidence.pk).exists() or evidence.complaint is None:
        raise OutOfScope
    chunks = EvidenceStore().read_cleaned(evidence.cleaned_key, start)
    complaint = evidence.complaint
    if start == 0 or not _opened_lately("evidence.read", complaint, actor, now, file=evidence.pk):
        Deed(actor, now, address).record(
            "evidence.read",
            complaint,
            complaint.division_id,
            {**named(complaint), "file": evidence.pk, "media": evidence.media},
        )
    return chunks


def _opened_lately(deed: str, thing: Complaint | Forwarding, actor: User, now: datetime, **detail: int) -> bool:
    """Whether the person's opening is on record; else one asked for from its second byte on would leave none."""
    rows = AuditRow.objects.filter(object_type=thing._meta.label, object_id=str(thing.pk), action=deed, actor=actor)
    about = {f"detail__{name}": value for name, value in detail.items()}
    return rows.filter(at__gt=now - AN_HOUR, **about).exists()


@transaction.atomic
def open_forwarded_file(
    *, forwarding: Forwarding, evidence: Evidence, actor: User, now: datetime, address: str, start: int = 0
) -> Iterator[bytes]:
    """The cleaned copy of a shown file, or of one's own attachment, for the institution's complaint officer.

    Raises as `open_evidence`; what was taken back shows nothing any more.
    """
    readable = Forwarding.objects.visible_to(actor.scope).filter(pk=forwarding.pk)
    if not readable.exists() or evidence not in files_for_institution(forwarding):
        raise OutOfScope
    chunks = EvidenceStore().read_cleaned(evidence.cleaned_key, start)
    if start == 0 or not _opened_lately("forwarding.file_read", forwarding, actor, now):
        # The administrator of the institution reads this row: no reference, no place of the event in it.
        division_code = forwarding.institution.division_id
        Deed(actor, now, address).record(
            "forwarding.file_read", forwarding, division_code, {"number": forwarding.number}
        )
    return chunks


def files_for_institution(forwarding: Forwarding) -> list[Evidence]:
    """The shown files and the institution's own attachments; of what was taken back only its own. Two queries."""
    own = list(forwarding.attachments.order_by("pk"))
    if forwarding.state == Forwarding.State.RECALLED:
        return own
    return [*forwarding.shown_files.given().order_by("pk"), *own]


@transaction.atomic
def open_contact(*, forwarding: Forwarding, actor: User, now: datetime, address: str) -> Contact | None:
    """The contact that an officer released for this forwarding, and that it was opened is recorded; else None.

    Raises OutOfScope for whatever was not sent to the person's institution.
    """
    if not Forwarding.objects.visible_to(actor.scope).filter(pk=forwarding.pk).exists():
        raise OutOfScope
    if forwarding.contact_released_at is None or forwarding.state == Forwarding.State.RECALLED:
        return None
    person = person_of(forwarding.handling.complaint)
    if not person.consent_share_contact:  # withdrawn since then
        return None
    division_code = forwarding.institution.division_id
    Deed(actor, now, address).record("forwarding.read", forwarding, division_code, {"number": forwarding.number})
    return Contact(person.contact_name, person.contact_phone, person.contact_email)
