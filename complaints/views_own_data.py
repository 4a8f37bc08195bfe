"""A lost receipt code, and the data that is kept about the person who holds one."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.doorway import followed, go, private_page, tell_next
from complaints.entry import Invalid
from complaints.forms import ContactForm
from complaints.forms_track import LostCodeForm
from complaints.models import Complaint
from complaints.own_data import looks_of, releases_of, stands_against
from complaints.places import full_name
from complaints.services.data_subject import (
    StandsAgainst,
    correct_contact,
    delete_contact,
    delete_everything,
    withdraw_consent,
)
from complaints.services.lost_code import replace_receipt_code
from complaints.strands import evidence_of, strands_of
from complaints.summary import shown_plate
from complaints.workflow import OPEN_CASES
from edge.address import client_address, limit_key
from edge.limits import limiter

LEAST_SECONDS = 0.4
"""How long the answer about a lost code takes at the least, so that the time tells nothing either."""


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def lost(request: HttpRequest) -> HttpResponse:
    """Ask for a new receipt code. The answer is the same whether there was anything to find or not."""
    if request.method != "POST":
        return render(request, "complaints/lost.html", {"form": LostCodeForm()})
    form = LostCodeForm(request.POST)
    if not form.is_valid():
        return render(request, "complaints/lost.html", {"form": form}, status=422)
    key = limit_key(client_address(request))
    if not limiter().hit("lost_codes", key):
        seconds = limiter().retry_after("lost_codes", key)
        page = {"form": form, "wait_minutes": max(1, -(-seconds // 60))}
        response = render(request, "complaints/lost.html", page, status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    began = time.monotonic()
    given = form.cleaned_data
    replace_receipt_code(reference=given["reference"], contact=given["contact"], now=timezone.now())
    time.sleep(max(0.0, LEAST_SECONDS - (time.monotonic() - began)))
    words = _("If this contact was left with this complaint, a new receipt code is on its way to it.")
    tell_next(request, [words, _("If nothing comes within ten minutes, compare what you wrote with your receipt.")])
    return go(request, "track")


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def own_data(request: HttpRequest) -> HttpResponse:
    """What is kept, who opened it; put right, taken back, deleted."""
    complaint = followed(request, timezone.now())
    if complaint is None:
        return go(request, "track")
    if request.method != "POST":
        return show_data(request, complaint)
    deeds = {"correct": correct, "consent": take_back, "contact": forget_contact, "everything": forget_everything}
    deed = deeds.get(request.POST.get("do", ""))
    return deed(request, complaint) if deed else show_data(request, complaint)


def show_data(request: HttpRequest, complaint: Complaint, *, status: int = 200, **context: Any) -> HttpResponse:
    """Everything that is kept, in the open: whoever is here holds the receipt code."""
    cases = strands_of(complaint)
    kept = {name: getattr(complaint, name) for name in ("contact_name", "contact_phone", "contact_email")}
    page = {
        "complaint": complaint,
        "form": ContactForm(initial=kept),
        "has_contact": any(kept.values()),
        "plate": shown_plate(complaint.plate_given),
        "place": " ".join(filter(None, (full_name(complaint.division_id), complaint.place))),
        "files": list(evidence_of(complaint)),
        "looks": looks_of(cases),
        "releases": releases_of(cases),
        "is_open": any(one.state in OPEN_CASES for one in cases),
        "reasons": [] if complaint.destroyed_at else stands_against(cases, timezone.now()),
        **context,
    }
    return render(request, "complaints/own_data.html", page, status=status)


def correct(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Keep another contact."""
    form = ContactForm(request.POST)
    if not form.is_valid():
        return show_data(request, complaint, form=form, status=422)
    given = form.cleaned_data
    try:
        is_changed = correct_contact(
            complaint=complaint,
            name=given["contact_name"],
            phone=given["contact_phone"],
            email=given["contact_email"],
            now=timezone.now(),
        )
    except Invalid as invalid:
        return show_data(request, complaint, form=form, faults=invalid.faults, status=422)
    return back(request, _("Your contact is changed.") if is_changed else _("Nothing was changed."))


def take_back(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Take the consent to pass on the contact back."""
    withdraw_consent(complaint=complaint, now=timezone.now())
    return back(request, _("From now on your contact is not passed to the institution."))


def forget_contact(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Delete the contact; while it is handled only once it is understood what that means."""
    try:
        delete_contact(complaint=complaint, is_understood="is_understood" in request.POST, now=timezone.now())
    except Invalid as invalid:
        return show_data(request, complaint, faults=invalid.faults, status=422)
    return back(request, _("Your contact is deleted. Keep your receipt code: it alone opens the complaint now."))


def forget_everything(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    """Delete story and files for good, if nothing stands against it."""
    if "is_sure" not in request.POST:
        return show_data(request, complaint, is_asked=True, status=422)
    try:
        delete_everything(complaint=complaint, now=timezone.now())
    except StandsAgainst:
        return show_data(request, complaint, status=409)
    return back(request, _("Your contact, what you told, and your files are deleted."))


def back(request: HttpRequest, words: str) -> HttpResponse:
    """To the story, which says what was done."""
    tell_next(request, [words])
    return go(request, "track")
