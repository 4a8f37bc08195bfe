"""Retention: batches of cases whose time is over, their confirmation, and holds."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints.attempts import attempt, who
from complaints.forms_supervision import ReasonForm, with_faults
from complaints.models import Complaint, DestructionBatch, Hold
from complaints.querysets import SEALED, SEALED_OF_COMPLAINT, parts_within
from complaints.refusals import Unsound
from complaints.services.holds import lift_hold, place_hold
from complaints.services.retaining import confirm_batch
from complaints.supervision_sections import tabs_for

RAIL = "supervision:desk"
LISTED = 100


@require_safe
@staff_only(Role.SUPERVISOR)
def retention(request: StaffRequest) -> HttpResponse:
    """Batches of the own desk and below, those that wait on top, and the holds in force."""
    scope, env = request.user.scope, settings.ENV
    batches = (
        DestructionBatch.objects.filter(parts_within(scope))
        .select_related("authority", "first_by", "second_by")
        .annotate(count=Count("complaints"))
    )
    holds = (
        Hold.objects.filter(lifted_at=None, complaint__in=Complaint.objects.visible_to(scope).values("pk"))
        .select_related("complaint", "placed_by")
        .defer("reason", *SEALED_OF_COMPLAINT)
    )
    page = {
        "batches": list(batches.order_by("-done_at", "-pk")[:LISTED]),
        "holds": list(holds[:LISTED]),
        "days": {
            "claim": env.RETENTION_CLAIM_DAYS,
            "report": env.RETENTION_REPORT_DAYS,
            "praise": env.RETENTION_PRAISE_DAYS,
        },
        "tabs": tabs_for("retention"),
        "rail_current": RAIL,
    }
    return render(request, "staff/supervision/retention.html", page)


def batch_or_404(request: StaffRequest, pk: int) -> DestructionBatch:
    """A batch of the own desk or one below."""
    rows = DestructionBatch.objects.filter(parts_within(request.user.scope))
    return get_object_or_404(rows.select_related("authority", "first_by", "second_by"), pk=pk)


@require_safe
@staff_only(Role.SUPERVISOR)
def batch(request: StaffRequest, pk: int) -> HttpResponse:
    """What is in a batch, and the button of the first or second word."""
    found = batch_or_404(request, pk)
    visible = set(
        Complaint.objects.visible_to(request.user.scope).filter(destruction_batches=found).values_list("pk", flat=True)
    )
    rows = found.complaints.select_related("institution").defer(*SEALED).order_by("closed_at", "pk")
    page = {
        "batch": found,
        "rows": [(one, one.pk in visible) for one in rows],
        "may_confirm": found.second_at is None and found.first_by_id != request.user.pk,
        "tabs": tabs_for("retention"),
        "rail_current": RAIL,
    }
    return render(request, "staff/supervision/batch.html", page)


@require_POST
@staff_only(Role.SUPERVISOR)
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """The first or the second supervisor's word."""
    found = batch_or_404(request, pk)

    def step() -> str:
        done = confirm_batch(batch=found, **who(request, now=timezone.now()))
        if done.second_at is not None:
            return _("Confirmed by two. The data will be destroyed within the hour.")
        return _("Confirmed. A second supervisor has to confirm it, too.")

    return attempt(request, step, reverse("supervision:batch", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Role.SUPERVISOR)
def hold(request: StaffRequest, pk: int) -> HttpResponse:
    """Hold a case, or lift its hold, with a reason."""
    complaints = Complaint.objects.visible_to(request.user.scope).defer(*SEALED)
    found = get_object_or_404(complaints, pk=pk)
    holds = list(found.holds.select_related("placed_by", "lifted_by"))
    in_force = next((one for one in holds if one.lifted_at is None), None)

    def page(form: ReasonForm, status: int = 200) -> HttpResponse:
        told: dict[str, Any] = {"form": form, "complaint": found, "holds": holds, "in_force": in_force}
        told |= {"tabs": tabs_for("retention"), "rail_current": RAIL}
        return render(request, "staff/supervision/hold.html", told, status=status)

    if request.method != "POST":
        return page(ReasonForm())
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return page(form, 422)

    def step() -> str:
        change, said = (
            (lift_hold, _("The hold is lifted.")) if request.POST.get("do") == "lift" else (place_hold, _("Held."))
        )
        change(complaint=found, reason=form.cleaned_data["reason"], **who(request, now=timezone.now()))
        return said

    def again(error: Unsound, status: int) -> HttpResponse:
        with_faults(form, error.faults)
        return page(form, status)

    return attempt(request, step, reverse("supervision:hold", args=[pk]), again)
