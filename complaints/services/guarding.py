"""The guard at the wall: no text leaves for an institution that names who complained.

What it refuses tells the writer that the text holds the name. So each refusal is on record, and few are given: else
whoever is not allowed to see who complained could find it out by writing one list of names after another.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import AuditRow, User
from complaints.identifying import Identifier, Known, identifiers_in
from complaints.models import Complaint
from complaints.refusals import Unsound
from complaints.services.case_steps import named, written
from complaints.wall import Audience

SENTENCES = {
    Identifier.NAME: _("The complainant's name stands in the text."),
    Identifier.PHONE: _("The complainant's phone number stands in the text."),
    Identifier.EMAIL: _("The complainant's e-mail address stands in the text."),
    Identifier.REFERENCE: _("The reference of the complaint stands in the text."),
    Identifier.RECEIPT_CODE: _("The receipt code stands in the text."),
}
REMOVE = _("Take it out: the institution must not learn who complained.")

MOST_REFUSALS: Final = 5
"""Refusals of one person in one case within an hour; then nothing of it is looked at for a while."""
AN_HOUR: Final = timedelta(hours=1)
P = ParamSpec("P")
R = TypeVar("R")


def guarded(field: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For a service that writes to institutions: what the guard refuses is recorded, though nothing else is written.

    `field` is the one that holds the text. Stands outside of the service's transaction. Adds to what it raises Unsound
    for whoever was refused too often.
    """

    def around(service: Callable[P, R]) -> Callable[P, R]:
        @wraps(service)
        def run(*arguments: P.args, **given: P.kwargs) -> R:
            if given.get("audience", Audience.INSTITUTION) == Audience.INSTITUTION and _was_refused_often(given):
                raise Unsound({field: TOO_OFTEN}, code="too-often")
            try:
                return service(*arguments, **given)
            except Unsound as refusal:
                if refusal.code.startswith(IDENTIFIES):
                    _record(given, refusal.code.removeprefix(IDENTIFIES))
                raise

        return run

    return around


IDENTIFIES: Final = "identifies-"
TOO_OFTEN = _("Several texts that named the complainant were refused. Let a colleague write it, or wait an hour.")


def _case_of(given: Any) -> int:
    part = given["handling"] if "handling" in given else given["forwarding"].handling
    return int(part.complaint_id)


def _was_refused_often(given: Any) -> bool:
    actor: User = given["actor"]
    now: datetime = given["now"]
    rows = AuditRow.objects.filter(
        object_type=Complaint._meta.label, object_id=str(_case_of(given)), action="complaint.guard_refused", actor=actor
    )
    return rows.filter(at__gt=now - AN_HOUR).count() >= MOST_REFUSALS


@transaction.atomic
def _record(given: Any, what: str) -> None:
    complaint = Complaint.objects.only("reference", "division_id", "about_authority_id").get(pk=_case_of(given))
    audit.record(
        action="complaint.guard_refused",
        actor=given["actor"],
        address=given["address"],
        thing=complaint,
        division_code=complaint.division_id,
        is_success=False,
        detail={**named(complaint), "what": what},
        now=given["now"],
    )


def words_across(text: str, complaint: Complaint, *, field: str, is_needed: bool = True) -> str:
    """`text` as it may be shown to an institution.

    Raises Unsound as `written`, and where it holds what identifies the complainant, or anybody whose report of the
    same event is handled together with it; the words say what was found, and never repeat it.
    """
    words = written(text, field=field, is_needed=is_needed)
    found = identifiers_in(words, people_of(complaint))
    if found:
        sentences = [SENTENCES[each] for each in found]
        told = format_lazy(" ".join("{}" for _each in (*sentences, REMOVE)), *sentences, REMOVE)
        raise Unsound({field: told}, code=f"{IDENTIFIES}{found[0].value.replace('_', '-')}")
    return words


def people_of(complaint: Complaint) -> list[Known]:
    """Everybody whose identity a text about this case could give away. One query.

    The complainant, and those of the other half of the submission, of cases handled together with it, of linked ones;
    where one of these is a second half, the first half, which holds the contact.
    """
    pk = complaint.pk
    halves = [each for each in (complaint.twin_of_id, complaint.merged_into_id) if each]
    kin = Complaint.objects.filter(
        Q(pk__in=[pk, *halves])
        | Q(twin_of_id__in=[pk, *halves])
        | Q(merged_into_id__in=[pk, *halves])
        | Q(links_back__complaint_id=pk)
        | Q(links__other_id=pk)
    )
    keys = kin.values("pk")
    found = Complaint.objects.filter(Q(pk__in=keys) | Q(pk__in=kin.filter(twin_of__isnull=False).values("twin_of")))
    return [_known(each) for each in found]


def _known(complaint: Complaint) -> Known:
    return Known(
        name=complaint.contact_name,
        phone=complaint.contact_phone,
        email=complaint.contact_email,
        references=tuple(filter(None, (complaint.reference, complaint.platform_reference))),
        receipt_hashes=(complaint.receipt_hash,),
    )
