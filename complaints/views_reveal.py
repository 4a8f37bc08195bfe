"""Looks behind the mask: asked for, decided, opened."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints.forms_forwarded import RevealForm
from complaints.models import Complaint, Reveal
from complaints.person_section import person_section
from complaints.refusals import AlreadyDecided, Unsound
from complaints.services.revealing import ask_reveal, decide_reveal, show_person
from complaints.views_evidence import RAIL, the_case
from complaints.views_staff import READERS
from edge.address import client_address
from edge.written import written_moment
from registry.keyset import BadPlace, Order
from registry.lists import changed, listed
from registry.refusals import OutOfScope, WrongRole
from registry.views_application import other_duty, refused, see

OLDEST_FIRST = Order("asked_at")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*READERS)
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """The complainant, masked; looks there were; the form to ask for one."""
    complaint = the_case(request, pk)
    if request.method != "POST":
        return person_page(request, complaint, RevealForm())
    form = RevealForm(request.POST)
    if not form.is_valid():
        return person_page(request, complaint, form, status=422)
    try:
        reveal = ask_reveal(
            complaint=complaint,
            **form.cleaned_data,
            actor=request.user,
            now=timezone.now(),
            address=client_address(request),
        )
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        return other_duty(request, reverse("wall:person", args=[pk]))
    except Unsound as error:
        form.tell(error.faults)
        return person_page(request, complaint, form, status=422)
    if reveal.is_granted:
        return see(reverse("wall:shown", args=[pk, reveal.pk]))
    messages.success(request, _("A supervisor is asked. You will be told."))
    return see(reverse("wall:person", args=[pk]))


def person_page(request: StaffRequest, complaint: Complaint, form: RevealForm, *, status: int = 200) -> HttpResponse:
    """The masked page."""
    section = person_section(request.user, complaint, None, timezone.now())
    page: dict[str, Any] = {"complaint": complaint, "section": section, "form": form, "rail_current": RAIL}
    return render(request, "staff/cases/person.html", page, status=status)


@require_safe
@staff_only(*READERS)
def shown(request: StaffRequest, pk: int, reveal_pk: int) -> HttpResponse:
    """What an open look shows; this showing is recorded. For anybody but the asker, and afterwards, 404."""
    complaint = the_case(request, pk)
    reveal = get_object_or_404(Reveal.objects.filter(asked_by=request.user), pk=reveal_pk, complaint_id=pk)
    try:
        values = show_person(reveal=reveal, actor=request.user, now=timezone.now(), address=client_address(request))
    except OutOfScope as error:
        raise Http404 from error
    page = {"complaint": complaint, "reveal": reveal, "values": values, "rail_current": RAIL}
    return render(request, "staff/cases/shown.html", page)


@require_safe
@staff_only(Role.SUPERVISOR)
def waiting(request: StaffRequest) -> HttpResponse:
    """The looks that this supervisor has to decide on, the oldest first."""
    rows = Reveal.objects.to_decide(request.user.scope)
    rows = rows.select_related("complaint", "asked_by", "evidence").defer(
        *(f"complaint__{name}" for name in ("narrative", "place", "answers"))
    )
    try:
        page = listed(rows, OLDEST_FIRST, request.GET)
    except BadPlace:
        return redirect(request.path + changed(request.GET))
    return render(request, "staff/cases/reveals.html", {"page": page, "rail_current": "wall:waiting"})


@require_POST
@staff_only(Role.SUPERVISOR)
def decide(request: StaffRequest, reveal_pk: int) -> HttpResponse:
    """Grant a look or refuse it. Whoever comes second is told who decided (409)."""
    back = reverse("wall:waiting")
    do = request.POST.get("do", "")
    if do not in {"grant", "refuse"}:
        return refused(request, 422, _("This button is not known"), _("Go back and try again."), back)
    reveal = get_object_or_404(Reveal.objects.visible_to(request.user.scope), pk=reveal_pk)
    try:
        decide_reveal(
            reveal=reveal,
            is_granted=do == "grant",
            actor=request.user,
            now=timezone.now(),
            address=client_address(request),
        )
    except OutOfScope as error:
        raise Http404 from error
    except WrongRole:
        return refused(
            request,
            403,
            _("Another supervisor decides"),
            _("Nobody opens the mask for himself: another supervisor of your authority decides."),
            back,
        )
    except AlreadyDecided as error:
        words = _("%(by)s decided it at %(at)s.") % {
            "by": error.by or "–",
            "at": written_moment(error.at) if error.at else "–",
        }
        return refused(request, 409, _("It is decided already"), words, back)
    said = _("Granted for eight hours. Every look is recorded.") if do == "grant" else _("Refused. The asker is told.")
    messages.success(request, said)
    return see(back)
