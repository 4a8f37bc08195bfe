"""Django's entry to the config app."""

from django.apps import AppConfig

from config import checks  # noqa: F401  # importing them registers them


class ConfigAppConfig(AppConfig):
    """The project: settings, routes, processes, base templates."""

    name = "config"
    default_auto_field = "django.db.models.BigAutoField"
