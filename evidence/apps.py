"""Django's entry to the evidence room, which has no tables."""

from django.apps import AppConfig


class EvidenceAppConfig(AppConfig):
    """Uploads made safe and kept sealed."""

    name = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
