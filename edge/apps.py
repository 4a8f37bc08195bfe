"""Django's entry to the edge app."""

from django.apps import AppConfig


class EdgeAppConfig(AppConfig):
    """The edge: who is at the door (address, limits, language), before any business rule. No tables."""

    name = "edge"
    default_auto_field = "django.db.models.BigAutoField"
