"""The fleet at the desk: the list with its filters, saved views and files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import StaffRequest, staff_only
from edge.address import client_address
from registry.exports import AMBULANCE_COLUMNS, Format, TooMany, export
from registry.fleet_filters import FleetFilter, narrowed, within
from registry.keyset import BadPlace
from registry.lists import Listed, applied, changed, described, listed, sort_link
from registry.models import Ambulance, SavedView
from registry.staff_forms import ViewForm
from registry.views_applications import may_ask
from registry.views_staff import BODIES, refused


@require_safe
@staff_only(*BODIES)
def ambulances(request: StaffRequest) -> HttpResponse:
    """The fleet, filtered, sorted, page by page. Everything that is asked stays in the address."""
    form = FleetFilter(request.GET, request.user.scope)
    page: dict[str, Any] = {"form": form, "today": timezone.localdate()}
    if form.is_valid():
        rows = narrowed(fleet(request), form.cleaned_data, page["today"])
        try:
            page["list"] = listed(rows, form.order, request.GET)
        except BadPlace:
            return redirect(request.path + changed(request.GET))
        page["applied"] = applied(request.GET, form.applied())
    else:
        page["list"] = Listed[Ambulance](rows=[], told="")
    sort = form.data.get("sort") or "plate"
    page["may_apply"] = may_ask(request.user.scope)
    page["sorts"] = {name: sort_link(request.GET, name, "", sort) for name in ("plate", "inspection", "updated")}
    page["views"] = list(SavedView.objects.filter(user=request.user)[:30])
    page["query"] = changed(request.GET).removeprefix("?")
    return render(request, "staff/ambulances.html", page)


def fleet(request: StaffRequest) -> QuerySet[Ambulance]:
    """The vehicles the person may see, with their owners."""
    scope = request.user.scope
    return within(Ambulance.objects.visible_to(scope), scope).select_related("institution")


@require_safe
@staff_only(*BODIES)
def export_ambulances(request: StaffRequest, file_format: str) -> HttpResponseBase:
    """The filtered list as a file."""
    form = FleetFilter(request.GET, request.user.scope)
    if not form.is_valid():
        return redirect(reverse("staff:ambulances") + changed(request.GET))
    now = timezone.now()
    rows = narrowed(fleet(request), form.cleaned_data, timezone.localdate(now))
    try:
        return export(
            rows.select_related("institution", "division", "certified_by"),
            AMBULANCE_COLUMNS,
            form.order,
            file_format=Format(file_format),
            action="ambulance.exported",
            filters=described({name: str(value) for name, value in form.cleaned_data.items() if value}),
            actor=request.user,
            now=now,
            address=client_address(request),
        )
    except TooMany as error:
        return too_many(request, error, reverse("staff:ambulances") + changed(request.GET))


def too_many(request: HttpRequest, error: TooMany, back: str) -> HttpResponse:
    """The list is longer than a file may be."""
    text = _("A file holds at most %(limit)d rows. Narrow the list with the filters, then export again.")
    return refused(
        request, _("The list is too long for one file"), text % {"limit": error.limit}, status=409, back=back
    )


@require_POST
@staff_only(*BODIES)
def save_view(request: StaffRequest) -> HttpResponse:
    """Keep the filters of the list under a name; the same name again replaces its filters."""
    form = ViewForm(request.POST)
    if form.is_valid():
        kept = SavedView.objects.filter(user=request.user)
        if kept.count() >= 30 and not kept.filter(name=form.cleaned_data["name"]).exists():
            messages.error(request, _("You keep 30 views already. Remove one first."))
        else:
            SavedView.objects.update_or_create(
                user=request.user, name=form.cleaned_data["name"], defaults={"query": form.cleaned_data["query"]}
            )
            messages.success(request, _("The view was kept."))
    else:
        messages.error(request, _("Give the view a name of at most 40 characters."))
    return redirect(f"{reverse('staff:ambulances')}?{request.POST.get('query', '')[:500]}")


@require_POST
@staff_only(*BODIES)
def remove_view(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove one of the person's own views."""
    get_object_or_404(SavedView, pk=pk, user=request.user).delete()
    messages.success(request, _("The view was removed."))
    return redirect("staff:ambulances")
