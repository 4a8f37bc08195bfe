"""Ambulances and codes, to look at only: they are changed at the desk, where every step is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from registry.models import Ambulance, Marking, StatusChange

if TYPE_CHECKING:
    AmbulanceModelAdmin = admin.ModelAdmin[Ambulance]  # generic for the type checker only
    MarkingModelAdmin = admin.ModelAdmin[Marking]
    ChangeInline = admin.TabularInline[StatusChange, Ambulance]
    MarkingInlineBase = admin.TabularInline[Marking, Ambulance]
else:
    AmbulanceModelAdmin = MarkingModelAdmin = admin.ModelAdmin
    ChangeInline = MarkingInlineBase = admin.TabularInline


class LookedAt:
    """Nothing is added, edited or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False


class StatusChangeInline(LookedAt, ChangeInline):
    """The vehicle's life."""

    model = StatusChange
    extra = 0


class MarkingInline(LookedAt, MarkingInlineBase):
    """The vehicle's codes."""

    model = Marking
    fk_name = "ambulance"
    extra = 0


@admin.register(Ambulance)
class AmbulanceAdmin(LookedAt, AmbulanceModelAdmin):
    """Ambulances."""

    list_display = ("plate", "institution", "fleet_number", "vehicle_type", "status", "inspection_valid_until")
    list_filter = ("status", "vehicle_type", "in_120_network")
    list_select_related = ("institution",)
    search_fields = ("plate", "institution__name")
    show_full_result_count = False
    inlines = (MarkingInline, StatusChangeInline)


@admin.register(Marking)
class MarkingAdmin(LookedAt, MarkingModelAdmin):
    """Codes."""

    list_display = ("code", "ambulance", "position", "state", "issued_at", "mounted_at", "revoked_at")
    list_filter = ("state", "position", "revoke_reason")
    list_select_related = ("ambulance",)
    search_fields = ("code", "ambulance__plate")
    show_full_result_count = False
