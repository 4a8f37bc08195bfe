"""What keys of other systems may be good for, by whose they are, and who makes them. Pure."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.roles import BodyKind, Role


class ApiScope(TextChoices):
    """What a key may do."""

    FLEET_READ = "fleet:read", _("Read the fleet and its applications")
    FLEET_WRITE = "fleet:write", _("Write and submit applications")
    FORWARDED_READ = "forwarded:read", _("Read complaints that were forwarded")
    FORWARDED_WRITE = "forwarded:write", _("Answer complaints that were forwarded")
    CASES_READ = "cases:read", _("Read the authority's cases")
    CASES_WRITE = "cases:write", _("Handle the authority's cases")
    COMPLAINTS_READ = "complaints:read", _("Follow the complaints handed over")
    COMPLAINTS_WRITE = "complaints:write", _("Hand over complaints")


SCOPES_OF: Final[dict[BodyKind, tuple[ApiScope, ...]]] = {
    BodyKind.INSTITUTION: (
        ApiScope.FLEET_READ,
        ApiScope.FLEET_WRITE,
        ApiScope.FORWARDED_READ,
        ApiScope.FORWARDED_WRITE,
    ),
    BodyKind.AUTHORITY: (ApiScope.CASES_READ, ApiScope.CASES_WRITE),
    BodyKind.PLATFORM: (ApiScope.COMPLAINTS_WRITE, ApiScope.COMPLAINTS_READ),
}
"""Whose key → what it can be good for. A body that is missing here has no keys."""

KEEPER_OF: Final[dict[BodyKind, Role]] = {
    BodyKind.INSTITUTION: Role.INSTITUTION_ADMIN,
    BodyKind.AUTHORITY: Role.AUTHORITY_ADMIN,
    BodyKind.PLATFORM: Role.SYSTEM_ADMIN,
}
"""Whose key → which duty makes and revokes it: the own body's; a platform has no people here: the operator's."""
