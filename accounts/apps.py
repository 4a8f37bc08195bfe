"""Django's entry to the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsAppConfig(AppConfig):
    """Who is asking: users and their bodies."""

    name = "accounts"
    verbose_name = _("Users")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Check the protection of the audit record, and write down what happens at the sign-in."""
        # Models are not loaded before now; importing the checks registers them.
        from accounts import audit_checks, sign_in_records  # noqa: F401, PLC0415

        sign_in_records.connect()
