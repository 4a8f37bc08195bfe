"""Who may do what kind of work. Pure. A person holds one or more roles in one body."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person does in the body it belongs to."""

    INSTITUTION_ADMIN = "institution_admin", _("Administrator of the institution")
    FLEET_MANAGER = "fleet_manager", _("Fleet manager")
    COMPLAINT_OFFICER = "complaint_officer", _("Complaint officer")
    AUTHORITY_ADMIN = "authority_admin", _("Administrator of the authority")
    REVIEWER = "reviewer", _("Reviewer of registrations")
    HANDLER = "handler", _("Handler of complaints")
    SUPERVISOR = "supervisor", _("Supervisor")
    HOTLINE_CLERK = "hotline_clerk", _("Hotline clerk")
    SYSTEM_ADMIN = "system_admin", _("System administrator")


INSTITUTION_ROLES = frozenset({Role.INSTITUTION_ADMIN, Role.FLEET_MANAGER, Role.COMPLAINT_OFFICER})
AUTHORITY_ROLES = frozenset({Role.AUTHORITY_ADMIN, Role.REVIEWER, Role.HANDLER, Role.SUPERVISOR, Role.HOTLINE_CLERK})
SYSTEM_ROLES = frozenset({Role.SYSTEM_ADMIN})
BODY_ADMINS = frozenset({Role.INSTITUTION_ADMIN, Role.AUTHORITY_ADMIN})
"""Who invites, changes and closes the accounts of the own body."""


class BodyKind(TextChoices):
    """Which sort of body a person, or a key, belongs to."""

    INSTITUTION = "institution", _("Institution")
    AUTHORITY = "authority", _("Authority")
    SYSTEM = "system", _("Operator of the service")
    PLATFORM = "platform", _("Partner platform")


ROLES_OF: dict[BodyKind, frozenset[Role]] = {
    BodyKind.INSTITUTION: INSTITUTION_ROLES,
    BodyKind.AUTHORITY: AUTHORITY_ROLES,
    BodyKind.SYSTEM: SYSTEM_ROLES,
    BodyKind.PLATFORM: frozenset(),
}
"""The roles a sort of body can give. A platform has no people here, only keys."""

INVITES: dict[Role, frozenset[BodyKind]] = {
    Role.SYSTEM_ADMIN: frozenset({BodyKind.AUTHORITY, BodyKind.SYSTEM}),
    Role.AUTHORITY_ADMIN: frozenset({BodyKind.AUTHORITY, BodyKind.INSTITUTION}),
    Role.INSTITUTION_ADMIN: frozenset({BodyKind.INSTITUTION}),
}
"""Who invites into which sort of body: its own, and for an authority the first administrators of institutions
in its jurisdiction. The system administrator opens authorities, never institutions."""
