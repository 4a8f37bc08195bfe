"""Django's entry to the complaints app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsAppConfig(AppConfig):
    """Complaints: intake, evidence, routing, deadlines, tracking."""

    name = "complaints"
    verbose_name = _("Complaints and reports")
    default_auto_field = "django.db.models.BigAutoField"
