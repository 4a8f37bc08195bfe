"""The crew of the own institution: who rides along, with which certificate. Names are opened for it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import StaffRequest, staff_only
from directory.models import Institution
from edge.address import client_address
from registry.application_pages import today_of
from registry.crew_words import gap_words
from registry.crews import scopes_open_to
from registry.forms_staff import CrewForm
from registry.keyset import BadPlace, Order
from registry.lists import listed
from registry.models import CrewMember
from registry.pages import SCOPES
from registry.parties import FLEET_ROLES
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services import add_crew_member, change_crew_member, leave_crew
from registry.views_application import other_duty, refused, see

BY_ROLE = Order("role")
FIELDS = ("name", "role", "certificate_number", "certificate_valid_until")


@dataclass(frozen=True)
class CrewRow:
    """One line of the list: the member and the services it can fill a place in today."""

    member: CrewMember
    services: list[Promise]
    is_expired: bool


def the_institution(request: StaffRequest) -> Institution:
    """The own institution; 404 for whoever belongs to none."""
    institution = request.user.institution
    if institution is None:
        raise Http404
    return institution


def the_member(request: StaffRequest, pk: int) -> CrewMember:
    """A member of the own institution; 404 for all others."""
    return get_object_or_404(CrewMember, pk=pk, institution=the_institution(request))


@require_safe
@staff_only(*FLEET_ROLES)
def members(request: StaffRequest) -> HttpResponse:
    """Who rides along now (or who has left), and the services for which nobody is there."""
    institution, today = the_institution(request), today_of(timezone.now())
    shows_left = request.GET.get("left") == "1"
    crew = CrewMember.objects.filter(institution=institution, left_on__isnull=not shows_left)
    try:
        page = listed(crew, BY_ROLE, request.GET)
    except BadPlace as error:
        raise Http404 from error
    words = dict(SCOPES)
    rows = []
    for member in page.rows:
        expired = member.certificate_valid_until is not None and member.certificate_valid_until < today
        rows.append(CrewRow(member, [words[scope] for scope in scopes_open_to(member, today)], expired))
    address = reverse("staff:crew")
    tabs = [
        {"href": address, "words": _("Riding along"), "is_here": not shows_left},
        {"href": f"{address}?left=1", "words": _("Left"), "is_here": shows_left},
    ]
    context: dict[str, Any] = {
        "page": page,
        "rows": rows,
        "tabs": tabs,
        "tabs_label": _("Crew"),
        "shows_left": shows_left,
        "expired_words": _("Expired"),
    }
    if not shows_left:
        context["gaps"] = gap_words([scope for scope, _words in SCOPES], crew, today)
    return render(request, "staff/crew/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*FLEET_ROLES)
def add(request: StaffRequest) -> HttpResponse:
    """Somebody new."""
    institution = the_institution(request)

    def write(values: dict[str, Any]) -> str:
        add_crew_member(institution=institution, **values)
        return _("Added to the crew.")

    return crew_form(request, None, write)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*FLEET_ROLES)
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct a name, note a new certificate."""
    member = the_member(request, pk)

    def write(values: dict[str, Any]) -> str:
        change_crew_member(member=member, **values)
        return _("Saved.")

    return crew_form(request, member, write)


def crew_form(request: StaffRequest, member: CrewMember | None, write: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """The form, empty or filled; what was typed stays when something is wrong with it."""
    known = {name: getattr(member, name) for name in FIELDS} if member else {}
    form = CrewForm(request.POST) if request.method == "POST" else CrewForm(initial=known)
    page = {"form": form, "member": member, "rail_current": "staff:crew"}
    if request.method != "POST":
        return render(request, "staff/crew/form.html", page)
    if not form.is_valid():
        return render(request, "staff/crew/form.html", page, status=422)
    return written(request, lambda common: write({**form.cleaned_data, **common}))


def written(request: StaffRequest, write: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Do it, say it, and back to the list; or say in words why not."""
    common = {"actor": request.user, "now": timezone.now(), "address": client_address(request)}
    back = reverse("staff:crew")
    try:
        said = write(common)
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        return other_duty(request, back)
    except NotAllowed:
        return refused(
            request, 409, _("This cannot be done now"), _("The person has left the crew. Add the person anew."), back
        )
    messages.success(request, said)
    return see(back)


@require_POST
@staff_only(*FLEET_ROLES)
def left(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody rides along no more, from today on."""
    member = the_member(request, pk)

    def write(common: dict[str, Any]) -> str:
        leave_crew(member=member, left_on=today_of(common["now"]), **common)
        return _("Noted as left.")

    return written(request, write)
