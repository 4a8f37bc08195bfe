"""The desk and the search: what waits for the signed-in person, and where to find the rest."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import AUTHORITY_ROLES, INSTITUTION_ROLES, BodyKind, Role
from directory.kinds import AuthorityKind
from registry import desk_work, desks
from registry.staff_search import search

BODIES = tuple(INSTITUTION_ROLES | AUTHORITY_ROLES)
"""Everybody of an institution or an authority; the operator's own people have no register to see."""


@require_safe
@staff_only()
def desk(request: StaffRequest) -> HttpResponse:
    """What needs the person's body today, the oldest on top."""
    scope, today = request.user.scope, timezone.localdate()
    match scope.body:
        case BodyKind.INSTITUTION:
            blocks = [*desk_work.blocks(scope, today), *desks.institution_blocks(scope, today)]
            page: dict[str, Any] = {"blocks": blocks, "work": desks.work_of(blocks)}
            return render(request, "staff/desk_institution.html", {**page, "today": today})
        case BodyKind.AUTHORITY:
            page = {
                "queue": desks.queue(scope) if scope.reviews_registrations else [],
                "reviews": scope.reviews_registrations,
                "jurisdiction": desks.jurisdiction(scope, today),
                "figures": desk_work.figures(scope, today),
                "work": desk_work.tasks(scope, today),
                "takes_calls": scope.has(Role.HOTLINE_CLERK),
                "decides": scope.has(Role.REVIEWER, Role.AUTHORITY_ADMIN),
                "today": today,
            }
            return render(request, "staff/desk_authority.html", page)
        case _:
            kinds = [(label_of(AuthorityKind, row.kind), row) for row in desks.authorities_by_kind()]
            page = {"kinds": kinds, "without": desks.authorities_without_administrator()}
            return render(request, "staff/desk_system.html", page)


def label_of(choices: type[TextChoices], value: str) -> str:
    """The words of a value."""
    return str(choices(value).label)


@require_safe
@staff_only(*BODIES)
def find(request: StaffRequest) -> HttpResponse:
    """What the typed text is found in, grouped; all of it within the person's scope."""
    found = search(request.GET.get("q", ""), request.user.scope)
    return render(request, "staff/search.html", {"found": found, "today": timezone.localdate()})


def refused(request: HttpRequest, heading: str, text: str, *, status: int, back: str = "") -> HttpResponse:
    """A refusal in words: 403 for another's duty, 409 for a state that does not allow it."""
    page = {"heading": heading, "text": text, "back": back}
    return render(request, "staff/refused.html", page, status=status)
