"""Django's admin behind the same door as every staff page, and on the same record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.doors import Door, door_of, has_passed_second_factor, refusal
from accounts.models import User
from edge.address import client_address


class OnRecord:
    """Mixed into every class of the admin: what is written by hand stands in the audit record, in its transaction."""

    def save_related(
        self,
        request: HttpRequest,
        form: ModelForm[Any],
        formsets: Iterable[BaseModelFormSet[Any, Any]],
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """The row and what hangs on it are saved: which fields of it changed is recorded, never their values."""
        super().save_related(request, form, formsets, change)  # type: ignore[misc]  # of ModelAdmin
        fields: dict[str, audit.JSON] = {"fields": list(form.changed_data)} if change else {}
        _record(request, "reference.changed" if change else "reference.added", form.instance, fields)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """One row goes."""
        self.delete_queryset(request, type(obj)._default_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Several rows go, together with their rows of the record."""
        with transaction.atomic():
            gone = list(queryset)
            super().delete_queryset(request, queryset)  # type: ignore[misc]
            for row in gone:
                _record(request, "reference.deleted", row, {})

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Whatever else is done with chosen rows: which action, and with how many. Deleting records itself."""
        asked = {*request.POST.getlist("action")} & {*self.get_actions(request)}  # type: ignore[attr-defined]
        chosen, is_all = request.POST.getlist(ACTION_CHECKBOX_NAME), request.POST.get("select_across", "0") != "0"
        with transaction.atomic():
            answer: HttpResponse | None = super().response_action(request, queryset)  # type: ignore[misc]
            if answer is not None and (deeds := sorted(asked - {"delete_selected"})):
                detail: dict[str, audit.JSON] = {"kind": queryset.model._meta.label, "deeds": deeds}
                detail["rows"] = "all" if is_all else len(chosen)
                _record(request, "reference.acted", None, detail)
        return answer


class GuardedAdminSite(AdminSite):
    """The admin for whoever passed a second factor, entered by the one sign-in page."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register as ever; whatever the class lets be written is put on record, without its knowing."""
        base = admin_class or admin.ModelAdmin
        kept = type(base.__name__, (OnRecord, base), {"__module__": base.__module__, "__doc__": base.__doc__})
        super().register(model_or_iterable, kept, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person may see any admin page: staff, active, second factor passed in this session."""
        return super().has_permission(request) and has_passed_second_factor(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send whoever is not signed in to the staff sign-in, and back here; others to the second factor."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        door = door_of(request)
        return refusal(request, door if door in {Door.SIGN_IN, Door.ENROL} else Door.OTHER_DUTY)


def _record(request: HttpRequest, action: str, row: Model | None, detail: dict[str, audit.JSON]) -> None:
    actor = request.user
    assert isinstance(actor, User)  # the door of the admin lets nobody else in
    address = client_address(request)
    audit.record(action=action, actor=actor, address=address, thing=row, detail=detail, now=timezone.now())
