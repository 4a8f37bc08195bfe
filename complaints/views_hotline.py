"""The desk of a hotline clerk: a call in one page, then the receipt to read aloud. No other case is seen here."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.models import User
from accounts.roles import Role
from complaints.answers import entry_of
from complaints.entry import Invalid, KeyReused
from complaints.forms_hotline import CallForm
from complaints.places import Group, groups_of
from complaints.reading import Receipt
from complaints.receipts import printed_receipt_code
from complaints.services.hotline import take_call, text_receipt_code
from complaints.spelling import spelled
from directory.formats import is_mobile
from edge.address import client_address
from edge.reader import reader_of
from registry.refusals import NotAllowed
from vault.keys import CannotUnseal, seal, unseal

HELD = "hotline_receipt"
HELD_FOR = timedelta(minutes=10)
"""How long the receipt of a call can be read out; then, or with the next call, it is gone for good."""
FIELD_OF = {"ambulance_code": "code"}
"""Faults of the core → fields of the form, where the names differ."""


@dataclass(frozen=True)
class HeldReceipt:
    """What the clerk reads out, sealed in the session for a few minutes."""

    reference: str
    receipt_code: str
    phone: str
    until: str
    is_texted: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Role.HOTLINE_CLERK)
def call(request: StaffRequest) -> HttpResponse:
    """The form of a call. What was typed stays whatever is wrong; sending it twice files it once."""
    now = timezone.now()
    groups = places_of(request.user)
    if request.method != "POST":
        return show_call(request, CallForm(initial={"token": secrets.token_urlsafe(18)}, groups=groups, now=now))
    form = CallForm(request.POST, groups=groups, now=now)
    if not form.is_valid():
        return show_call(request, form, status=422)
    answers = form.answers()
    try:
        submitted = take_call(
            entry=entry_of(answers),
            token=answers["token"],
            language=answers["language"],
            actor=request.user,
            now=now,
            address=client_address(request),
        )
    except Invalid as invalid:
        for fault in invalid.faults:
            field = FIELD_OF.get(fault.field, fault.field)
            form.add_error(field if field in form.fields else None, str(fault.message))
        return show_call(request, form, status=422)
    except KeyReused:
        form.add_error(None, _("This call was filed already, with other words. Open an empty page for another call."))
        return show_call(request, form, status=409)
    hold(request, submitted.receipt, answers["contact_phone"], now)
    return to(request, "receipt")


def show_call(request: HttpRequest, form: CallForm, *, status: int = 200) -> HttpResponse:
    """The page."""
    return render(request, "staff/hotline/call.html", {"form": form, "rail_current": "hotline:call"}, status=status)


def places_of(user: User) -> list[Group]:
    """The cities and counties of the province of the clerk's authority. One query; none outside the divisions."""
    prefix = user.scope.division_prefix
    return groups_of(f"{prefix[:2]}0000") if prefix else []


def hold(request: HttpRequest, receipt: Receipt, phone: str, now: datetime) -> None:
    """Keep the receipt to be read out."""
    held = HeldReceipt(receipt.reference, receipt.receipt_code, phone, (now + HELD_FOR).isoformat())
    request.session[HELD] = seal(json.dumps(asdict(held)))


def held_by(request: HttpRequest) -> HeldReceipt | None:
    """The receipt that is read out now; None when there is none or its time is over."""
    if HELD not in request.session:
        return None
    try:
        held = HeldReceipt(**json.loads(unseal(request.session[HELD])))
    except CannotUnseal:
        held = None
    if held is None or datetime.fromisoformat(held.until) < timezone.now():
        del request.session[HELD]
        return None
    return held


@require_safe
@staff_only(Role.HOTLINE_CLERK)
def receipt(request: StaffRequest) -> HttpResponse:
    """Reference and receipt code, large and spelled. It is shown on this page only, and after the next call no more."""
    held = held_by(request)
    if held is None:
        return to(request, "call")
    return render(request, "staff/hotline/receipt.html", {**shown(held), "rail_current": "hotline:call"})


def shown(held: HeldReceipt) -> dict[str, Any]:
    """What the page needs of a receipt."""
    return {
        "held": held,
        "printed_code": printed_receipt_code(held.receipt_code),
        "reference_groups": spelled(held.reference),
        "code_groups": spelled(held.receipt_code),
        "may_text": is_mobile(held.phone) and bool(held.receipt_code),
    }


@require_POST
@staff_only(Role.HOTLINE_CLERK)
def text(request: StaffRequest) -> HttpResponse:
    """Send the code to the phone the caller gave."""
    held = held_by(request)
    if held is None:
        return to(request, "call")
    try:
        text_receipt_code(
            reference=held.reference,
            code=held.receipt_code,
            actor=request.user,
            now=timezone.now(),
            address=client_address(request),
        )
    except NotAllowed:
        return to(request, "receipt")
    request.session[HELD] = seal(json.dumps({**asdict(held), "is_texted": True}))
    return to(request, "receipt")


@require_POST
@staff_only(Role.HOTLINE_CLERK)
def done(request: StaffRequest) -> HttpResponse:
    """Forget the receipt, and on to the next call."""
    request.session.pop(HELD, None)
    return to(request, "call")


def to(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """To another page of the desk; the browser fetches it (303), and never sends a form again."""
    response = HttpResponseRedirect(reader_of(request).keep(reverse(f"hotline:{name}")))
    response.status_code = 303
    return response
