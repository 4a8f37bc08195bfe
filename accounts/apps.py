"""Django's entry to the accounts app."""

from django.apps import AppConfig


class AccountsAppConfig(AppConfig):
    """Who is asking: users and their bodies."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
