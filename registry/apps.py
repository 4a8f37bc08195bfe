"""Django's entry to the registry app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryAppConfig(AppConfig):
    """Ambulances, their markings (QR codes), and the public look-up."""

    name = "registry"
    verbose_name = _("Ambulances and their codes")
    default_auto_field = "django.db.models.BigAutoField"
