"""Pages of an extension: asking for it, and deciding it. Both are also sent from the page of the case."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints.attempts import attempt, who
from complaints.clock_words import written_limit
from complaints.forms_supervision import AskExtensionForm, DecideExtensionForm, with_faults
from complaints.models import Extension, Handling
from complaints.refusals import Unsound
from complaints.services.extending import ask_extension, decide_extension, extension_rule
from directory.clock import Limit
from edge.text import cleaned

OFFICERS = (Role.HANDLER, Role.SUPERVISOR)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*OFFICERS)
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for more time for the decision of one part."""
    parts = Handling.objects.visible_to(request.user.scope).select_related("complaint", "authority")
    part = get_object_or_404(parts, pk=pk)

    def page(form: AskExtensionForm, status: int = 200) -> HttpResponse:
        limit = written_limit(extension_rule(part).limit)
        told = {"form": form, "part": part, "limit": limit, "rail_current": "cases:cases"}
        return render(request, "staff/supervision/ask_extension.html", told, status=status)

    if request.method != "POST":
        return page(AskExtensionForm(initial={"version": part.version}))
    form = AskExtensionForm(request.POST)
    if not form.is_valid():
        return page(form, 422)

    def step() -> str:
        ask_extension(
            handling=part,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            **who(request, now=timezone.now()),
        )
        return _("The extension was asked for; a supervisor decides.")

    def again(error: Unsound, status: int) -> HttpResponse:
        with_faults(form, error.faults)
        part.refresh_from_db(fields=["version"])
        form.read_again(part.version)
        return page(form, status)

    return attempt(request, step, reverse("cases:case", args=[part.complaint_id]), again)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*OFFICERS)
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Grant or refuse what was asked for."""
    asked = get_object_or_404(
        Extension.objects.select_related("handling__complaint", "handling__authority", "asked_by"), pk=pk
    )
    part = asked.handling
    if not Handling.objects.visible_to(request.user.scope).filter(pk=part.pk).exists():
        raise Http404

    def page(form: DecideExtensionForm, status: int = 200) -> HttpResponse:
        limit = written_limit(Limit.parse(asked.limit))
        told = {"form": form, "asked": asked, "part": part, "limit": limit, "rail_current": "cases:cases"}
        return render(request, "staff/supervision/decide_extension.html", told, status=status)

    if request.method != "POST":
        return page(DecideExtensionForm(initial={"version": part.version}))
    form = DecideExtensionForm(request.POST)
    do = cleaned(request.POST.get("do", ""))
    if not form.is_valid() or do not in {"grant", "refuse"}:
        return page(form, 422)

    def step() -> str:
        decide_extension(
            extension=asked,
            version=form.cleaned_data["version"],
            grants=do == "grant",
            note=form.cleaned_data["note"],
            **who(request, now=timezone.now()),
        )
        if do == "grant":
            return _("The time is extended; the complainant is told the reason and the new day.")
        return _("The extension is refused; the desk is told.")

    def again(error: Unsound, status: int) -> HttpResponse:
        with_faults(form, error.faults)
        part.refresh_from_db(fields=["version"])
        form.read_again(part.version)
        return page(form, status)

    return attempt(request, step, reverse("cases:case", args=[part.complaint_id]), again)
