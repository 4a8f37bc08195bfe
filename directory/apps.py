"""Django's entry to the directory app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryAppConfig(AppConfig):
    """The bodies of the field: divisions, institutions with posted prices, authorities."""

    name = "directory"
    verbose_name = _("Divisions, institutions, authorities")
    default_auto_field = "django.db.models.BigAutoField"
