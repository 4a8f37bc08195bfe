"""A lost receipt code is replaced through the contact that was left. Nobody learns whether there was one to find."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.db import transaction

from complaints import messages
from complaints.models import Complaint, ComplaintEvent, Submission
from complaints.receipts import new_receipt_code, read_reference, receipt_hash
from complaints.services.case_steps import locked_complaint
from complaints.workflow import Action, Actor
from directory.formats import BadFormat, check_phone, is_mobile
from notifications.states import Medium
from vault.keys import keyed_hash

WAIT = timedelta(days=1)
"""Between two new codes of one complaint."""


@transaction.atomic
def replace_receipt_code(*, reference: str, contact: str, now: datetime) -> None:
    """Send a new receipt code to `contact` if the complaint of `reference` was left it; the old code is void then.

    Says nothing of what it found, and does the same sums whatever it found. At most one new code a day for each
    complaint, so that nobody who knows both can keep its holder out. A landline can be sent nothing.
    """
    code = new_receipt_code()
    found = Complaint.objects.filter(reference=read_reference(reference), twin_of=None).first()
    medium = _fitting(found, contact)
    new_hash = receipt_hash(code)
    if found is None or medium is None:
        return
    locked = locked_complaint(found.pk)
    if locked.events.filter(action=Action.NEW_CODE, at__gt=now - WAIT).exists() or not _left(locked, medium):
        return
    locked.receipt_hash = new_hash
    locked.save(update_fields=["receipt_hash"])
    _void_in_answers(locked)
    event = ComplaintEvent.objects.create(
        complaint=locked, action=Action.NEW_CODE, state=locked.state, side=Actor.SYSTEM.value, at=now
    )
    messages.receipt_code_sent(
        locked, code, medium=medium, recipient=_left(locked, medium), occasion=f"event-{event.pk}", is_new=True
    )


def _left(complaint: Complaint | None, medium: Medium) -> str:
    """The contact of this medium that was left; empty without one."""
    if complaint is None:
        return ""
    return str(complaint.contact_email if medium is Medium.EMAIL else complaint.contact_phone)


def _fitting(complaint: Complaint | None, contact: str) -> Medium | None:
    """By which medium the contact given is the one that was left; both are compared whatever is there."""
    given = {Medium.EMAIL: contact.strip().casefold(), Medium.SMS: _as_phone(contact)}
    kept = {Medium.EMAIL: _left(complaint, Medium.EMAIL).casefold(), Medium.SMS: _left(complaint, Medium.SMS)}
    fits = {medium: _same(given[medium], kept[medium]) for medium in (Medium.EMAIL, Medium.SMS)}
    if fits[Medium.SMS] and is_mobile(kept[Medium.SMS]):
        return Medium.SMS
    return Medium.EMAIL if fits[Medium.EMAIL] else None


def _same(given: str, kept: str) -> bool:
    is_same = hmac.compare_digest(keyed_hash("lost-code", given), keyed_hash("lost-code", kept))
    return is_same and bool(kept)


def _as_phone(contact: str) -> str:
    try:
        return check_phone(contact)
    except BadFormat:
        return ""


def _void_in_answers(complaint: Complaint) -> None:
    """The receipt that can be shown again for a day holds the old code: it goes, the rest stays for a repeat."""
    for kept in Submission.objects.select_for_update().filter(complaint=complaint):
        if kept.answer:
            kept.answer = {**kept.answer, "receipt_code": ""}
            kept.save(update_fields=["answer"])
