"""Complaints at an authority's desk: which there are, who handles them, by when. The story is not told here."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints.case_filters import NEWEST_FIRST, CaseFilter
from complaints.letter_of import letters_section
from complaints.linked import linked_section, own_part
from complaints.models import Complaint, ComplaintEvent, Handling
from registry.keyset import BadPlace
from registry.lists import Listed, changed, listed

READERS = (Role.HANDLER, Role.SUPERVISOR)


@require_safe
@staff_only(*READERS)
def cases(request: StaffRequest) -> HttpResponse:
    """The complaints in which this authority, or one of its kind below, has a part. Newest first."""
    today = timezone.localdate()
    form = CaseFilter(request.GET)
    page: dict[str, Any] = {"form": form, "list": Listed[Complaint](rows=[], told=""), "rail_current": "cases:cases"}
    if form.is_valid():
        rows = form.narrowed(Complaint.objects.visible_to(request.user.scope), today)
        try:
            page["list"] = listed(with_parts(rows), NEWEST_FIRST, request.GET)
        except BadPlace:
            return redirect(request.path + changed(request.GET))
        page["rows"] = [(one, next_due(one)) for one in page["list"].rows]
    return render(request, "staff/cases/cases.html", page)


def with_parts(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Everything a line shows, in three queries for any number of lines. Sealed columns are not even read."""
    parts = Handling.objects.select_related("authority").prefetch_related("deadlines")
    return (
        rows.select_related("institution", "division__parent")
        .defer("narrative", "place", "answers", "contact_name", "contact_phone", "contact_email")
        .prefetch_related(Prefetch("handlings", parts))
    )


def next_due(complaint: Complaint) -> date | None:
    """The first day on which somebody still owes a step; None when nobody does."""
    days = [
        deadline.due_on
        for handling in complaint.handlings.all()
        if handling.closed_at is None
        for deadline in handling.deadlines.all()
        if deadline.met_at is None
    ]
    return min(days, default=None)


@require_safe
@staff_only(*READERS)
def case(request: StaffRequest, pk: int) -> HttpResponse:
    """One complaint: facts, parts, deadlines, steps. Outside the jurisdiction 404."""
    complaint = get_object_or_404(with_parts(Complaint.objects.visible_to(request.user.scope)), pk=pk)
    events = ComplaintEvent.objects.filter(complaint=complaint).select_related("actor").defer("text").order_by("-at")
    return render(
        request,
        "staff/cases/case.html",
        {
            "complaint": complaint,
            "story": [
                {"at": event.at, "words": event.get_action_display(), "by": str(event.actor or "")} for event in events
            ],
            "files": complaint.evidence.count(),
            "rail_current": "cases:cases",
            "linked": linked_section(request.user, complaint, own_part(request.user, complaint), timezone.now()),
            "letters": letters_section(request.user, complaint),
        },
    )
