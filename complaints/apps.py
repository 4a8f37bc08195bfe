"""Django's entry to the complaints app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsAppConfig(AppConfig):
    """Complaints: intake, evidence, routing, deadlines, tracking."""

    name = "complaints"
    verbose_name = _("Complaints and reports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the deeds of this room their words on the pages of the audit record."""
        # Models are not loaded before now, and the room of accounts begins with them.
        from accounts.deeds import add_deeds  # noqa: PLC0415
        from accounts.detail_words import add_values  # noqa: PLC0415
        from complaints.deed_words import DEED_WORDS  # noqa: PLC0415
        from complaints.findings import Finding, Measure  # noqa: PLC0415
        from complaints.step_deeds import STEP_DEEDS  # noqa: PLC0415
        from complaints.workflow import HandlingState, State  # noqa: PLC0415

        add_deeds(STEP_DEEDS | DEED_WORDS)
        add_values("state", State.choices, HandlingState.choices)
        add_values("finding", Finding.choices)
        add_values("measures", Measure.choices)
