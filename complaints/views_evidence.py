"""The files of a case for its officers: the gallery, cleaned copies, and originals under an open look."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import StaffRequest, staff_only
from complaints.evidence_section import files_of, shown_name
from complaints.file_answers import ranged_file, taken_away
from complaints.forms_forwarded import OriginalForm
from complaints.models import Complaint, Evidence, Reveal
from complaints.refusals import Unsound
from complaints.services.looking import open_evidence
from complaints.services.revealing import ask_reveal, may_ask, open_original
from complaints.strands import files_of_case
from complaints.views_staff import READERS
from edge.address import client_address
from registry.refusals import OutOfScope, WrongRole
from registry.views_application import other_duty, see

RAIL = "cases:cases"


def the_case(request: StaffRequest, pk: int) -> Complaint:
    """The case, if the person sees it; otherwise 404. One query; the story is not read."""
    visible = Complaint.objects.visible_to(request.user.scope)
    return get_object_or_404(visible.select_related("twin_of").defer("narrative", "answers", "place"), pk=pk)


def the_file(request: StaffRequest, pk: int, evidence_pk: int) -> Evidence:
    """A file of this very case, if the person sees the case; otherwise 404. Two queries."""
    files = files_of_case(the_case(request, pk)).select_related("complaint")
    return get_object_or_404(files, pk=evidence_pk)


@require_safe
@staff_only(*READERS)
def gallery(request: StaffRequest, pk: int) -> HttpResponse:
    """All files: pictures to be enlarged, sound and film to be played, documents to be taken away."""
    complaint = the_case(request, pk)
    files = files_of(request.user, complaint, timezone.now(), may_open=may_ask(complaint, request.user))
    page = {"complaint": complaint, "files": files, "rail_current": RAIL}
    return render(request, "staff/cases/evidence.html", page)


@require_safe
@staff_only(*READERS)
def file(request: StaffRequest, pk: int, evidence_pk: int) -> HttpResponseBase:
    """The cleaned copy, whole or the part a player asks for."""
    wanted = the_file(request, pk, evidence_pk)

    def opened(start: int) -> Iterator[bytes]:
        return open_evidence(
            evidence=wanted, actor=request.user, now=timezone.now(), address=client_address(request), start=start
        )

    return ranged_file(
        request,
        opened,
        name=shown_name(wanted, the_case(request, pk)),
        content_type=wanted.cleaned_type,
        size=wanted.cleaned_size,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*READERS)
def ask(request: StaffRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """Ask a supervisor to open the original of a file."""
    wanted = the_file(request, pk, evidence_pk)
    complaint = the_case(request, pk)
    form = OriginalForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                ask_reveal(
                    complaint=complaint,
                    subject=Reveal.Subject.ORIGINAL,
                    evidence=wanted,
                    reason=form.cleaned_data["reason"],
                    actor=request.user,
                    now=timezone.now(),
                    address=client_address(request),
                )
            except WrongRole:
                return other_duty(request, reverse("wall:evidence", args=[pk]))
            except OutOfScope as error:
                raise Http404 from error
            except Unsound as error:
                form.tell(error.faults)
            else:
                messages.success(request, _("A supervisor is asked. You will be told."))
                return see(reverse("wall:evidence", args=[pk]))
    name = shown_name(wanted, complaint)
    page = {"complaint": complaint, "evidence": wanted, "name": name, "form": form, "rail_current": RAIL}
    return render(request, "staff/cases/ask_original.html", page, status=status)


@require_safe
@staff_only(*READERS)
def original(request: StaffRequest, pk: int, evidence_pk: int) -> HttpResponseBase:
    """The original, while a look at it is open for this very person; recorded each time. Otherwise 404."""
    wanted = the_file(request, pk, evidence_pk)
    now = timezone.now()
    looks = Reveal.objects.filter(
        evidence=wanted, subject=Reveal.Subject.ORIGINAL, asked_by=request.user, is_granted=True, until__gt=now
    )
    look = get_object_or_404(looks.select_related("evidence").order_by("-pk")[:1])
    try:
        chunks = open_original(reveal=look, actor=request.user, now=now, address=client_address(request))
    except OutOfScope as error:
        raise Http404 from error
    return taken_away(chunks, name=shown_name(wanted, the_case(request, pk)), content_type=wanted.content_type)
