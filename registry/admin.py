"""Ambulances and codes, to look at. What a workflow rules is only changed through the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from registry.choices import AmbulanceStatus, RevokeReason
from registry.models import Ambulance, Marking, StatusChange
from registry.services import NotAllowed, change_status, mark_mounted, reissue_marking, revoke_marking

if TYPE_CHECKING:
    AmbulanceModelAdmin = admin.ModelAdmin[Ambulance]  # generic for the type checker only
    MarkingModelAdmin = admin.ModelAdmin[Marking]
    ChangeInline = admin.TabularInline[StatusChange, Ambulance]
    MarkingInlineBase = admin.TabularInline[Marking, Ambulance]
else:
    AmbulanceModelAdmin = MarkingModelAdmin = admin.ModelAdmin
    ChangeInline = MarkingInlineBase = admin.TabularInline


class ReasonForm(ActionForm):
    """The bar of actions with a place for the reason."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)


class LookedAt:
    """Nothing is added, edited or deleted by hand; whoever may change may run the actions."""

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
    """Ambulances. Status moves by actions, each with a reason."""

    list_display = ("plate", "institution", "fleet_number", "vehicle_type", "status", "inspection_valid_until")
    list_filter = ("status", "vehicle_type", "in_120_network")
    list_select_related = ("institution",)
    search_fields = ("plate", "institution__name")
    show_full_result_count = False
    action_form = ReasonForm
    actions = ("suspend", "return_to_service", "retire")
    inlines = (MarkingInline, StatusChangeInline)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whoever holds the right to change ambulances."""
        return request.user.has_perm("registry.change_ambulance")

    @admin.action(description=_("Suspend (reason needed)"), permissions=["act"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[Ambulance]) -> None:
        """Suspend the chosen vehicles."""
        self._move(request, queryset, AmbulanceStatus.SUSPENDED)

    @admin.action(description=_("Return to service (reason needed)"), permissions=["act"])
    def return_to_service(self, request: HttpRequest, queryset: QuerySet[Ambulance]) -> None:
        """End a suspension."""
        self._move(request, queryset, AmbulanceStatus.IN_SERVICE)

    @admin.action(description=_("Retire for good (reason needed)"), permissions=["act"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Ambulance]) -> None:
        """Retire the chosen vehicles; their codes are revoked."""
        self._move(request, queryset, AmbulanceStatus.RETIRED)

    def _move(self, request: HttpRequest, queryset: QuerySet[Ambulance], status: AmbulanceStatus) -> None:
        reason = request.POST.get("reason", "").strip()
        if not reason:
            self.message_user(request, _("Write the reason beside the action."), messages.ERROR)
            return
        user = cast("User", request.user)
        act_on_each(
            self,
            request,
            queryset,
            lambda ambulance: change_status(
                ambulance=ambulance, new_status=status, reason=reason[:200], changed_by=user, now=timezone.now()
            ),
        )


@admin.register(Marking)
class MarkingAdmin(LookedAt, MarkingModelAdmin):
    """Codes."""

    list_display = ("code", "ambulance", "position", "state", "issued_at", "mounted_at", "revoked_at")
    list_filter = ("state", "position", "revoke_reason")
    list_select_related = ("ambulance",)
    search_fields = ("code", "ambulance__plate")
    show_full_result_count = False
    actions = ("mount", "replace", "revoke_lost")

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whoever holds the right to change codes."""
        return request.user.has_perm("registry.change_marking")

    @admin.action(description=_("Painted on the vehicle"), permissions=["act"])
    def mount(self, request: HttpRequest, queryset: QuerySet[Marking]) -> None:
        """Note that the codes are on their vehicles."""
        act_on_each(self, request, queryset, lambda marking: mark_mounted(marking=marking, now=timezone.now()))

    @admin.action(description=_("Replace by a new code"), permissions=["act"])
    def replace(self, request: HttpRequest, queryset: QuerySet[Marking]) -> None:
        """Revoke and issue anew."""
        act_on_each(
            self,
            request,
            queryset,
            lambda marking: reissue_marking(marking=marking, reason=RevokeReason.REISSUED, now=timezone.now()),
        )

    @admin.action(description=_("Revoke as lost"), permissions=["act"])
    def revoke_lost(self, request: HttpRequest, queryset: QuerySet[Marking]) -> None:
        """Revoke without a successor."""
        act_on_each(
            self,
            request,
            queryset,
            lambda marking: revoke_marking(marking=marking, reason=RevokeReason.LOST, now=timezone.now()),
        )


def act_on_each(
    model_admin: AmbulanceModelAdmin | MarkingModelAdmin,
    request: HttpRequest,
    queryset: QuerySet[Ambulance] | QuerySet[Marking],
    act: Callable[..., object],
) -> None:
    """Run a service on every chosen row; rows whose state forbids it are named, the others are done."""
    done, refused = 0, []
    for row in queryset:
        try:
            act(row)
        except NotAllowed:
            refused.append(str(row))
        else:
            done += 1
    if done:
        model_admin.message_user(request, _("Done: %(count)d") % {"count": done}, messages.SUCCESS)
    if refused:
        names = ", ".join(refused[:20])
        model_admin.message_user(
            request, _("Not possible in their present state: %(names)s") % {"names": names}, messages.WARNING
        )
