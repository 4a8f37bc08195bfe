"""Quality checks: the sample of a month, and one part looked at a second time."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import StaffRequest, staff_only
from accounts.roles import Role
from complaints.attempts import attempt, who
from complaints.forms_supervision import CheckForm, MonthForm, with_faults
from complaints.models import Conclusion, QualityCheck
from complaints.querysets import SEALED
from complaints.refusals import Unsound
from complaints.services.quality import check_quality, checks_within, draw_sample
from complaints.supervision_sections import tabs_for
from directory.workdays import ONE_DAY

RAIL = "supervision:desk"
LISTED = 100


def last_month(today: date) -> str:
    """The month before this one, as the form writes it."""
    return f"{today.replace(day=1) - ONE_DAY:%Y-%m}"


@require_safe
@staff_only(Role.SUPERVISOR)
def quality(request: StaffRequest) -> HttpResponse:
    """Parts drawn for a check, those not checked yet on top."""
    return listed(request, MonthForm(initial={"month": last_month(timezone.localdate())}))


def listed(request: StaffRequest, form: MonthForm, status: int = 200) -> HttpResponse:
    """The list under the form for drawing."""
    rows = (
        checks_within(request.user.scope)
        .select_related("handling__complaint", "handling__authority", "checked_by")
        .defer("note", *SEALED_OF_PART)
        .order_by(F("checked_at").desc(nulls_first=True), "-drawn_at", "pk")
    )
    page = {
        "form": form,
        "checks": list(rows[:LISTED]),
        "percent": settings.ENV.QUALITY_PERCENT,
        "least": settings.ENV.QUALITY_MIN,
        "tabs": tabs_for("quality"),
        "rail_current": RAIL,
    }
    return render(request, "staff/supervision/quality.html", page, status=status)


SEALED_OF_PART = tuple(f"handling__complaint__{name}" for name in SEALED)
"""Columns that a list of parts never reads."""


@require_POST
@staff_only(Role.SUPERVISOR)
def draw(request: StaffRequest) -> HttpResponse:
    """Draw the sample of a month by chance."""
    form = MonthForm(request.POST)
    if not form.is_valid():
        return listed(request, form, 422)

    def step() -> str:
        count = draw_sample(month=form.day, **who(request, now=timezone.now()))
        if not count:
            return _("Nothing more is to be drawn for this month.")
        return ngettext("%(count)d part was drawn.", "%(count)d parts were drawn.", count) % {"count": count}

    def again(error: Unsound, status: int) -> HttpResponse:
        with_faults(form, error.faults)
        return listed(request, form, status)

    return attempt(request, step, reverse("supervision:quality"), again)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Role.SUPERVISOR)
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """One drawn part: what was decided and why, and how well it was handled."""
    rows = checks_within(request.user.scope).select_related("handling__complaint", "handling__authority", "checked_by")
    found: QualityCheck = get_object_or_404(rows.defer(*SEALED_OF_PART), pk=pk)

    def page(form: CheckForm, status: int = 200) -> HttpResponse:
        conclusion = Conclusion.objects.filter(handling=found.handling, is_approved=True).last()
        told = {
            "form": form,
            "check": found,
            "conclusion": conclusion,
            "tabs": tabs_for("quality"),
            "rail_current": RAIL,
        }
        return render(request, "staff/supervision/check.html", told, status=status)

    if request.method != "POST":
        return page(CheckForm())
    form = CheckForm(request.POST)
    if not form.is_valid():
        return page(form, 422)

    def step() -> str:
        check_quality(check=found, **form.cleaned_data, **who(request, now=timezone.now()))
        return _("The check is written down.")

    def again(error: Unsound, status: int) -> HttpResponse:
        with_faults(form, error.faults)
        return page(form, status)

    return attempt(request, step, reverse("supervision:quality"), again)
