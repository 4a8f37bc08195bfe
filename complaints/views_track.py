"""Following a complaint by reference and receipt code: the story, answers to questions, more material, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
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
from complaints.forms_track import LONGEST_CODE, FollowForm, MaterialForm
from complaints.giving import added, answered, take
from complaints.kinds import Nature
from complaints.models import Complaint, Question
from complaints.reading import find_by_receipt
from complaints.receipts import read_reference
from complaints.sending import limits_of_files
from complaints.services import add_material, withdraw
from complaints.services.answering import answer_question
from complaints.story import Story, story_of
from complaints.strands import evidence_of
from complaints.summary import shown_plate
from complaints.workflow import Action, NotAllowed
from edge.address import client_address, limit_key
from edge.limits import limiter


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
    return render(request, "complaints/track.html", {"form": form, "told": told(request), **context}, status=status)


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


def show_complaint(
    request: HttpRequest,
    complaint: Complaint,
    *,
    status: int = 200,
    notices: Sequence[str | Promise] = (),
    typed: tuple[int, str] = (0, ""),
) -> HttpResponse:
    """The story so far, in the public's words. `typed`: an answer that was not taken, by the id of its question."""
    story = story_of(complaint, timezone.now())
    files = list(evidence_of(complaint))
    return render(
        request,
        "complaints/followed.html",
        {
            "complaint": complaint,
            "plate": shown_plate(complaint.plate_given),
            "story": story,
            "files": files,
            "room": max(0, settings.ENV.EVIDENCE_MAX_FILES - len(files)),
            "told": told(request),
            "notices": notices,
            "typed_id": typed[0],
            "typed": typed[1],
            **limits_of_files(),
        },
        status=status,
    )


def open_story(request: HttpRequest) -> tuple[Complaint, Story] | None:
    """The complaint this browser has open, with its story; None when it has none."""
    complaint = followed(request, timezone.now())
    return (complaint, story_of(complaint, timezone.now())) if complaint is not None else None


def answer_refused(request: HttpRequest, status: int, words: Promise, question_id: int) -> HttpResponse:
    """The story again with what is to be said."""
    complaint = followed(request, timezone.now())
    if complaint is None:
        return go(request, "track")
    return show_complaint(request, complaint, status=status, notices=[words], typed=(question_id, ""))


@require_POST
@private_page
@readable_body(answer_refused)
def answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Answer a question in words or by files."""
    complaint = followed(request, timezone.now())
    if complaint is None:
        return go(request, "track")
    form = MaterialForm(request.POST)
    text = str(request.POST.get("text", ""))
    if not form.is_valid():
        notices = [str(error) for errors in form.errors.values() for error in errors]
        return show_complaint(request, complaint, status=422, notices=notices, typed=(question_id, text))
    room = settings.ENV.EVIDENCE_MAX_FILES - evidence_of(complaint).count()
    try:
        return take(
            request,
            text=form.cleaned_data["text"],
            room=room,
            give=lambda stored: answer_question(
                complaint=complaint,
                question_id=question_id,
                text=form.cleaned_data["text"],
                evidence=stored,
                now=timezone.now(),
            ),
            shown_again=lambda *, status, notices: show_complaint(
                request, complaint, status=status, notices=notices, typed=(question_id, text)
            ),
            said=answered,
        )
    except Question.DoesNotExist as error:
        raise Http404("no question of this complaint") from error


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
    opened = open_story(request)
    if opened is None or Action.ADD_MATERIAL not in opened[1].actions:
        return go(request, "track")
    complaint = opened[0]
    if request.method != "POST":
        return show_material(request, complaint, MaterialForm())
    form = MaterialForm(request.POST)
    if not form.is_valid():
        return show_material(request, complaint, form, status=422)
    text = form.cleaned_data["text"]
    return take(
        request,
        text=text,
        room=settings.ENV.EVIDENCE_MAX_FILES - evidence_of(complaint).count(),
        give=lambda stored: add_material(complaint=complaint, text=text, evidence=stored, now=timezone.now()),
        shown_again=lambda *, status, notices: show_material(request, complaint, form, status=status, notices=notices),
        said=added,
    )


def show_material(
    request: HttpRequest, complaint: Complaint, form: MaterialForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    """The page, with the text as typed."""
    room = settings.ENV.EVIDENCE_MAX_FILES - evidence_of(complaint).count()
    about = {"complaint": complaint, "form": form, **limits_of_files(), "room": room, **context}
    return render(request, "complaints/material.html", about, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def withdraw_page(request: HttpRequest) -> HttpResponse:
    """Ask once more, then withdraw: the whole, or of a claim and a report the one that was chosen."""
    opened = open_story(request)
    if opened is None or Action.WITHDRAW not in opened[1].actions:
        return go(request, "track")
    complaint, story = opened
    if request.method != "POST":
        can_go = [one for one in story.strands if Action.WITHDRAW in one.actions]
        has_report = any(one.complaint.nature == Nature.REPORT for one in can_go)
        about = {"complaint": complaint, "strands": can_go, "has_report": has_report}
        return render(request, "complaints/withdraw.html", about)
    chosen = request.POST.get("strand", "")
    try:
        withdraw(complaint=complaint, now=timezone.now(), nature=Nature(chosen) if chosen in Nature.values else None)
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
