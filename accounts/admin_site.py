"""Django's admin behind the same door as every staff page."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.doors import Door, door_of, has_passed_second_factor, refusal


class GuardedAdminSite(AdminSite):
    """The admin for whoever passed a second factor, entered by the one sign-in page."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person may see any admin page: staff, active, second factor passed in this session."""
        return super().has_permission(request) and has_passed_second_factor(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send whoever is not signed in to the staff sign-in, and back here; others to the second factor."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        door = door_of(request)
        return refusal(request, door if door in {Door.SIGN_IN, Door.ENROL} else Door.OTHER_DUTY)
