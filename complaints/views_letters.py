"""Letters as PDF: for officers whose authority has a part in the case, and for whoever follows it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints.doorway import followed, go, private_page
from complaints.letter_of import NoLetter, letter_events, own_letter
from complaints.letters import UnfitLetter, write_letter
from complaints.models import Complaint, ComplaintEvent
from complaints.services.letters import take_letter
from edge.address import client_address
from registry.refusals import OutOfScope
from registry.views_staff import refused


@require_safe
@staff_only(Role.HANDLER, Role.SUPERVISOR)
def letter(request: StaffRequest, pk: int, event_pk: int) -> HttpResponse:
    """The letter of one step; who took it is recorded. Outside the officer's sight, and without a letter, 404."""
    complaint = get_object_or_404(Complaint.objects.visible_to(request.user.scope), pk=pk)
    event = get_object_or_404(letter_events(complaint).filter(complaint=complaint), pk=event_pk)
    try:
        document = take_letter(event=event, actor=request.user, now=timezone.now(), address=client_address(request))
    except (OutOfScope, NoLetter) as error:
        raise Http404 from error
    except UnfitLetter:
        text = _(
            "What is on file does not make a letter: the authority or the day is missing, or a text is too long. "
            "Please look at the step in the case."
        )
        return refused(
            request, _("This letter cannot be made"), text, status=409, back=reverse("cases:case", args=[pk])
        )
    return as_pdf(document, event)


@require_safe
@private_page
def followed_letter(request: HttpRequest, event_pk: int) -> HttpResponse:
    """The person's own copy of a letter, in the browser that has the complaint open."""
    complaint = followed(request, timezone.now())
    if complaint is None:
        return go(request, "track")
    event = get_object_or_404(letter_events(complaint), pk=event_pk)
    try:
        document = write_letter(own_letter(event))
    except NoLetter as error:
        raise Http404 from error
    except UnfitLetter:
        page = {"complaint": complaint, "authority": event.handling.authority if event.handling else None}
        return render(request, "complaints/letter_missing.html", page, status=409)
    return as_pdf(document, event)


def as_pdf(document: bytes, event: ComplaintEvent) -> HttpResponse:
    """The document, to be kept as a file. Its name says the case and the step, and nobody's name."""
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{event.complaint.reference}-{event.pk}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
