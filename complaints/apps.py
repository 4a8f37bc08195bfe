"""Django's entry to the complaints app."""

from django.apps import AppConfig


class ComplaintsAppConfig(AppConfig):
    """Complaints: intake, evidence, routing, deadlines, tracking."""

    name = "complaints"
    default_auto_field = "django.db.models.BigAutoField"
