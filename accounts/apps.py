"""Django's entry to the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsAppConfig(AppConfig):
    """Who is asking: users and their bodies."""

    name = "accounts"
    verbose_name = _("Users")
    default_auto_field = "django.db.models.BigAutoField"
