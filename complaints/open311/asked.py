"""What a list of requests is asked for, read from the address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind
from complaints.open311.errors import Refusal
from complaints.open311.ids import Sort, key_of
from complaints.open311.reads import A_DAY, day_of
from directory.clock import SHANGHAI

SPAN: Final = timedelta(days=90)
"""The longest span, and the one taken when none is named: the specification's."""
MOST: Final = 1000
"""Requests of one answer: the specification's."""
MOST_IDS: Final = 200
LAST_PAGE: Final = 100_000
YEARS: Final = range(1900, 3000)
STATUSES: Final = frozenset({"open", "closed"})
W3C: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """Which requests, and which page of them. With `keys` nothing else counts."""

    keys: tuple[int, ...] | None
    first: date
    last: date
    kinds: tuple[Kind, ...]
    is_closed: bool
    page: int
    page_size: int


def asked_in(query: QueryDict, now: datetime) -> Asked:
    """What the address asks for. Raises Refusal."""
    first, last = days_in(query, now)
    return Asked(
        keys=keys_in(query),
        first=first,
        last=last,
        kinds=kinds_in(query),
        is_closed=is_closed_asked(query),
        page=number_in(query, "page", 1, LAST_PAGE),
        page_size=number_in(query, "page_size", MOST, MOST),
    )


def words_in(query: QueryDict, name: str) -> list[str]:
    """The values of a parameter that may be repeated, or separated by commas. Empty ones are as good as none."""
    return [word.strip() for text in query.getlist(name) for word in text.split(",") if word.strip()]


def keys_in(query: QueryDict) -> tuple[int, ...] | None:
    """The cases that are asked for by identifier; None where none is. Raises Refusal for too many."""
    words = words_in(query, "service_request_id")
    if len(words) > MOST_IDS:
        raise Refusal(400, _("service_request_id: ask for at most %(count)d at once.") % {"count": MOST_IDS})
    return tuple(key_of(Sort.REQUEST, word) for word in words) if words else None


def kinds_in(query: QueryDict) -> tuple[Kind, ...]:
    """The kinds asked for; all where none is. Raises Refusal."""
    words = words_in(query, "service_code")
    if not words:
        return tuple(Kind)
    if not set(words) <= set(Kind.values):
        raise Refusal(404, _("service_code was not found. GET services lists them."))
    return tuple(Kind(word) for word in dict.fromkeys(words))


def is_closed_asked(query: QueryDict) -> bool:
    """Whether closed requests are asked for: no others are listed. Raises Refusal."""
    words = {word.lower() for word in words_in(query, "status")}
    if not words <= STATUSES:
        raise Refusal(400, _("status: use open, closed, or both with a comma."))
    return not words or "closed" in words


def number_in(query: QueryDict, name: str, default: int, most: int) -> int:
    """A whole number from 1 to `most`. Raises Refusal."""
    text = query.get(name, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= most:
        raise Refusal(400, _("%(name)s: use a whole number from 1 to %(most)d.") % {"name": name, "most": most})
    return int(text)


def days_in(query: QueryDict, now: datetime) -> tuple[date, date]:
    """The first and the last day whose requests are asked for. Raises Refusal.

    A request was made, as far as anybody is told, at midnight of its day in Asia/Shanghai. The span is compared with
    that and never with the true instant: halving a span must not tell the minute.
    """
    start, end = instant_in(query, "start_date"), instant_in(query, "end_date")
    if start is None:
        start = (end or now) - SPAN
    if end is None:
        end = start + SPAN if query.get("start_date", "").strip() else now
    if end < start:
        raise Refusal(400, _("end_date lies before start_date."))
    if end - start > SPAN:
        raise Refusal(400, _("start_date and end_date may not span more than 90 days."))
    local = start.astimezone(SHANGHAI)
    first = local.date() if local.time() == time() else local.date() + A_DAY
    return first, day_of(end)


def instant_in(query: QueryDict, name: str) -> datetime | None:
    """An instant with its time zone; None where none is given. Raises Refusal.

    A plus that was not escaped arrives as a space, and is read as the plus it was.
    """
    text = query.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    refusal = Refusal(
        400, _("%(name)s: write it with its time zone, such as 2026-11-01T00:00:00+08:00.") % {"name": name}
    )
    if not W3C.fullmatch(text):
        raise refusal
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise refusal from error
    if instant.year not in YEARS:
        raise refusal
    return instant
