"""The supervisor's desk, and statistics."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints import charts
from complaints.sign_words import sign_reason, sign_words
from complaints.statistics import figures_of
from complaints.statistics_tables import Statistics, file_rows, shown_words, statistics_of
from complaints.supervision import (
    SHOWN,
    loads_by_desk,
    loads_by_officer,
    signs_in,
    undone,
    waiting_for,
)
from complaints.supervision_sections import tabs_for
from edge.address import client_address
from edge.exports import stream_csv
from edge.workbooks import stream_xlsx

RAIL = "supervision:desk"
CASES_OF_A_SIGN = 12
YEARS = 5


@require_safe
@staff_only(Role.SUPERVISOR)
def desk(request: StaffRequest) -> HttpResponse:
    """What waits for the supervisor, what is overdue where, what did not last, and what looks like suppression."""
    scope, now = request.user.scope, timezone.now()
    today = timezone.localdate(now)
    desks, officers = loads_by_desk(scope, today), loads_by_officer(scope, today)
    found = [
        {
            "words": sign_words(sign),
            "about": sign.about,
            "why": sign_reason(sign),
            "cases": sign.cases[:CASES_OF_A_SIGN],
            "more": max(0, len(sign.cases) - CASES_OF_A_SIGN),
        }
        for sign in signs_in(scope, now)
    ]
    page = {
        "sorts": waiting_for(scope),
        "desks": desks,
        "most": max((one.held for one in desks), default=1),
        "officers": officers,
        "officers_most": max((one.held for one in officers), default=1),
        "undone": undone(scope, now)[:SHOWN],
        "signs": found,
        "days": settings.ENV.SIGNS_DAYS,
        "today": today,
        "tabs": tabs_for("desk"),
        "rail_current": RAIL,
    }
    return render(request, "staff/supervision/desk.html", page)


@require_safe
@staff_only(Role.SUPERVISOR)
def statistics(request: StaffRequest) -> HttpResponse:
    """The figures of one year: drawings with their tables, small counts suppressed."""
    told, year = told_of(request), asked_year(request)
    months = told.named("months")
    counts = [(line.words[-2:], line.count, shown_words(line.count, told.threshold)) for line in months.lines]
    page = {
        "told": told,
        "tables": [table_of(told, one.name) for one in told.breakdowns],
        "months": charts.bars(counts),
        "on_time": charts.line([(line.words[-2:], line.on_time) for line in months.lines]),
        "total": shown_words(told.total, told.threshold),
        "year": year,
        "years": years(),
        "tabs": tabs_for("statistics"),
        "rail_current": RAIL,
    }
    return render(request, "staff/supervision/statistics.html", page)


def table_of(told: Statistics, name: str) -> dict[str, Any]:
    """One table as the page writes it: (line, count in words, the count for its bar)."""
    table = told.named(name)
    rows = [
        (line, shown_words(line.count, told.threshold), line.count if isinstance(line.count, int) else 0)
        for line in table.lines
    ]
    return {"table": table, "rows": rows, "total": shown_words(table.total, told.threshold)}


@require_safe
@staff_only(Role.SUPERVISOR)
def export_statistics(request: StaffRequest, file_format: str) -> HttpResponseBase:
    """The same tables as a file; who takes it is recorded."""
    told, now = told_of(request), timezone.now()
    rows = list(file_rows(told))
    with transaction.atomic():
        audit.record(
            action="statistics.exported",
            actor=request.user,
            address=client_address(request),
            detail={"year": told.year, "rows": len(rows), "format": file_format},
            now=now,
        )
    head = [gettext("Table"), gettext("Line"), gettext("Count"), gettext("On time, %"), gettext("Median, days")]
    name = f"statistics-{told.year}-{timezone.localtime(now):%Y%m%d-%H%M}.{file_format}"
    return stream_csv(head, rows, name) if file_format == "csv" else stream_xlsx(head, rows, name)


def told_of(request: StaffRequest) -> Statistics:
    """The tables of the year that the address asks for."""
    figures = figures_of(request.user.scope, asked_year(request), timezone.localdate())
    return statistics_of(figures, settings.ENV.SMALL_COUNT)


def years() -> list[int]:
    """The years that can be chosen, this one first."""
    this = timezone.localdate().year
    return [this - back for back in range(YEARS)]


def asked_year(request: StaffRequest) -> int:
    """The year of the address; this year for none or a wrong one."""
    known = {str(year): year for year in years()}
    return known.get(request.GET.get("year", ""), years()[0])
