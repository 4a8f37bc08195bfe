"""What a region sets by hand: days and limits. Complaints are not here: the operator sees none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from complaints.models import CalendarDay, DeadlineRule

if TYPE_CHECKING:
    DayModelAdmin = admin.ModelAdmin[CalendarDay]  # generic for the type checker only
    RuleModelAdmin = admin.ModelAdmin[DeadlineRule]
else:
    DayModelAdmin = RuleModelAdmin = admin.ModelAdmin


@admin.register(CalendarDay)
class CalendarDayAdmin(DayModelAdmin):
    """Days set by hand."""

    list_display = ("day", "is_workday", "note")


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(RuleModelAdmin):
    """Limits set by a region."""

    list_display = ("authority_kind", "division", "step", "limit", "basis")
    list_filter = ("authority_kind", "step")
    list_select_related = ("division",)
    autocomplete_fields = ("division",)
