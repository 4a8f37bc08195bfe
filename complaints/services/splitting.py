"""A case that turns out to be a claim and a report at once is split: each half is handled by its own rules."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.kinds import FACTS, Kind, Nature
from complaints.models import Complaint, Handling
from complaints.refusals import Unsound
from complaints.services.case_steps import locked_part, move, record_step, written
from complaints.services.recusing import step_aside
from complaints.services.twins import open_twin
from complaints.vehicles import Subject
from complaints.wall import Audience
from complaints.wishes import other_half
from complaints.workflow import Action
from registry.services.deeds import Deed


@transaction.atomic
def split(
    *,
    handling: Handling,
    version: int | None,
    reason: str,
    actor: User,
    now: datetime,
    address: str,
    kind: Kind | None = None,
) -> Complaint:
    """Open the other half of a case (消费投诉与违法举报分别处理): a claim beside a report, or a report beside a claim.

    `kind` is what the second half is about; left out, it is about the money where money was asked about, else about
    the same. The complainant is told why, follows both with the one receipt, and keeps it. Raises Unsound for thanks,
    for complaints about an authority and for a case that has its other half; OutOfScope, WrongRole, StaleVersion,
    NotAllowed.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.SPLIT, deed, version)
    words = written(reason, field="reason")
    first = locked.complaint
    _check(first, kind)
    other_kind, nature = other_half(Kind(first.kind), Nature(first.nature))
    twin = open_twin(
        first=first,
        subject=subject_as_filed(first),
        kind=kind or other_kind,
        nature=nature,
        now=now,
        reason=words,
        made_by=actor,
    )
    for one in first.recusals.select_related("user"):
        step_aside(twin, one.user, one.reason, now)
    move(locked, cell, now=now, actor=actor, text=words, audience=Audience.COMPLAINANT)
    record_step(deed, locked, Action.SPLIT, twin=twin.reference)
    return twin


def _check(first: Complaint, kind: Kind | None) -> None:
    if first.nature == Nature.PRAISE or first.about_authority_id is not None:
        raise Unsound({"kind": _("Thanks, and complaints about an authority, have no second half.")}, code="no-half")
    if first.twin_of_id is not None or first.twins.exists():
        raise Unsound({"kind": _("This case has its second half already.")}, code="is-split")
    if kind is not None and (FACTS[kind].nature is Nature.PRAISE or FACTS[kind].about_authority):
        raise Unsound({"kind": _("Choose what the second half is about.")}, code="no-kind")


def subject_as_filed(complaint: Complaint) -> Subject:
    """What a case is about, as it was understood when it was filed."""
    return Subject(
        marking=complaint.marking,
        ambulance=complaint.ambulance,
        institution=complaint.institution,
        division=complaint.division,
        plate=complaint.plate_given,
        is_unknown_code=False,
    )
