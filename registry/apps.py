"""Django's entry to the registry app."""

from django.apps import AppConfig


class RegistryAppConfig(AppConfig):
    """Ambulances, their markings (QR codes), and the public look-up."""

    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"
