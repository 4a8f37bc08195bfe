"""Reminders of dates that come near: one mail a day to each fleet manager, of each date once at each distance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from directory.clock import SHANGHAI
from directory.models import Institution
from registry import messages
from registry.choices import AmbulanceStatus
from registry.models import Ambulance, CrewMember, Reminder
from registry.reminding import FARTHEST, distance_of

IN_USE = (AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED)
KEYS_AT_ONCE = 500
"""Keys looked up in one query; SQLite takes a limited number of values."""
KINDS = ("inspection", "scrapping", "certificate")


@dataclass(frozen=True)
class Near:
    """One date within reach of a reminder."""

    kind: str
    pk: int
    on: date
    distance: int

    @property
    def key(self) -> str:
        """The same date at the same distance has the same key; a date that was moved has another."""
        return f"{self.kind}:{self.pk}:{self.on:%Y%m%d}:{self.distance}"


def queue_reminders(*, now: datetime) -> int:
    """Queue today's reminders (the day in Asia/Shanghai); how many mails. Running it again on a day queues nothing.

    Institutions without anybody to write to are left for the day on which they have somebody, closed ones altogether:
    their people can do nothing about a date.
    """
    today = now.astimezone(SHANGHAI).date()
    found = dates_within_reach(today)
    institutions = Institution.objects.filter(pk__in=list(found)).exclude(closed_on__lte=today).order_by("pk")
    return sum(_remind(institution, found[institution.pk], today, now) for institution in institutions)


def dates_within_reach(today: date) -> dict[int, list[Near]]:
    """Institution → dates that lie at most `FARTHEST` days ahead. Two queries."""
    found: dict[int, list[Near]] = defaultdict(list)
    last = today + timedelta(days=FARTHEST)
    vehicles = Ambulance.objects.filter(
        Q(inspection_valid_until__range=(today, last)) | Q(scrap_due_on__range=(today, last)), status__in=IN_USE
    ).values_list("pk", "institution_id", "inspection_valid_until", "scrap_due_on")
    for pk, institution_id, inspection, scrapping in vehicles.iterator(2000):
        found[institution_id] += _near(pk, today, inspection=inspection, scrapping=scrapping)
    members = CrewMember.objects.filter(certificate_valid_until__range=(today, last), left_on__isnull=True).values_list(
        "pk", "institution_id", "certificate_valid_until"
    )
    for pk, institution_id, valid_until in members.iterator(2000):
        found[institution_id] += _near(pk, today, certificate=valid_until)
    return found


def _near(pk: int, today: date, **dates: date | None) -> Iterator[Near]:
    for kind, on in dates.items():
        distance = distance_of(on, today) if on is not None else None
        if on is not None and distance is not None:
            yield Near(kind, pk, on, distance)


@transaction.atomic
def _remind(institution: Institution, near: Iterable[Near], today: date, now: datetime) -> int:
    """Note what is new and queue the mails, together; how many mails."""
    fresh = _not_yet_reminded(list(near))
    people = messages.fleet_managers(institution) if fresh else []
    if not people:
        return 0
    day = Reminder(key=f"day:{institution.pk}:{today:%Y%m%d}", queued_at=now)
    if Reminder.objects.filter(key=day.key).exists():
        return 0  # today's mail has gone; what came up since waits for tomorrow's
    Reminder.objects.bulk_create(
        [day, *(Reminder(key=one.key, queued_at=now) for one in fresh)], ignore_conflicts=True, batch_size=KEYS_AT_ONCE
    )
    counted = Counter(one.kind for one in fresh)
    for person in people:
        messages.dates_near(institution, person, {kind: counted[kind] for kind in KINDS}, today)
    return len(people)


def _not_yet_reminded(near: list[Near]) -> list[Near]:
    known: set[str] = set()
    for start in range(0, len(near), KEYS_AT_ONCE):
        keys = [one.key for one in near[start : start + KEYS_AT_ONCE]]
        known |= set(Reminder.objects.filter(key__in=keys).values_list("key", flat=True))
    return [one for one in near if one.key not in known]
