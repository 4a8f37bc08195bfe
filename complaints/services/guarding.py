"""The guard at the wall: no text leaves for an institution that names who complained."""

from __future__ import annotations

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from complaints.identifying import Identifier, Known, identifiers_in
from complaints.models import Complaint
from complaints.refusals import Unsound
from complaints.services.case_steps import written

SENTENCES = {
    Identifier.NAME: _("The complainant's name stands in the text."),
    Identifier.PHONE: _("The complainant's phone number stands in the text."),
    Identifier.EMAIL: _("The complainant's e-mail address stands in the text."),
    Identifier.REFERENCE: _("The reference of the complaint stands in the text."),
    Identifier.RECEIPT_CODE: _("The receipt code stands in the text."),
}
REMOVE = _("Take it out: the institution must not learn who complained.")


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
        raise Unsound({field: told}, code=f"identifies-{found[0].value.replace('_', '-')}")
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
