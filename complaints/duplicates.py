"""Which other cases are likely reports of the same event, among those the officer sees. Reads only.

Cheap things first: the database narrows by vehicle, plate, contact and place within `WINDOW`; stories are unsealed for
at most `MOST_READ` of what is left. Nothing is decided here, and nothing crosses what the officer may not see.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.scope import Scope
from complaints.likeness import (
    HOLES,
    WEIGHT,
    Reason,
    Sight,
    has_holes,
    is_near_text,
    known_ends,
    prepared,
    reasons_by_sight,
)
from complaints.models import CaseLink, Complaint, Evidence
from complaints.querysets import SEALED
from complaints.strands import first_of
from directory.clock import SHANGHAI
from registry.same_pictures import is_same, maybe_same

WINDOW: Final = timedelta(days=30)
"""How far apart, by receipt, reports of one event are looked for."""

MOST_READ: Final = 200
"""Cases whose story is unsealed for one page: about 20 ms. Vehicle, plate and contact come first, then the district."""

MOST_PICTURES: Final = 200
"""Pictures compared for one page."""

MOST_SHOWN: Final = 10

CITY: Final = 4
"""Digits of a division's code that name the city."""


@dataclass(frozen=True)
class LikelyDuplicate:
    """A case that may report the same event, and why it is thought so."""

    complaint: Complaint
    reasons: tuple[Reason, ...]
    is_linked: bool
    """An officer has linked the two already."""

    @property
    def weight(self) -> int:
        """For the order: the more reasons, the higher."""
        return sum(WEIGHT[reason] for reason in self.reasons)


def likely_duplicates(complaint: Complaint, scope: Scope) -> list[LikelyDuplicate]:
    """The likeliest first, at most `MOST_SHOWN`. Five queries at most; at most `MOST_READ` stories are unsealed.

    The other half of the same submission and whatever is merged with the case already are no news and left out.
    """
    near = _near_in_time(complaint, scope)
    pictured = _with_same_picture(complaint, near)
    found = list(_candidates(complaint, near, pictured))
    stories = dict(Complaint.objects.filter(pk__in=[one.pk for one in found]).values_list("pk", "narrative"))
    mine, story = sight_of(complaint), prepared(complaint.narrative)
    reasons: dict[int, list[Reason]] = {}
    for one in found:
        reasons[one.pk] = reasons_by_sight(mine, sight_of(one))
        if is_near_text(story, prepared(stories.get(one.pk, ""))):
            reasons[one.pk].append(Reason.STORY)
        if first_of(one) in pictured:
            reasons[one.pk].append(Reason.PICTURE)
    linked = _linked_with(complaint)
    likely = [
        LikelyDuplicate(one, tuple(reasons[one.pk]), is_linked=one.pk in linked) for one in found if reasons[one.pk]
    ]
    return sorted(likely, key=lambda one: (-one.weight, -one.complaint.pk))[:MOST_SHOWN]


def sight_of(complaint: Complaint) -> Sight:
    """What is compared of a complaint without reading the sealed parts."""
    moment = complaint.occurred_at or complaint.received_at
    return Sight(
        vehicle=complaint.ambulance_id,
        plate=complaint.plate_given,
        day=moment.astimezone(SHANGHAI).date(),
        contact=complaint.contact_phone_hash,
    )


def _near_in_time(complaint: Complaint, scope: Scope) -> QuerySet[Complaint]:
    """Other cases the officer sees, received within the window, that are not one with this case already."""
    window = (complaint.received_at - WINDOW, complaint.received_at + WINDOW)
    first = first_of(complaint)
    own = Q(pk=first) | Q(twin_of=first) | Q(merged_into=complaint.pk)
    if complaint.merged_into_id is not None:
        own |= Q(pk=complaint.merged_into_id) | Q(merged_into=complaint.merged_into_id)
    seen = Complaint.objects.visible_to(scope).filter(received_at__range=window, destroyed_at=None)
    return seen.exclude(pk__in=Complaint.objects.filter(own).values("pk"))


def _candidates(complaint: Complaint, near: QuerySet[Complaint], pictured: Collection[int]) -> QuerySet[Complaint]:
    """At most `MOST_READ` cases worth a closer look, sealed columns left where they are."""
    same = _same_subject(complaint)
    city = complaint.division_id[:CITY]
    same |= Q(pk__in=pictured) | Q(twin_of__in=pictured)
    rank = Case(
        When(same, then=Value(0)),
        When(division=complaint.division_id, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = (
        near.filter(same | Q(division__code__startswith=city))
        .annotate(rank=rank)
        .order_by("rank", "-received_at", "-pk")
    )
    return rows.select_related("institution").defer(*SEALED)[:MOST_READ]


def _same_subject(complaint: Complaint) -> Q:
    """The same vehicle, plate or contact, and plates with holes that may fit. Matches nothing without any of them."""
    same = Q(pk__in=[])
    if complaint.ambulance_id is not None:
        same |= Q(ambulance=complaint.ambulance_id)
    if complaint.contact_phone_hash:
        same |= Q(contact_phone_hash=complaint.contact_phone_hash)
    if complaint.plate_given:
        same |= Q(plate_given=complaint.plate_given)
        for hole in sorted(HOLES):
            same |= Q(plate_given__contains=hole)
        begins, ends = known_ends(complaint.plate_given)
        if has_holes(complaint.plate_given) and begins + ends:
            same |= Q(plate_given__startswith=begins, plate_given__endswith=ends)
    return same


def _with_same_picture(complaint: Complaint, near: QuerySet[Complaint]) -> frozenset[int]:
    """First halves of submissions with a picture that this one has, too: the same file, or one that looks the same."""
    mine = list(_pictures().filter(complaint=first_of(complaint)).only("sha256", "picture_hash"))
    if not mine:
        return frozenset()
    near_pks = near.values("pk")
    rows = _pictures().filter(Q(complaint__in=near_pks) | Q(complaint__twins__in=near_pks)).distinct()
    found = maybe_same(rows, mine).values_list("complaint_id", "sha256", "picture_hash")[:MOST_PICTURES]
    return frozenset(
        pk
        for pk, sha256, picture_hash in found
        if pk is not None and any(is_same(one, sha256, picture_hash) for one in mine)
    )


def _pictures() -> QuerySet[Evidence]:
    """Pictures that complainants gave; what institutions attached says nothing of who saw an event."""
    return Evidence.objects.filter(media=Evidence.Media.IMAGE, forwarding=None).order_by("-pk")


def _linked_with(complaint: Complaint) -> frozenset[int]:
    pairs = CaseLink.objects.filter(Q(complaint=complaint) | Q(other=complaint)).values_list("complaint_id", "other_id")
    return frozenset(pk for pair in pairs for pk in pair) - {complaint.pk}
