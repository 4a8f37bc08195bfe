"""Earlier cases of the same vehicle, institution and contact, among those the officer sees. Reads only.

Of the contact only the cases are shown: phone numbers are compared by keyed hash and never unsealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from complaints.kinds import Kind
from complaints.likeness import has_holes
from complaints.models import Complaint
from complaints.querysets import SEALED
from complaints.strands import first_of

INSTITUTION_REACH: Final = timedelta(days=365)
"""How far back cases of an institution are counted; a vehicle's and a contact's are few, and counted all."""

MOST_LISTED: Final = 5


@dataclass(frozen=True)
class Earlier:
    """What came before about one thing."""

    about: str
    """`vehicle`, `institution` or `contact`; stable, for programs."""

    heading: str
    count: int
    by_kind: tuple[tuple[str, int], ...]
    """Kinds in words with their numbers, the most frequent first."""

    cases: tuple[Complaint, ...]
    """The newest few."""


def earlier_cases(complaint: Complaint, scope: Scope) -> list[Earlier]:
    """Vehicle, institution, contact: two queries for each that there is something of; none is left out empty."""
    first = first_of(complaint)
    seen = Complaint.objects.visible_to(scope).filter(received_at__lte=complaint.received_at)
    before = seen.exclude(Q(pk=first) | Q(twin_of__isnull=False, twin_of=first))
    asked: list[tuple[str, str, Q | None]] = [
        ("vehicle", str(_("Earlier cases of this vehicle")), _same_vehicle(complaint)),
        ("institution", str(_("Cases of this institution in the twelve months before")), _same_institution(complaint)),
        ("contact", str(_("Earlier cases from the same contact")), _same_contact(complaint)),
    ]
    return [_counted(about, words, before.filter(same)) for about, words, same in asked if same is not None]


def _same_vehicle(complaint: Complaint) -> Q | None:
    if complaint.ambulance_id is not None:
        return Q(ambulance=complaint.ambulance_id)
    if complaint.plate_given and not has_holes(complaint.plate_given):
        return Q(plate_given=complaint.plate_given)
    return None


def _same_institution(complaint: Complaint) -> Q | None:
    if complaint.institution_id is None:
        return None
    return Q(institution=complaint.institution_id, received_at__gte=complaint.received_at - INSTITUTION_REACH)


def _same_contact(complaint: Complaint) -> Q | None:
    """Of two halves of one submission the first holds the contact."""
    first = Complaint.objects.filter(pk=first_of(complaint))
    contact = first.values_list("contact_phone_hash", flat=True).get()
    return Q(contact_phone_hash=contact) | Q(twin_of__contact_phone_hash=contact) if contact else None


def _counted(about: str, heading: str, rows: QuerySet[Complaint]) -> Earlier:
    counts = rows.order_by().values_list("kind").annotate(number=Count("pk")).order_by("-number", "kind")
    by_kind = tuple((str(Kind(kind).label), number) for kind, number in counts)
    newest = rows.select_related("institution").defer(*SEALED).order_by("-received_at", "-pk")[:MOST_LISTED]
    total = sum(number for _kind, number in by_kind)
    return Earlier(about, heading, total, by_kind, tuple(newest) if total else ())
