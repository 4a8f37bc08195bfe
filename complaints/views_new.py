"""Writing a complaint: the first page, which leaves no trace, and one page for each topic after it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints.doorway import go, may_look_up, own_draft, private_page, readable_body, remember_begun, row_number
from complaints.entry import PLATE_LENGTH, Entry, Invalid
from complaints.forms import KindForm
from complaints.kinds import Kind
from complaints.models import Draft
from complaints.pages import kinds_by_nature
from complaints.sending import ALL_PAGES
from complaints.services import answer_of, begin_draft
from complaints.steps import after, steps_of
from complaints.vehicles import Named, named_in
from complaints.walk import walk_of
from directory.formats import normalise_plate
from edge.address import client_address, limit_key
from edge.limits import limiter
from edge.text import cleaned
from registry.codes import Mistyped, read_code

NOBODY = Named(None, None, None)


def body_refused(request: HttpRequest, status: int, words: Promise, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """The first page again."""
    return show_new(request, KindForm(), status=status, notices=[words])


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@readable_body(body_refused)
def new(request: HttpRequest) -> HttpResponse:
    """What it is about. Looking writes nothing; choosing begins a draft that only this browser opens."""
    if request.method != "POST":
        return show_new(request, KindForm())
    form = KindForm(request.POST)
    if not form.is_valid():
        return show_new(request, form, status=422)
    if not limiter().hit("drafts", limit_key(client_address(request))):
        words = _("Many complaints were begun from your network. Wait ten minutes and choose again.")
        return show_new(request, form, status=429, notices=[words])
    about = about_of(request)
    is_told = may_look_up(request, about["plate"])
    named = named_by(about) if is_told else NOBODY
    known = {
        "plate_is_untold": not is_told,
        "vehicle_is_known": named.ambulance is not None,
        "institution_id": named.institution.pk if named.institution else None,
    }
    draft = begin_draft({"kind": form.cleaned_data["kind"], **about, **known})
    remember_begun(request, draft.pk)
    steps = steps_of(draft.answers)
    return go(request, "step", draft.pk, after(steps[0], steps))


def show_new(request: HttpRequest, form: KindForm, *, status: int = 200, **context: Any) -> HttpResponse:
    """Danger first, then the kinds; from a card its vehicle, and the kind it suggests first."""
    about = about_of(request)
    suggested = (request.POST or request.GET).get("kind", "")
    kinds, praise = kinds_by_nature()
    chosen = next((one for one in (*kinds, praise) if one["value"] == suggested), None)
    named = named_by(about) if may_look_up(request, about["plate"]) else NOBODY
    return render(
        request,
        "complaints/new.html",
        {
            "form": form,
            "kinds": kinds,
            "praise": praise,
            "suggested": chosen,
            "about": about,
            "vehicle": named.ambulance,
            "institution": named.institution,
            **context,
        },
        status=status,
    )


def about_of(request: HttpRequest) -> dict[str, Any]:
    """What the address or the form says of the vehicle. Unreadable parts are left out, never an error."""
    given = request.POST or request.GET
    code = given.get("code", "")[:60]
    try:
        code = read_code(code) if code else ""
    except Mistyped:
        code = ""
    return {
        "code": code,
        "plate": "" if code else normalise_plate(cleaned(given.get("plate", "")[:60]))[:PLATE_LENGTH],
        "institution_id": row_number(given.get("institution", "")),
    }


def named_by(about: dict[str, Any]) -> Named:
    """The vehicle and institution meant. At most two queries."""
    entry = Entry(
        kind=Kind.OTHER, ambulance_code=about["code"], plate=about["plate"], institution_id=about["institution_id"]
    )
    try:
        return named_in(entry)
    except Invalid:
        return NOBODY


def step_body_refused(request: HttpRequest, status: int, words: Promise, draft_id: str, step_name: str) -> HttpResponse:
    """The same page with what was kept of it before."""
    draft = own_draft(request, draft_id)
    if draft is None:
        return no_longer_a_draft(request, draft_id)
    walk = walk_of(request, draft, step_name)
    walk.refusal = (status, words)
    return ALL_PAGES[walk.step].shown(walk)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@readable_body(step_body_refused)
def step(request: HttpRequest, draft_id: str, step_name: str) -> HttpResponse:
    """One page of a draft. A draft that was filed meanwhile leads to its receipt."""
    draft = own_draft(request, draft_id)
    if draft is None:
        return no_longer_a_draft(request, draft_id)
    walk = walk_of(request, draft, step_name)
    page = ALL_PAGES[walk.step]
    if request.method != "POST":
        return page.shown(walk)
    try:
        return page.answered(walk)
    except Draft.DoesNotExist:
        return no_longer_a_draft(request, draft_id)


def no_longer_a_draft(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Where a draft of this browser went: to its receipt, or away after a day (a story typed just now stays)."""
    if answer_of(key=draft_id, now=timezone.now()) is not None:
        return go(request, "receipt", draft_id)
    typed = cleaned(request.POST.get("narrative", ""), many_lines=True)
    return render(request, "complaints/draft_gone.html", {"typed": typed}, status=410)
