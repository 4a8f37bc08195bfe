"""The page of one application for whoever may see it, the reviewer's decision, and its documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import StaffRequest, staff_only
from edge.address import client_address
from edge.text import cleaned
from evidence.names import download_name
from registry.application_pages import form_page, may, review_page
from registry.applications import ApplicationAction, ApplicationKind
from registry.asked import PAPERS
from registry.models import Application
from registry.proposals import ASKED
from registry.refusals import ApplicationInvalid, NotAllowed, OutOfScope, WrongRole
from registry.services import approve, open_document, refuse, return_with_reasons
from registry.views_application import (
    act,
    other_duty,
    page_address,
    review_again,
    see,
    the_application,
    typed_version,
    unknown_button,
)

SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
"""A document opened by itself runs nothing and fetches nothing (the style is the browser's own for pictures)."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only()
def application(request: StaffRequest, pk: int) -> HttpResponse:
    """The form for whoever may change it now, otherwise everything beside each other to read and decide."""
    found = the_application(request, pk)
    if request.method == "POST":
        return act(request, found)
    scope, now = request.user.scope, timezone.now()
    if may(scope, found, ApplicationAction.SAVE):
        return render(request, "staff/applications/form.html", form_page(found, now))
    page = review_page(found, scope, now)
    return render(request, "staff/applications/review.html", page)


@require_POST
@staff_only()
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve, return with reasons by field, or refuse. Whoever comes second is told who did what (409)."""
    found = the_application(request, pk)
    do = request.POST.get("do", "")
    reason = cleaned(request.POST.get("reason", ""))
    common: dict[str, Any] = {
        "application": found,
        "version": typed_version(request),
        "actor": request.user,
        "now": timezone.now(),
        "address": client_address(request),
    }
    try:
        if do == "approve":
            approve(**common)
            said = _("Approved. The codes are issued and the fleet managers are told.")
        elif do == "return":
            return_with_reasons(**common, field_reasons=field_reasons(request, found), reason=reason)
            said = _("Returned with the reasons; the fleet managers are told.")
        elif do == "refuse":
            refuse(**common, reason=reason)
            said = _("Refused; the fleet managers are told.")
        else:
            return unknown_button(request, found)
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        return other_duty(request, page_address(found))
    except (NotAllowed, ApplicationInvalid) as error:
        return review_again(request, pk, error, field_reasons(request, found))
    messages.success(request, said)
    return see(page_address(found))


def field_reasons(request: StaffRequest, found: Application) -> dict[str, str]:
    """Field or document → why: each with words, and each ticked one (a tick alone asks to look again)."""
    ticked = set(request.POST.getlist("tick"))
    reasons = {}
    for name in (*ASKED[ApplicationKind(found.kind)], *PAPERS):
        words = cleaned(request.POST.get(f"reason_{name}", ""))
        if words or name in ticked:
            reasons[name] = words or _("Please compare this with the document and correct it.")
    return reasons


@require_safe
@staff_only()
def document(request: StaffRequest, pk: int, document_pk: int) -> HttpResponseBase:
    """The cleaned copy of a document of this application, for whoever may see the application; never the original."""
    found = the_application(request, pk)
    wanted = get_object_or_404(found.documents.all(), pk=document_pk)
    chunks = open_document(document=wanted, actor=request.user, now=timezone.now(), address=client_address(request))
    response = StreamingHttpResponse(chunks, content_type=wanted.cleaned_type)
    is_picture = wanted.cleaned_type.startswith("image/")
    disposition = content_disposition_header(
        as_attachment=not is_picture, filename=download_name(wanted.name, wanted.cleaned_type)
    )
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
