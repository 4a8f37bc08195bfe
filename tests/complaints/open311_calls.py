"""Open311 for tests: cases that were concluded some day, and calls of the addresses, read back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4
from xml.etree.ElementTree import Element, fromstring

from django.test import Client

from complaints.kinds import FACTS, Kind
from complaints.models import Complaint
from complaints.open311.reads import counted_until
from complaints.open311.xml import ONE_OF
from directory.clock import SHANGHAI
from tests import build
from tests.complaints.entries import entry, submit

BASE = "/open311/v2/"
TODAY = "2026-11-25T10:00:00+08:00"
SPAN = {"start_date": "2026-08-01T00:00:00Z", "end_date": "2026-10-20T00:00:00Z"}
NARRATIVE_WORD = "两万八千"


def at(text: str, hours: int = 9, minutes: int = 41) -> datetime:
    """An instant of a day in Shanghai, not at midnight."""
    return datetime.combine(datetime.fromisoformat(text).date(), time(hours, minutes, 17), SHANGHAI)


def concluded(
    closed: str = "2026-09-20", received: str = "2026-09-01", *, kind: Kind = Kind.SERVICE, state: str = "closed"
) -> Complaint:
    """A case about a registered vehicle that was received and concluded on these days."""
    vehicle = build.ambulance()
    told = entry(kind=kind, plate=vehicle.plate, place="东湖区民德路1号")
    case = Complaint.objects.get(reference=submit(told, key=uuid4().hex).receipt.reference)
    Complaint.objects.filter(pk=case.pk).update(
        state=state, closed_at=at(closed), received_at=at(received), nature=FACTS[kind].nature
    )
    case.refresh_from_db()
    return case


def several(count: int = 5, **days: Any) -> list[Complaint]:
    """Enough cases of one kind to be listed."""
    return [concluded(**days) for _ in range(count)]


def call(path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
    """GET an address, in English; the groups are counted anew."""
    counted_until.cache_clear()
    client = Client(raise_request_exception=False)
    return client.get(BASE + path, query or {}, headers={"Accept-Language": "en", **headers})


def read(answer: Any) -> Any:
    """The answer as JSON has it, whichever format it came in."""
    if answer.headers["Content-Type"].startswith("application/json"):
        return answer.json()
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<')
    return value_of(fromstring(answer.content))  # our own document


def value_of(element: Element) -> Any:
    """An element the way the Spark convention maps it; texts stay texts."""
    if element.tag in ONE_OF:
        assert {child.tag for child in element} <= {ONE_OF[element.tag]}
        return [value_of(child) for child in element]
    if len(element):
        return {child.tag: value_of(child) for child in element}
    return element.text


def refused(answer: Any, status: int) -> list[str]:
    """The descriptions of a refusal in the specification's form, whichever format it came in."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    errors = read(answer)
    assert isinstance(errors, list)
    assert errors
    for error in errors:
        assert list(error) == ["code", "description"]
        assert str(error["code"]) == str(status)
        assert error["description"]
    return [error["description"] for error in errors]


def days_before(text: str, days: int) -> str:
    """The day so many days before another one."""
    return (datetime.fromisoformat(text) - timedelta(days=days)).date().isoformat()
