"""Following a complaint by reference and receipt code: state, steps, dates; adding material; withdrawing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.doorway import (
    followed,
    forget_followed,
    go,
    private_page,
    readable_body,
    remember_followed,
    tell_next,
    told,
)
from complaints.entry import Invalid
from complaints.files import discard
from complaints.forms_track import LONGEST_CODE, FollowForm, MaterialForm
from complaints.models import Complaint, Evidence
from complaints.reading import due_lines, find_by_receipt, public_events, public_state_of
from complaints.receipts import read_reference
from complaints.sending import NO_ROOM, TOO_OFTEN, limits_of_files
from complaints.services import add_material, withdraw
from complaints.summary import shown_plate
from complaints.uploads import Taken, TooOften, chosen_files, take_files
from complaints.views_receipt import any_provisional
from complaints.workflow import Action, Actor, NotAllowed, State, allowed_actions
from edge.address import client_address, limit_key
from edge.limits import limiter
from vault.files import StorageFull


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def track(request: HttpRequest) -> HttpResponse:
    """The form, or the complaint this browser has open."""
    if request.method == "POST":
        return open_complaint(request)
    complaint = followed(request, timezone.now())
    asked = request.GET.get("reference", "")[:LONGEST_CODE]
    if complaint is not None and (not asked or read_reference(asked) == complaint.reference):
        return show_complaint(request, complaint)
    return show_form(request, FollowForm(initial={"reference": asked}))


def show_form(request: HttpRequest, form: FollowForm, *, status: int = 200, **context: Any) -> HttpResponse:
    """Reference and receipt code."""
    return render(request, "complaints/track.html", {"form": form, **context}, status=status)


def open_complaint(request: HttpRequest) -> HttpResponse:
    """Open it in this browser for a while; else one sentence, the same whatever was wrong. Right codes cost nothing."""
    form = FollowForm({name: value[:LONGEST_CODE] for name, value in request.POST.items()})
    if not form.is_valid():
        return show_form(request, form, status=422)
    # Counted by address only: a limit by reference would let a stranger shut its holder out.
    key = limit_key(client_address(request))
    if not limiter().test("tracking", key):
        return refuse_for_a_while(request, form, limiter().retry_after("tracking", key))
    complaint = find_by_receipt(form.cleaned_data["reference"], form.cleaned_data["receipt_code"])
    if complaint is None:
        limiter().hit("tracking", key)
        return show_form(request, form, status=422, does_not_fit=True)
    remember_followed(request, complaint, timezone.now())
    return go(request, "track")


def refuse_for_a_while(request: HttpRequest, form: FollowForm, seconds: int) -> HttpResponse:
    """Too many wrong codes: how long to wait. What was typed stays."""
    response = show_form(request, form, status=429, wait_minutes=max(1, -(-seconds // 60)))
    response.headers["Retry-After"] = str(seconds)
    return response


def show_complaint(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """The story so far, in the public's words."""
    due = due_lines(complaint)
    return render(
        request,
        "complaints/followed.html",
        {
            "complaint": complaint,
            "plate": shown_plate(complaint.plate_given),
            "public_state": public_state_of(complaint.state),
            "events": public_events(complaint),
            "due": due,
            "is_provisional": any_provisional(due),
            "files": list(complaint.evidence.given()),
            "actions": allowed(complaint),
            "told": told(request),
        },
    )


def allowed(complaint: Complaint) -> set[str]:
    """What the complainant may do now."""
    return {str(action) for action in allowed_actions(State(complaint.state), Actor.COMPLAINANT)}


def material_refused(request: HttpRequest, status: int, words: Promise) -> HttpResponse:
    """The same page with what is to be said."""
    complaint = followed(request, timezone.now())
    if complaint is None:
        return go(request, "track")
    return show_material(request, complaint, MaterialForm(), status=status, notices=[words])


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@readable_body(material_refused)
def material(request: HttpRequest) -> HttpResponse:
    """Add words or files. Files are taken or refused one by one; what was taken is added at once."""
    complaint = followed(request, timezone.now())
    if complaint is None or Action.ADD_MATERIAL not in allowed(complaint):
        return go(request, "track")
    if request.method != "POST":
        return show_material(request, complaint, MaterialForm())
    form = MaterialForm(request.POST)
    if not form.is_valid():
        return show_material(request, complaint, form, status=422)
    return take_material(request, complaint, form)


def show_material(
    request: HttpRequest, complaint: Complaint, form: MaterialForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    """The page, with the text as typed."""
    room = settings.ENV.EVIDENCE_MAX_FILES - complaint.evidence.given().count()
    about = {"complaint": complaint, "form": form, "room": room, **limits_of_files(), **context}
    return render(request, "complaints/material.html", about, status=status)


def take_material(request: HttpRequest, complaint: Complaint, form: MaterialForm) -> HttpResponse:
    """Store the files, add what there is, and say on the next page what was not taken."""
    now, stored = timezone.now(), list[Evidence]()
    room = settings.ENV.EVIDENCE_MAX_FILES - complaint.evidence.given().count()
    try:
        taken = take_files(chosen_files(request), room=room, now=now, keep=stored.append)
        if stored or form.cleaned_data["text"] or not taken.refused:
            add_material(complaint=complaint, text=form.cleaned_data["text"], evidence=stored, now=now)
    except TooOften:
        return show_material(request, complaint, form, status=429, notices=[TOO_OFTEN])
    except StorageFull:
        discard(stored)
        return show_material(request, complaint, form, status=507, notices=[NO_ROOM])
    except Invalid as invalid:
        discard(stored)
        notices = [fault.message for fault in invalid.faults]
        return show_material(request, complaint, form, status=422, notices=notices)
    except NotAllowed:
        discard(stored)
        return go(request, "track")
    except BaseException:
        discard(stored)
        raise
    if not stored and not form.cleaned_data["text"]:
        return show_material(request, complaint, form, status=422, notices=taken.refused)
    tell_next(request, [_added(taken), *taken.refused])
    return go(request, "track")


def _added(taken: Taken) -> str:
    if not taken.stored:
        return _("What you wrote was added.")
    return _("Added: %(names)s") % {"names": _(", ").join(one.name for one in taken.stored)}


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def withdraw_page(request: HttpRequest) -> HttpResponse:
    """Ask once more, then withdraw."""
    complaint = followed(request, timezone.now())
    if complaint is None or Action.WITHDRAW not in allowed(complaint):
        return go(request, "track")
    if request.method != "POST":
        return render(request, "complaints/withdraw.html", {"complaint": complaint})
    try:
        withdraw(complaint=complaint, now=timezone.now())
    except NotAllowed:
        return go(request, "track")  # withdrawn in another tab: the page says so
    tell_next(request, [_("Your complaint is withdrawn.")])
    return go(request, "track")


@require_POST
@private_page
def close(request: HttpRequest) -> HttpResponse:
    """Forget the complaint in this browser."""
    forget_followed(request)
    return go(request, "track")
