"""Django's entry to the registry app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryAppConfig(AppConfig):
    """Ambulances, their markings (QR codes), and the public look-up."""

    name = "registry"
    verbose_name = _("Ambulances and their codes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the deeds of this room their words on the pages of the audit record."""
        # Models are not loaded before now, and the room of accounts begins with them.
        from accounts.deeds import add_deeds  # noqa: PLC0415
        from accounts.detail_words import add_values  # noqa: PLC0415
        from registry.applications import ApplicationKind, ApplicationState  # noqa: PLC0415
        from registry.choices import AmbulanceStatus  # noqa: PLC0415
        from registry.deed_words import DEED_WORDS  # noqa: PLC0415
        from registry.models import ApplicationDocument  # noqa: PLC0415

        add_deeds(DEED_WORDS)
        add_values("kind", ApplicationKind.choices)
        add_values("state", ApplicationState.choices)
        add_values("purpose", ApplicationDocument.Purpose.choices)
        add_values("old", AmbulanceStatus.choices)
        add_values("new", AmbulanceStatus.choices)
