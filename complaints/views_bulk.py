"""Many cases at once: what is to be done to the ticked ones is asked for, done, and told one by one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.doors import StaffRequest, staff_only
from accounts.models import User
from accounts.roles import Role
from complaints.case_forms import add_faults, words_field
from complaints.models import Handling
from complaints.querysets import SEALED_OF_COMPLAINT
from complaints.refusals import Unsound
from complaints.services.bulk import BulkStep, Chosen, do_to_many
from complaints.views_staff import READERS
from complaints.wall import Audience
from edge.address import client_address
from registry.views_application import refused

LOOKED_AT = 1000
"""Ticks that are read at all; the service says how many may be chosen."""


class BulkForm(forms.Form):
    """What is done to every ticked case, and the words that go into each file."""

    to = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=gettext_lazy("Officer"),
        required=False,
        empty_label=gettext_lazy("Back to the desk, with nobody yet"),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who reads them"),
        choices=[(one.value, one.label) for one in (Audience.OWN, Audience.AUTHORITIES, Audience.COMPLAINANT)],
        widget=forms.RadioSelect,
        initial=Audience.OWN,
    )
    comment = words_field(gettext_lazy("Comment"), help_text=gettext_lazy("It goes into the file of every case."))

    def __init__(self, *arguments: Any, step: BulkStep, user: User, **options: Any) -> None:
        super().__init__(*arguments, **options)
        officers: Any = self.fields["to"]
        people = User.objects.filter(authority_id=user.scope.authority_id)
        officers.queryset = people.holding(Role.HANDLER, Role.SUPERVISOR).order_by("name", "pk")
        if step is not BulkStep.ASSIGN:
            del self.fields["to"]
        if step is not BulkStep.NOTE:
            del self.fields["audience"]

    def arguments(self) -> dict[str, Any]:
        """What the service is given."""
        given = dict(self.cleaned_data)
        if "audience" in given:
            given["audience"] = Audience(given["audience"])
        return given


@require_POST
@staff_only(*READERS)
def bulk(request: StaffRequest) -> HttpResponse:
    """The ticked cases of the queue: first the question what exactly, then the answer for each of them."""
    back = reverse("cases:cases")
    if request.POST.get("do", "") not in BulkStep.values:
        return refused(request, 422, _("This button is not known"), _("Go back and try again."), back)
    step, chosen = BulkStep(request.POST["do"]), chosen_in(request)
    if not chosen:
        return refused(request, 422, _("No case is chosen"), _("Go back and tick the cases you mean."), back)
    is_confirmed = "confirm" in request.POST
    form = BulkForm(request.POST if is_confirmed else None, step=step, user=request.user)
    page = {"step": step, "chosen": chosen, "form": form, "back": back, "rail_current": "cases:cases"}
    if not is_confirmed:
        return render(request, "staff/cases/bulk.html", page)
    if form.is_valid():
        try:
            page["outcomes"] = do_to_many(
                step=step,
                chosen=chosen,
                actor=request.user,
                now=timezone.now(),
                address=client_address(request),
                **form.arguments(),
            )
            return render(request, "staff/cases/bulk_done.html", page)
        except Unsound as error:
            add_faults(form, error.faults.items())
    return render(request, "staff/cases/bulk.html", page, status=422)


def chosen_in(request: StaffRequest) -> list[Chosen]:
    """The ticked parts that the person sees, in the order of the page; what is no tick of ours is passed over."""
    ticks = dict(filter(None, map(tick_of, request.POST.getlist("part")[:LOOKED_AT])))
    seen = Handling.objects.in_reach(request.user.scope).filter(pk__in=ticks)
    seen = seen.select_related("complaint", "authority").defer(*SEALED_OF_COMPLAINT)
    parts = {part.pk: part for part in seen}
    return [Chosen(parts[pk], version) for pk, version in ticks.items() if pk in parts]


def tick_of(text: str) -> tuple[int, int] | None:
    """`12:3`: part and version."""
    pk, _colon, version = text.partition(":")
    is_plain = all(each.isascii() and each.isdigit() and len(each) < 16 for each in (pk, version))
    return (int(pk), int(version)) if is_plain else None
