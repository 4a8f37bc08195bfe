"""Complaints, to look at: what, where, who handles it, by when. Never the story, never who told it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.models import CalendarDay, Complaint, ComplaintEvent, Deadline, DeadlineRule, Evidence, Handling
from notifications.masking import mask_recipient

if TYPE_CHECKING:
    ComplaintModelAdmin = admin.ModelAdmin[Complaint]  # generic for the type checker only
    DayModelAdmin = admin.ModelAdmin[CalendarDay]
    RuleModelAdmin = admin.ModelAdmin[DeadlineRule]
    HandlingModelAdmin = admin.ModelAdmin[Handling]
    HandlingInlineBase = admin.TabularInline[Handling, Complaint]
    EventInlineBase = admin.TabularInline[ComplaintEvent, Complaint]
    EvidenceInlineBase = admin.TabularInline[Evidence, Complaint]
    DeadlineInlineBase = admin.TabularInline[Deadline, Handling]
else:
    ComplaintModelAdmin = DayModelAdmin = RuleModelAdmin = HandlingModelAdmin = admin.ModelAdmin
    HandlingInlineBase = EventInlineBase = EvidenceInlineBase = DeadlineInlineBase = admin.TabularInline


class ReadOnly:
    """Nothing is added, edited or deleted here."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False


class HandlingInline(ReadOnly, HandlingInlineBase):
    """Who handles it."""

    model = Handling
    fields = ("authority_kind", "authority", "role", "state", "opened_at", "closed_at")


class EventInline(ReadOnly, EventInlineBase):
    """What happened to it, without the words."""

    model = ComplaintEvent
    fields = ("at", "action", "state", "is_public", "actor")


class EvidenceInline(ReadOnly, EvidenceInlineBase):
    """Its files, without name or content."""

    model = Evidence
    fields = ("media", "size", "sha256", "added_at")


@admin.register(Complaint)
class ComplaintAdmin(ReadOnly, ComplaintModelAdmin):
    """Complaints, masked."""

    list_display = ("reference", "kind", "state", "received_at", "plate_given", "institution", "division", "flags")
    list_filter = ("kind", "state", "channel")
    list_select_related = ("institution", "division")
    search_fields = ("reference", "plate_given")
    date_hierarchy = None
    show_full_result_count = False
    inlines = (HandlingInline, EventInline, EvidenceInline)
    fields = (
        *list_display,
        "channel",
        "language",
        "ambulance",
        "occurred_at",
        "distance_km",
        "amount_charged",
        "posted_amount",
        "contact",
        "consent_sensitive",
        "consent_share_contact",
    )
    readonly_fields = ("contact",)

    @admin.display(description=_("contact left"))
    def contact(self, complaint: Complaint) -> str:
        """Enough to see that there is one, too little to know whose."""
        left = [mask_recipient(value) for value in (complaint.contact_phone, complaint.contact_email) if value]
        return ", ".join(left) or str(_("none"))


class DeadlineInline(ReadOnly, DeadlineInlineBase):
    """Its deadlines."""

    model = Deadline


@admin.register(Handling)
class HandlingAdmin(ReadOnly, HandlingModelAdmin):
    """Each authority's part."""

    list_display = ("complaint", "authority_kind", "authority", "role", "state", "opened_at")
    list_filter = ("authority_kind", "role", "state")
    list_select_related = ("complaint", "authority")
    search_fields = ("complaint__reference",)
    show_full_result_count = False
    fields = (*list_display, "closed_at")
    inlines = (DeadlineInline,)


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
