"""What kinds of bodies there are. Pure: no ORM beyond Django's choices."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AuthorityKind(TextChoices):
    """The six departments of the notice of 3 November 2025 (国卫医急函〔2025〕397号)."""

    HEALTH = "health", _("Health")
    POLICE = "police", _("Police")
    TRANSPORT = "transport", _("Transport")
    MARKET_REGULATION = "market_regulation", _("Market regulation")
    TCM = "tcm", _("Traditional Chinese medicine")
    CDC = "cdc", _("Disease control")


class InstitutionKind(TextChoices):
    """Who may own a registered ambulance: any organisation, blood and vaccine services included."""

    EMERGENCY_CENTRE = "emergency_centre", _("Emergency centre")
    HOSPITAL = "hospital", _("Hospital")
    TCM_HOSPITAL = "tcm_hospital", _("Hospital of traditional Chinese medicine")
    HEALTH_CENTRE = "health_centre", _("Community or township health centre")
    CDC = "cdc", _("Centre for disease control")
    BLOOD_STATION = "blood_station", _("Blood station")
    OTHER = "other", _("Other organisation")


class PlatformKind(TextChoices):
    """What kind of partner platform hands complaints over: by the hotline it runs."""

    GOVERNMENT_HOTLINE = "government_hotline", _("Government hotline 12345")
    MARKET_REGULATION = "market_regulation", _("Market regulation platform 12315")
    OTHER = "other", _("Other platform")
