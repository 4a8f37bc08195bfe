"""A complaint taken by telephone: filed by a clerk, once, on record; the receipt code read aloud or sent by SMS."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from complaints import messages
from complaints.entry import Entry
from complaints.models import Complaint
from complaints.models.complaint import Channel
from complaints.receipts import receipt_hash
from complaints.services.case_steps import named
from complaints.services.submit import Submitted, submit_complaint
from directory.formats import is_mobile
from notifications.states import Medium
from registry.refusals import NotAllowed, WrongRole
from registry.services.deeds import Deed


@transaction.atomic
def take_call(*, entry: Entry, token: str, language: str, actor: User, now: datetime, address: str) -> Submitted:
    """File what was told on the telephone: once for each `token` of the clerk, whatever is clicked twice.

    Raises WrongRole for whoever is no clerk, Invalid (nothing was written), and KeyReused for another content under
    the same token.
    """
    if not actor.scope.has(Role.HOTLINE_CLERK):
        raise WrongRole("only clerks of a hotline take calls")
    submitted = submit_complaint(
        entry=entry,
        evidence=(),
        key=f"hotline:{actor.pk}:{token}",
        channel=Channel.PHONE,
        language=language,
        flags=(),
        now=now,
    )
    if submitted.is_new:
        complaint = Complaint.objects.get(reference=submitted.receipt.reference)
        Deed(actor, now, address).record("complaint.taken_by_phone", complaint, complaint.division_id, named(complaint))
    return submitted


@transaction.atomic
def text_receipt_code(*, reference: str, code: str, actor: User, now: datetime, address: str) -> None:
    """Send the code that was just made to the mobile phone the caller gave; once, however often it is asked.

    Raises WrongRole, and NotAllowed where the code is not (any more) that of the complaint or no mobile was given.
    """
    if not actor.scope.has(Role.HOTLINE_CLERK):
        raise WrongRole("only clerks of a hotline send codes")
    complaint = Complaint.objects.select_for_update(of=("self",)).filter(reference=reference).first()
    if complaint is None or complaint.receipt_hash != receipt_hash(code) or not is_mobile(complaint.contact_phone):
        raise NotAllowed
    messages.receipt_code_sent(
        complaint, code, medium=Medium.SMS, recipient=complaint.contact_phone, occasion="hotline", is_new=False
    )
    Deed(actor, now, address).record("complaint.code_texted", complaint, complaint.division_id, named(complaint))
