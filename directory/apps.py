"""Django's entry to the directory app."""

from django.apps import AppConfig


class DirectoryAppConfig(AppConfig):
    """The bodies of the field: divisions, institutions with posted prices, authorities."""

    name = "directory"
    default_auto_field = "django.db.models.BigAutoField"
