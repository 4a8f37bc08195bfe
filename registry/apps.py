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
        from registry.deed_words import DEED_WORDS  # noqa: PLC0415

        add_deeds(DEED_WORDS)
