"""People, to look at only: accounts are opened, changed and closed at the desk, where every step is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role

if TYPE_CHECKING:
    UserModelAdmin = admin.ModelAdmin[User]  # generic for the type checker only
else:
    UserModelAdmin = admin.ModelAdmin


@admin.register(User)
class PeopleAdmin(UserModelAdmin):
    """Who there is. A password set here, or another e-mail, would open the account of anybody to the operator."""

    list_display = ("email", "name", "institution", "authority", "duties", "is_active", "last_login")
    list_filter = ("is_active", "user_roles__role")
    list_select_related = ("institution", "authority")
    search_fields = ("email", "name")
    show_full_result_count = False
    fields = (*list_display, "language", "closed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """People with their duties, in one query more."""
        return super().get_queryset(request).prefetch_related("user_roles")

    @admin.display(description=_("duties"))
    def duties(self, person: User) -> str:
        """The duties in words."""
        return ", ".join(str(Role(held.role).label) for held in person.user_roles.all())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: accounts are opened by invitation."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Never: neither password nor e-mail nor rights."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account is closed, never deleted."""
        return False
