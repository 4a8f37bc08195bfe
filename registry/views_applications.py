"""Applications at the desk: the list, the beginning of a new one, and the page of one as its reader needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import BodyKind
from accounts.scope import Scope
from directory.clock import SHANGHAI
from registry.application_lists import TABS, filtered, order_of, with_names
from registry.applications import ApplicationState
from registry.forms_staff import ApplicationFilter
from registry.keyset import BadPlace
from registry.lists import applied, changed, listed
from registry.models import Application
from registry.parties import FLEET_ROLES


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    application: Application
    plate: str
    waiting_since: date | None
    waiting_words: str
    due_on: date | None


def row_of(application: Application, now: datetime) -> Row:
    """An application as a line of the list: only what is with a reviewer waits and can be due."""
    since = application.submitted_at if application.state == ApplicationState.SUBMITTED else None
    day = since.astimezone(SHANGHAI).date() if since else None
    return Row(
        application=application,
        plate=application.painted_plate,
        waiting_since=day,
        waiting_words=waiting_words((now.astimezone(SHANGHAI).date() - day).days) if day else "",
        due_on=application.due_on if since else None,
    )


def waiting_words(days: int) -> str:
    """How long somebody has waited, in calendar days."""
    if days <= 0:
        return _("since today")
    return ngettext("for %(count)d day", "for %(count)d days", days) % {"count": days}


def may_ask(scope: Scope) -> bool:
    """Whether the person acts for an institution's fleet."""
    return scope.body is BodyKind.INSTITUTION and scope.has(*FLEET_ROLES)


@require_safe
@staff_only()
def applications(request: StaffRequest) -> HttpResponse:
    """The list: own institution's, or those in the jurisdiction. What is to be done stands first."""
    scope, now = request.user.scope, timezone.now()
    chosen = ApplicationFilter(request.GET).chosen()
    if request.GET.get("state") in {"elsewhere", "decided"}:
        chosen["state"] = request.GET["state"]
    order = order_of(scope, chosen)
    rows = with_names(filtered(scope, chosen, now=now))
    try:
        page = listed(rows, order, request.GET)
    except BadPlace as error:
        raise Http404 from error
    return render(request, "staff/applications/list.html", list_page(request, chosen, page, now))


def list_page(request: StaffRequest, chosen: dict[str, str], page: Any, now: datetime) -> dict[str, Any]:
    """What the list's template needs."""
    scope, state = request.user.scope, chosen.get("state", "")
    shown = ApplicationFilter(initial=chosen)
    return {
        "page": page,
        "rows": [row_of(application, now) for application in page.rows],
        "form": shown,
        "asked": chosen,
        "tabs_label": _("Applications by what is to be done"),
        "tabs": [
            {"href": changed(request.GET, state=tab.state), "words": tab.words, "is_here": tab.state == state}
            for tab in TABS
        ],
        "applied": applied(request.GET, filters_told(chosen)),
        "is_authority": scope.body is BodyKind.AUTHORITY,
        "may_begin": may_ask(scope),
        **empty_words(scope, chosen),
    }


def filters_told(chosen: dict[str, str]) -> list[tuple[str, str, str]]:
    """The chosen filters in words, without the tabs' own states."""
    fields = ApplicationFilter().fields
    return [
        (name, str(fields[name].label), str(dict(fields[name].choices)[value]))  # type: ignore[attr-defined]  # choices
        for name, value in chosen.items()
        if name != "state"
    ]


def empty_words(scope: Scope, chosen: dict[str, str]) -> dict[str, str]:
    """What would stand in an empty list."""
    if chosen:
        return {
            "empty_heading": _("Nothing fits what you chose"),
            "empty_text": _("Remove a filter, or look under “All”."),
        }
    if scope.body is BodyKind.AUTHORITY:
        return {
            "empty_heading": _("Nothing waits for you"),
            "empty_text": _("Applications that institutions submit stand here, the longest waiting first."),
        }
    return {
        "empty_heading": _("Nothing is to be done"),
        "empty_text": _("Drafts, applications returned for correction and transfers to be answered stand here."),
    }
