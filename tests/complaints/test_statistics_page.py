"""The page and the files of statistics: within the jurisdiction, recorded, and quick with ten thousand complaints."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint, Conclusion, Deadline, Handling, Rating
from complaints.statistics import figures_of
from tests import build
from tests.complaints.desk import case, desk
from tests.complaints.entries import NOW, filed
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
PAGE = "/staff/supervision/statistics/"
TODAY = date(2026, 12, 1)


@pytest.fixture
def here():
    return desk()


def many(here, count: int) -> None:
    """`count` complaints of this year at one desk, each with part, deadline and every second one concluded."""
    year = timezone.localdate().year
    start = datetime(year, 1, 1, 12, tzinfo=UTC)
    hospitals = [build.institution() for _ in range(30)]
    kinds = list(Kind)
    complaints = Complaint.objects.bulk_create(
        Complaint(
            reference=f"ZZ{number // 10_000:02d}-{number % 10_000:04d}",
            receipt_hash=f"{number:064d}",
            kind=kinds[number % len(kinds)],
            nature=["complaint", "report", "praise"][number % 3],
            channel="web",
            language="zh-hans",
            division=here.authority.division,
            institution=hospitals[number % 30],
            received_at=start + timedelta(hours=number % 8000),
        )
        for number in range(count)
    )
    parts = Handling.objects.bulk_create(
        Handling(
            complaint=one,
            authority_kind="health",
            authority=here.authority,
            role="lead",
            state="concluded" if number % 2 else "accepted",
            opened_at=one.received_at,
            updated_at=one.received_at,
            concluded_at=one.received_at + timedelta(days=number % 90) if number % 2 else None,
        )
        for number, one in enumerate(complaints)
    )
    Deadline.objects.bulk_create(
        Deadline(
            handling=part,
            step="decision",
            limit="60d",
            starts_on=part.opened_at.date(),
            due_on=part.opened_at.date() + timedelta(days=60),
            met_at=part.concluded_at,
        )
        for part in parts
    )
    Conclusion.objects.bulk_create(
        Conclusion(
            handling=part,
            finding=["substantiated", "partly", "not_substantiated"][number % 3],
            facts="-",
            reasons="-",
            decision="-",
            proposed_by=here.handler,
            proposed_at=NOW,
            is_approved=True,
            decided_at=NOW,
        )
        for number, part in enumerate(parts)
        if number % 2
    )
    Rating.objects.bulk_create(
        Rating(complaint=one, stars=1 + number % 5, at=NOW) for number, one in enumerate(complaints) if number % 4 == 0
    )


def body(answer: Any) -> bytes:
    """A streamed file, whole."""
    return b"".join(answer.streaming_content)


def test_figures_are_those_of_the_jurisdiction_and_of_shanghais_year(here):
    held = case(at_desk=here).concluded()
    other = case(at_desk=here)
    Complaint.objects.filter(pk=other.complaint.pk).update(received_at=datetime(2025, 12, 31, 16, tzinfo=UTC))
    Rating.objects.create(complaint=held.complaint, stars=2, at=NOW)
    city = desk(division="360100")
    figures = figures_of(city.supervisor.scope, 2026, TODAY)
    assert figures.filed == {(11, "service"): 1, (1, "service"): 1}
    assert figures.authorities == {(here.authority.pk, here.authority.name): 2}
    assert figures.findings == {"substantiated": 1}
    assert figures.stars == {2: 1}
    assert {(one.days, one.is_on_time) for one in figures.timed} == {(1, True), (None, None)}
    assert figures_of(city.supervisor.scope, 2025, TODAY).filed == {}
    stranger = person(Role.SUPERVISOR, body=build.authority(division=build.division("110105")))
    assert figures_of(stranger.scope, 2026, TODAY).filed == {}


def test_a_late_decision_and_one_that_is_owed_are_not_on_time(here):
    late = case(at_desk=here).concluded()
    owed = case(at_desk=here).accepted()
    withdrawn = case(at_desk=here).accepted()
    Deadline.objects.filter(step="decision").update(due_on=date(2026, 11, 23))
    Handling.objects.filter(pk=withdrawn.part.pk).update(state="withdrawn", closed_at=NOW)
    found = figures_of(here.supervisor.scope, 2026, TODAY).timed
    assert [one.is_on_time for one in found] == [False, False]
    assert {late.part.state, owed.part.state} == {"concluded", "accepted"}


def test_the_page_shows_tables_and_drawings_with_small_counts_hidden(here):
    filed()
    Complaint.objects.update(received_at=timezone.now())
    page = client_of(here.supervisor).get(f"{PAGE}?lang=en").content.decode()
    assert "&lt;5" in page
    assert page.count('role="img"') == 1
    assert "Too few cases in every month to say a share." in page  # instead of an empty drawing
    assert "Complaints by month of receipt; the table below says the same." in page


def test_files_are_recorded_and_hold_what_the_page_shows(here):
    filed()
    Complaint.objects.update(received_at=timezone.now())
    client = client_of(here.supervisor)
    answer = client.get(reverse("supervision:statistics_export", args=["csv"]) + "?lang=en")
    rows = list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"))))
    assert rows[0] == ["Table", "Line", "Count", "On time, %", "Median, days"]
    assert ["By kind", "Poor service or attitude", "<5", "", ""] in rows
    sheet = client.get(reverse("supervision:statistics_export", args=["xlsx"]))
    assert body(sheet).startswith(b"PK")
    details = [row.detail for row in AuditRow.objects.filter(action="statistics.exported").order_by("pk")]
    assert [one["format"] for one in details] == ["csv", "xlsx"]


@pytest.mark.parametrize("year", ["", "nonsense", "1999", "2026'"])
def test_an_odd_year_shows_this_one(here, year):
    assert client_of(here.supervisor).get(f"{PAGE}?year={year}").status_code == 200


def test_other_duties_are_kept_out(here):
    for address in (PAGE, reverse("supervision:statistics_export", args=["csv"])):
        assert client_of(here.handler).get(address).status_code == 403


@pytest.mark.slow
def test_ten_thousand_complaints_are_told_in_twelve_queries(here, django_assert_max_num_queries):
    many(here, 10_000)
    client = client_of(here.supervisor)
    scope = here.supervisor.scope
    with django_assert_max_num_queries(6):
        figures_of(scope, timezone.localdate().year, timezone.localdate())
    begun = perf_counter()
    with django_assert_max_num_queries(14):  # twelve, and two savepoints that only a test has
        page = client.get(f"{PAGE}?lang=en")
    assert page.status_code == 200
    assert "10000" in page.content.decode()
    assert perf_counter() - begun < 10
