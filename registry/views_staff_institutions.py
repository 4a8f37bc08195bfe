"""Institutions at the desk: an authority's list, one's page, closing it; and an institution's own prices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.models import User
from accounts.roles import AUTHORITY_ROLES, INSTITUTION_ROLES
from accounts.services.institutions import brings_admins_into
from directory.models import Institution, PostedPrice
from edge.address import client_address
from registry.bodies import institutions_visible_to
from registry.choices import AmbulanceStatus
from registry.exports import INSTITUTION_COLUMNS, Format, TooMany, export
from registry.institution_filters import BY_NAME, InstitutionFilter
from registry.keyset import BadPlace
from registry.lists import Listed, changed, described, listed
from registry.models import Ambulance
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services.institutions import (
    FACTS,
    change_institution,
    close_institution,
    keeps_institution,
    reopen_institution,
)
from registry.services.prices import post_price, posts_prices
from registry.staff_forms import ClosingForm, ConfirmForm, InstitutionFactsForm, PriceForm
from registry.views_staff import refused
from registry.views_staff_fleet import too_many

AUTHORITIES = tuple(AUTHORITY_ROLES)
INSTITUTIONS = tuple(INSTITUTION_ROLES)
PRICES_SHOWN = 50


@require_safe
@staff_only(*AUTHORITIES)
def institutions(request: StaffRequest) -> HttpResponse:
    """The institutions of the jurisdiction, by name."""
    form = InstitutionFilter(request.GET, request.user.scope)
    page: dict[str, Any] = {"form": form, "today": timezone.localdate(), "list": Listed[Institution](rows=[], told="")}
    if form.is_valid():
        rows = form.narrowed(institutions_visible_to(request.user.scope), page["today"])
        try:
            page["list"] = listed(rows.select_related("division__parent"), BY_NAME, request.GET)
        except BadPlace:
            return redirect(request.path + changed(request.GET))
        page["vehicles"] = vehicles_of([one.pk for one in page["list"].rows])
    page["query"] = changed(request.GET).removeprefix("?")
    return render(request, "staff/institutions.html", page)


def vehicles_of(keys: list[int]) -> dict[int, int]:
    """How many vehicles each of these institutions has on the register. One query."""
    live = Ambulance.objects.filter(
        institution__in=keys, status__in=[AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED]
    )
    return dict(live.order_by().values_list("institution_id").annotate(count=Count("pk")))


@require_safe
@staff_only(*AUTHORITIES)
def export_institutions(request: StaffRequest, file_format: str) -> HttpResponseBase:
    """The filtered list as a file."""
    form = InstitutionFilter(request.GET, request.user.scope)
    back = reverse("staff:institutions") + changed(request.GET)
    if not form.is_valid():
        return redirect(back)
    now = timezone.now()
    rows = form.narrowed(institutions_visible_to(request.user.scope), timezone.localdate(now))
    try:
        return export(
            rows.select_related("division"),
            INSTITUTION_COLUMNS,
            BY_NAME,
            file_format=Format(file_format),
            action="institution.exported",
            filters=described({name: str(value) for name, value in form.cleaned_data.items() if value}),
            actor=request.user,
            now=now,
            address=client_address(request),
        )
    except TooMany as error:
        return too_many(request, error, back)


def institution_or_404(request: StaffRequest, pk: int) -> Institution:
    """An institution in the person's scope; 404 for any other."""
    rows = institutions_visible_to(request.user.scope).select_related("division__parent", "supervised_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
@staff_only(*AUTHORITIES)
def institution(request: StaffRequest, pk: int) -> HttpResponse:
    """One institution: facts, prices, how many people keep its accounts, its vehicles by status."""
    found, today = institution_or_404(request, pk), timezone.localdate()
    rows = Ambulance.objects.filter(institution=found).order_by().values_list("status").annotate(count=Count("pk"))
    counts = dict(rows)
    page = {
        "institution": found,
        "is_closed": found.closed_on is not None and found.closed_on <= today,
        "prices": list(found.prices.order_by("-valid_from", "-pk")[:PRICES_SHOWN]),
        "current": found.prices.valid_on(today).first(),
        "people": User.objects.filter(institution=found, is_active=True).count(),
        "vehicles": [(status, status.label, counts.get(status, 0)) for status in AmbulanceStatus if counts.get(status)],
        "may_close": keeps_institution(request.user.scope, found),
        "gives_admin": brings_admins_into(request.user.scope, found, None),
        "today": today,
    }
    return render(request, "staff/institution.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*AUTHORITIES)
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct the registered facts of an institution; what was typed stays when something is wrong with it."""
    found = institution_or_404(request, pk)
    back = reverse("staff:institution", kwargs={"pk": pk})
    if not keeps_institution(request.user.scope, found):
        return other_duty(request, back)
    form = InstitutionFactsForm(request.POST or None, initial={name: getattr(found, name) for name in FACTS})
    page = {"form": form, "institution": found, "back": back, "words": _("Correct the registered facts")}
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/confirm.html", page, status=422 if form.errors else 200)
    try:
        changed = change_institution(institution=found, facts=form.cleaned_data, **who(request))
    except ValidationError as error:
        form.add_error(None, error)
        return render(request, "staff/confirm.html", page, status=422)
    messages.success(request, _("The facts are corrected.") if changed else _("Nothing was different."))
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*AUTHORITIES)
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close an institution from a day on, after asking once more."""
    found = institution_or_404(request, pk)
    form = ClosingForm(request.POST or None, initial={"closed_on": timezone.localdate()})
    back = reverse("staff:institution", kwargs={"pk": pk})
    if not keeps_institution(request.user.scope, found):
        return other_duty(request, back)
    if request.method != "POST" or not form.is_valid():
        page = {"form": form, "institution": found, "back": back, "words": _("Close the institution"), "is_grave": True}
        return render(request, "staff/confirm.html", page, status=422 if form.errors else 200)

    def deed() -> str:
        close_institution(institution=found, closed_on=form.cleaned_data["closed_on"], **who(request))
        return _("The closing is noted. Scans of its vehicles say so from that day on.")

    return done(request, back, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*AUTHORITIES)
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a closed institution again, after asking once more."""
    found = institution_or_404(request, pk)
    back = reverse("staff:institution", kwargs={"pk": pk})
    if not keeps_institution(request.user.scope, found):
        return other_duty(request, back)
    if request.method != "POST":
        page = {"form": ConfirmForm(), "institution": found, "back": back, "words": _("Open the institution again")}
        return render(request, "staff/confirm.html", page)

    def deed() -> str:
        reopen_institution(institution=found, **who(request))
        return _("The institution is open again.")

    return done(request, back, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*INSTITUTIONS)
def prices(request: StaffRequest) -> HttpResponse:
    """The own posted prices: what counts today, what was and will be; the administrator posts a new one."""
    scope, today = request.user.scope, timezone.localdate()
    own = get_object_or_404(institutions_visible_to(scope), pk=scope.institution_id)
    may_post = posts_prices(scope, own.pk)
    if request.method == "POST" and not may_post:
        return other_duty(request, reverse("staff:prices"))
    form = PriceForm(request.POST or None, initial={"valid_from": today})
    if request.method == "POST" and form.is_valid():
        try:
            post_price(institution=own, **form.cleaned_data, **who(request))
        except NotAllowed:
            form.add_error("valid_from", _("Choose a day from today on, on which no other price begins."))
        else:
            messages.success(request, _("The price is posted. It is shown to the public from its first day on."))
            return redirect("staff:prices")
    posted = list(PostedPrice.objects.filter(institution=own).order_by("-valid_from", "-pk")[:PRICES_SHOWN])
    current = PostedPrice.objects.filter(institution=own).valid_on(today).first()
    page = {
        "form": form if may_post else None,
        "prices": posted,
        "current": current,
        "institution": own,
        "today": today,
    }
    return render(request, "staff/prices.html", page, status=422 if form.errors else 200)


def who(request: StaffRequest) -> dict[str, Any]:
    """Who does it, when, from where: what every service wants to know."""
    return {"actor": request.user, "now": timezone.now(), "address": client_address(request)}


def done(request: HttpRequest, back: str, deed: Callable[[], str]) -> HttpResponse:
    """Do it and go back; a refusal is told in words."""
    try:
        told = deed()
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        return other_duty(request, back)
    except NotAllowed:
        text = _("Somebody may have been faster, or the day is too far ahead. Please look and decide again.")
        return refused(request, _("The present state does not allow this step"), text, status=409, back=back)
    messages.success(request, told)
    return redirect(back)


def other_duty(request: HttpRequest, back: str) -> HttpResponse:
    """403 in words."""
    text = _(
        "Institutions are corrected, closed and opened by reviewers and administrators of health and TCM authorities; "
        "prices are posted by the institution's administrator."
    )
    return refused(request, _("This step is for another duty"), text, status=403, back=back)
