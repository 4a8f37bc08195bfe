"""Filing a complaint: one transaction writes it, its first event, its handlings, deadlines, and the messages."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from complaints import messages
from complaints.entry import Entry, KeyReused
from complaints.kinds import CODE_MISSING, Kind, Nature
from complaints.models import Complaint, Evidence, SpentChallenge, Submission
from complaints.models.complaint import Channel
from complaints.reading import Receipt, receipt_of
from complaints.receipts import new_receipt_code, receipt_hash
from complaints.responsible import complained_of
from complaints.services.first_parts import (
    open_first_parts,
    record_receipt,
    save_under_new_reference,
)
from complaints.services.twins import open_twin
from complaints.vehicles import Subject, posted_amount, subject_of
from complaints.wishes import other_half
from vault.keys import keyed_hash

KEPT = timedelta(days=1)
"""How long the answer to an idempotency key is kept."""

KEPT_FOR_PLATFORMS = timedelta(days=36_525)
"""How long a platform's reference is known, with the content it came with: as long as the complaint is."""

FLAG_NO_CHALLENGE = "unchecked_address"
FLAG_VEHICLE = "many_on_vehicle"
FLAG_PHONE = "many_from_phone"
FLAG_UNKNOWN_CODE = "unknown_code"
FLAG_CODE_MISSING = "code_missing"


@dataclass(frozen=True)
class Origin:
    """The partner platform that hands a complaint over, and the number it has there."""

    platform_id: int
    reference: str


@dataclass(frozen=True)
class Submitted:
    """The answer to a filing: the receipt, and whether this very call made the complaint."""

    receipt: Receipt
    is_new: bool


def repeat_of(*, key: str, entry: Entry, file_hashes: Sequence[str], now: datetime) -> Submitted | None:
    """The answer already given to this key, so that a repeat costs no limit; None if there is none.

    Raises KeyReused when the key came with another content before.
    """
    kept = Submission.objects.filter(key_hash=_key_hash(key), expires_at__gt=now).first()
    if kept is None or kept.complaint_id is None:
        return None
    return _repeated(kept, entry.without_forbidden_consent().fingerprint(file_hashes))


def answer_of(*, key: str, now: datetime) -> Receipt | None:
    """The receipt given to this key, receipt code included; None when there is none or its day is over."""
    kept = Submission.objects.filter(key_hash=_key_hash(key), expires_at__gt=now).first()
    return Receipt.from_stored(kept.answer) if kept and kept.answer else None


@transaction.atomic
def submit_complaint(
    *,
    entry: Entry,
    evidence: Sequence[Evidence],
    key: str,
    channel: Channel,
    language: str,
    flags: Sequence[str],
    now: datetime,
    origin: Origin | None = None,
) -> Submitted:
    """File `entry` once: the same `key` with the same content gets the first answer again, receipt code included.

    With an `origin` nobody gets a receipt code: the platform follows by its own reference, and a repeat is told where
    the complaint stands now.

    `evidence` are stored files, saved or not; they become the complaint's. Raises Invalid (nothing was written)
    and KeyReused. Of parallel calls with one key exactly one files; the others wait for it and repeat its answer.
    """
    now = now.replace(microsecond=0)  # people are told seconds; a repeat must tell the same
    entry = entry.without_forbidden_consent()
    fingerprint = entry.fingerprint([item.sha256 for item in evidence])
    submission, is_mine = _claim(key, fingerprint, now, KEPT_FOR_PLATFORMS if origin else KEPT)
    if not is_mine:
        return _repeated(submission, fingerprint)
    subject = subject_of(entry)
    receipt_code = new_receipt_code()
    complaint = _write_complaint(entry, subject, receipt_code, channel, language, flags, now, origin)
    for item in evidence:
        item.complaint, item.draft = complaint, None
        item.save()
    record_receipt(complaint, now)
    handlings = open_first_parts(complaint, subject, now)
    messages.complaint_received(complaint, handlings)
    if entry.files_both:
        kind, nature = other_half(entry.kind, Nature(complaint.nature))
        open_twin(first=complaint, subject=subject, kind=kind, nature=nature, now=now)
    receipt = receipt_of(complaint, "" if origin else receipt_code)
    submission.complaint, submission.answer = complaint, {} if origin else receipt.as_stored()
    submission.save(update_fields=["complaint", "answer"])
    return Submitted(receipt, is_new=True)


def _key_hash(key: str) -> str:
    return keyed_hash("idempotency-key", key)


def _claim(key: str, fingerprint: str, now: datetime, kept: timedelta) -> tuple[Submission, bool]:
    """Claim the key for this transaction. A parallel claim waits here until the first has committed."""
    key_hash, claim = _key_hash(key), secrets.token_hex(16)
    Submission.objects.filter(key_hash=key_hash, expires_at__lte=now).delete()
    Submission.objects.bulk_create(
        [Submission(key_hash=key_hash, claim=claim, fingerprint=fingerprint, expires_at=now + kept)],
        ignore_conflicts=True,
    )
    submission = Submission.objects.select_for_update().get(key_hash=key_hash)
    return submission, submission.claim == claim


def _repeated(submission: Submission, fingerprint: str) -> Submitted:
    if submission.fingerprint != fingerprint:
        raise KeyReused
    if submission.complaint is not None and not submission.answer:  # a platform's
        return Submitted(receipt_of(submission.complaint), is_new=False)
    return Submitted(Receipt.from_stored(submission.answer), is_new=False)


def _write_complaint(
    entry: Entry,
    subject: Subject,
    receipt_code: str,
    channel: Channel,
    language: str,
    flags: Sequence[str],
    now: datetime,
    origin: Origin | None,
) -> Complaint:
    phone_hash = keyed_hash("phone", entry.contact_phone) if entry.contact_phone else ""
    complaint = Complaint(
        receipt_hash=receipt_hash(receipt_code),
        kind=entry.kind,
        nature=entry.nature,
        channel=channel,
        language=language,
        received_at=now,
        ambulance=subject.ambulance,
        marking=subject.marking,
        institution=subject.institution,
        about_authority=complained_of(entry, subject),
        plate_given=subject.plate,
        division=subject.division,
        place=entry.place,
        occurred_at=entry.occurred_at,
        narrative=entry.narrative,
        answers=_answers(entry, subject),
        distance_km=entry.distance_km,
        amount_charged=entry.amount_charged,
        posted_amount=posted_amount(entry, subject),
        contact_name=entry.contact_name,
        contact_phone=entry.contact_phone,
        contact_email=entry.contact_email,
        contact_phone_hash=phone_hash,
        consent_sensitive=entry.consent_sensitive,
        consent_share_contact=entry.consent_share_contact,
        flags=[*flags, *_unusual(subject, phone_hash, now), *_told_openly(entry)],
        platform_id=origin.platform_id if origin else None,
        platform_reference=origin.reference if origin else "",
    )
    save_under_new_reference(complaint)
    return complaint


def _answers(entry: Entry, subject: Subject) -> dict[str, str]:
    """The kind's own answers; a code that no vehicle carries is kept as it was read."""
    return {**entry.answers, "unknown_code": entry.ambulance_code} if subject.is_unknown_code else entry.answers


def _unusual(subject: Subject, phone_hash: str, now: datetime) -> list[str]:
    """Flags for the desk. Numbers out of the ordinary never refuse anybody."""
    env, flags = settings.ENV, []
    recent = Complaint.objects.in_the_day_before(now)
    about = Q(ambulance=subject.ambulance) if subject.ambulance else Q(plate_given=subject.plate)
    if (subject.ambulance or subject.plate) and recent.filter(about).count() >= env.FLAG_VEHICLE_PER_DAY:
        flags.append(FLAG_VEHICLE)
    if phone_hash and recent.filter(contact_phone_hash=phone_hash).count() >= env.FLAG_PHONE_PER_DAY:
        flags.append(FLAG_PHONE)
    if subject.is_unknown_code:
        flags.append(FLAG_UNKNOWN_CODE)
    return flags


def _told_openly(entry: Entry) -> list[str]:
    """What of the sealed answers is noted in the open: one bit about the vehicle, nothing about the person."""
    ticked = entry.answers.get("differences", "").split(",") if entry.kind == Kind.CARD_MISMATCH else []
    return [FLAG_CODE_MISSING] if CODE_MISSING in ticked else []


def spend_challenge(signature: str, expires_at: datetime) -> bool:
    """Note that a proof of work was used. False if it had been used before."""
    try:
        with transaction.atomic():
            SpentChallenge.objects.create(signature=signature, expires_at=expires_at)
    except IntegrityError:
        return False
    return True
