"""What a complainant does about the data kept: corrects the contact, takes a consent back, has it deleted (PIPL 44–47).

The history says that it was done, never what the values were.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import messages
from complaints.entry import Fault, Invalid
from complaints.models import Complaint
from complaints.own_data import stands_against
from complaints.services.destroying import destroy_complaint
from complaints.services.follow import locked_strands, written_by_complainant
from complaints.strands import strands_of
from complaints.workflow import OPEN_CASES, Action
from notifications.states import Medium
from vault.keys import keyed_hash


class StandsAgainst(Exception):
    """Story and files must be kept for now: why, in sentences. Nothing was deleted."""

    def __init__(self, reasons: list[Promise | str]) -> None:
        super().__init__(f"{len(reasons)} reasons")
        self.reasons = reasons


@transaction.atomic
def correct_contact(*, complaint: Complaint, name: str, phone: str, email: str, now: datetime) -> bool:
    """Put the contact right; whether anything changed. The contact that was there so far is told that it was changed.

    `phone` is normalised. Raises Invalid when nothing would be left: that is a deletion, which says what it means.
    """
    cases = locked_strands(complaint)
    first = cases[0]
    if not (name or phone or email):
        raise Invalid([Fault("contact_phone", "required", _("To have your contact deleted, use the button below."))])
    given = {"contact_name": name, "contact_phone": phone, "contact_email": email}
    if all(getattr(first, field) == value for field, value in given.items()):
        return False
    for field, medium in (("contact_email", Medium.EMAIL), ("contact_phone", Medium.SMS)):
        if not given[field]:
            messages.forget_contact(cases, medium)
    event = written_by_complainant(first, Action.CHANGE_DATA, "", now)
    messages.data_changed(first, event)
    for field, value in given.items():
        setattr(first, field, value)
    first.contact_phone_hash = keyed_hash("phone", phone) if phone else ""
    first.consent_share_contact = first.consent_share_contact and bool(phone or email)
    first.save(update_fields=[*given, "contact_phone_hash", "consent_share_contact"])
    return True


@transaction.atomic
def withdraw_consent(*, complaint: Complaint, now: datetime) -> bool:
    """Take back the consent to pass the contact to the institution; whether there was one.

    What was passed on before cannot be taken back; from now on nothing is.
    """
    given = [one for one in locked_strands(complaint) if one.consent_share_contact]
    for one in given:
        one.consent_share_contact = False
        one.save(update_fields=["consent_share_contact"])
        written_by_complainant(one, Action.CHANGE_DATA, "", now)
    return bool(given)


@transaction.atomic
def delete_contact(*, complaint: Complaint, is_understood: bool, now: datetime) -> bool:
    """Delete name, phone and e-mail; whether there were any. The case goes on, as an anonymous one.

    What waits in the outbox for this contact is not sent any more. Raises Invalid while it is being handled unless the
    person has confirmed to have understood that no news will come.
    """
    cases = locked_strands(complaint)
    if any(one.state in OPEN_CASES for one in cases) and not is_understood:
        words = _("Confirm that you have read what it means; then your contact is deleted.")
        raise Invalid([Fault("is_understood", "required", words)])
    return _empty_contact(cases, now)


def _empty_contact(cases: Sequence[Complaint], now: datetime) -> bool:
    first = cases[0]
    if not (first.contact_name or first.contact_phone or first.contact_email):
        return False
    first.contact_name = first.contact_phone = first.contact_email = first.contact_phone_hash = ""
    first.consent_share_contact = False
    first.save(
        update_fields=[
            "contact_name",
            "contact_phone",
            "contact_email",
            "contact_phone_hash",
            "consent_share_contact",
        ]
    )
    messages.forget_contact(cases)
    written_by_complainant(first, Action.DELETE_DATA, "", now)
    return True


def delete_everything(*, complaint: Complaint, now: datetime) -> None:
    """Delete contact, story and files of the whole submission for good; a tombstone with counts and hashes stays.

    Must not run inside a transaction. Raises StandsAgainst while law or handling need the file.
    """
    with transaction.atomic():
        cases = locked_strands(complaint)
        reasons = stands_against(cases, now)
        if reasons:
            raise StandsAgainst(reasons)
        if not _empty_contact(cases, now):
            written_by_complainant(cases[0], Action.DELETE_DATA, "", now)
    for one in strands_of(complaint):
        destroy_complaint(complaint=one, batch=None, now=now)
