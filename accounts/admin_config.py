"""Django's admin with our door (accounts.admin_site), and without the sign-in library's tables."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig

FOREIGN = ("account.emailaddress", "auth.group", "mfa.authenticator", "usersessions.usersession")
"""Tables that nobody edits by hand: a second factor is reset, and a session ended, by `accounts.services`; duties are
`UserRole`, so that groups would be a second way to the same rights."""


class GuardedAdminConfig(AdminConfig):
    """Uses the guarded site and leaves the library's tables out."""

    default_site = "accounts.admin_site.GuardedAdminSite"

    def ready(self) -> None:
        """Gather the admin classes of all apps, then take out what nobody edits by hand."""
        super().ready()
        admin.site.unregister([model for model in admin.site._registry if model._meta.label_lower in FOREIGN])
