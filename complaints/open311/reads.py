"""Which cases are listed, and since when. Reads only.

A case is listed from the first of a month on, when it was concluded `OPEN311_DELAY_DAYS` before; so the list changes
once a month and the day on which a case appears says nothing of the day on which anything was done. Of each kind at
least `OPEN311_MIN_GROUP` appear together; fewer wait for the next month that makes them enough.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache, reduce
from itertools import groupby
from operator import or_
from time import monotonic
from typing import Final

from django.conf import settings
from django.db.models import Case, Count, IntegerField, Min, Q, QuerySet, Value, When

from complaints.kinds import Kind, Nature
from complaints.models import Complaint
from complaints.open311.ids import Sort, identifier
from complaints.workflow import State
from directory.clock import SHANGHAI

LISTED: Final = (State.CONCLUDED, State.CLOSED, State.REVIEWED, State.FINAL)
"""Cases that were answered. Withdrawn, declined and merged ones tell nobody anything and are never listed."""
A_DAY: Final = timedelta(days=1)
KEPT_SECONDS: Final = 300
"""How long a process keeps the count of groups. Whether a case is answered is never kept."""


@dataclass(frozen=True)
class Listed:
    """What the public is told of a case: an identifier, a kind, and two days."""

    service_request_id: str
    kind: Kind
    requested_on: date
    concluded_on: date


def midnight(day: date) -> datetime:
    """The beginning of a day in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def day_of(instant: datetime) -> date:
    """The day of an instant in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def answered() -> QuerySet[Complaint]:
    """Cases that were answered, thanks left out."""
    return Complaint.objects.filter(state__in=LISTED).exclude(nature=Nature.PRAISE)


def listed_until(now: datetime) -> Mapping[str, datetime]:
    """Of each kind, the instant before which cases must be concluded to be listed today; without a kind, none are.

    Counted once in five minutes: it moves on the first of a month, and when a case of a small group is opened again.
    """
    env = settings.ENV
    month = day_of(now).replace(day=1)
    return counted_until(month, env.OPEN311_MIN_GROUP, env.OPEN311_DELAY_DAYS, int(monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=2)
def counted_until(month: date, group: int, delay: int, _interval: int) -> Mapping[str, datetime]:
    """The same, counted: two queries over all answered cases. `month` is the last whose first day has come.

    Month by month cases of a kind wait until there are `group` of them; then all that wait are listed.
    """
    ends = batch_ends(month, timedelta(days=delay))
    if not ends:
        return {}
    whens = [When(closed_at__lt=end, then=Value(place)) for place, end in enumerate(ends)]
    counts = (
        answered()
        .filter(closed_at__lt=ends[-1])
        .annotate(batch=Case(*whens, output_field=IntegerField()))
        .values_list("kind", "batch")
        .annotate(count=Count("pk"))
        .order_by("kind", "batch")
    )
    found: dict[str, datetime] = {}
    waiting: dict[str, int] = {}
    for kind, batch, count in counts:
        waiting[kind] = waiting.get(kind, 0) + count
        if waiting[kind] >= group:
            found[kind] = ends[batch]
            waiting[kind] = 0
    return found


def batch_ends(month: date, delay: timedelta) -> list[datetime]:
    """Of each month up to `month`, the instant before which cases are old enough on its first day. One query."""
    first = answered().aggregate(first=Min("closed_at"))["first"]
    if first is None:
        return []
    ends: list[datetime] = []
    begin = month_after(day_of(first + delay))
    while begin <= month:
        ends.append(midnight(begin) - delay)
        begin = month_after(begin)
    return ends


def month_after(day: date) -> date:
    """The first day of the month after the one of `day`."""
    return (day.replace(day=28) + 4 * A_DAY).replace(day=1)


def listed_cases(now: datetime) -> QuerySet[Complaint]:
    """The cases that are listed today."""
    until = listed_until(now)
    if not until:
        return Complaint.objects.none()
    return answered().filter(reduce(or_, (Q(kind=kind, closed_at__lt=before) for kind, before in until.items())))


def rows_of(cases: QuerySet[Complaint], page: slice = slice(None)) -> list[Listed]:
    """A page of the cases as they are listed, the newest day first; within a day by identifier, which tells no order.

    Identifiers are made for the days of the page only.
    """
    columns = cases.order_by("-received_at").values_list("pk", "kind", "received_at", "closed_at")
    begin, end, _step = page.indices(sys.maxsize)
    rows: list[Listed] = []
    place = 0
    for day, ones in groupby(columns.iterator(), key=lambda one: day_of(one[2])):
        found = list(ones)
        if place < end and place + len(found) > begin:
            told = (
                Listed(identifier(Sort.REQUEST, pk), Kind(kind), day, day_of(closed_at))
                for pk, kind, _received, closed_at in found
                if closed_at is not None
            )
            inside = sorted(told, key=lambda row: row.service_request_id)
            rows += inside[max(begin - place, 0) : max(end - place, 0)]
        place += len(found)
        if place >= end:
            break
    return rows


def listed_between(
    now: datetime, first: date, last: date, kinds: Iterable[Kind], page: slice = slice(None)
) -> list[Listed]:
    """A page of the listed cases of `kinds` that were received on the days from `first` to `last`, both included."""
    days = listed_cases(now).filter(received_at__gte=midnight(first), received_at__lt=midnight(last + A_DAY))
    return rows_of(days.filter(kind__in=list(kinds)), page)


def listed_with(now: datetime, keys: Iterable[int]) -> list[Listed]:
    """Those among the cases with these keys that are listed."""
    return rows_of(listed_cases(now).filter(pk__in=list(keys)))
