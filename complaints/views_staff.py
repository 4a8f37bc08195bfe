"""Complaints at an authority's desk: the queue, and the page of one case."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints.case_filters import QueueFilter
from complaints.case_page import case_page, cases_with_parts
from complaints.case_queue import Line, Tab, counts_of, line_of, shown_tabs, tab_of, with_lines
from complaints.case_sections import case_sections
from complaints.models import Complaint, Handling
from complaints.services.opening import open_story
from edge.address import client_address
from registry.keyset import BadPlace
from registry.lists import Listed, changed, listed

READERS = (Role.HANDLER, Role.SUPERVISOR)


@require_safe
@staff_only(*READERS)
def cases(request: StaffRequest) -> HttpResponse:
    """The queue: the parts of this authority by what is to be done, and all in its reach. What is owed first on top."""
    user, today = request.user, timezone.localdate()
    reach = Handling.objects.in_reach(user.scope)
    counts = counts_of(reach, user, today)
    form, tab = QueueFilter(request.GET), tab_of(user.scope, request.GET, counts)
    page: dict[str, Any] = {
        "form": form,
        "tab": tab.name,
        "tabs": shown_tabs(user.scope, tab, request.GET, counts),
        "tabs_label": _("Complaints by what is to be done"),
        "rail_current": "cases:cases",
    }
    found = Listed[Handling](rows=[], told="")
    if form.is_valid():
        rows = with_lines(form.narrowed(tab.chosen(reach, user, today)), tab.order)
        try:
            found = listed(rows, tab.order, request.GET)
        except BadPlace:
            return redirect(request.path + changed(request.GET))
    lines = [line_of(part, user.scope) for part in found.rows]
    return render(request, "staff/cases/cases.html", {**page, "list": found, "lines": lines, **bulk_of(lines, tab)})


def bulk_of(lines: list[Line], tab: Tab) -> dict[str, Any]:
    """Whether there is something to tick, and what stands in an empty list."""
    empty = {
        "mine": _("Cases that are given to you would stand here. Look under “With nobody yet”."),
        "decide": _("Conclusions that wait for your approval and objections that you decide would stand here."),
        "all": _("Here would stand the complaints in which your authority, or one below it, has a part."),
    }
    return {
        "has_own": any(line.is_own for line in lines),
        "empty_text": empty.get(tab.name, _("Nothing of your authority stands under this heading now.")),
    }


@require_safe
@staff_only(*READERS)
def case(request: StaffRequest, pk: int) -> HttpResponse:
    """One complaint with everything that is needed to handle it. Outside the jurisdiction 404. Reading is recorded."""
    visible = Complaint.objects.visible_to(request.user.scope).values("pk")
    complaint = get_object_or_404(cases_with_parts().filter(pk__in=visible), pk=pk)
    now = timezone.now()
    told = open_story(complaint=complaint, actor=request.user, now=now, address=client_address(request))
    page = case_page(request.user, complaint, told, now) | case_sections(request.user, complaint, now)
    return render(request, "staff/cases/case.html", page)
