"""The rooms of the staff desk: which of them a person finds in the rail, by body and duty. A pure table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import BodyKind, Role
from accounts.scope import Scope

_INSTITUTION = frozenset({BodyKind.INSTITUTION})
_AUTHORITY = frozenset({BodyKind.AUTHORITY})
_SYSTEM = frozenset({BodyKind.SYSTEM})
_FLEET = frozenset({Role.INSTITUTION_ADMIN, Role.FLEET_MANAGER})
_ADMINS = frozenset({Role.INSTITUTION_ADMIN, Role.AUTHORITY_ADMIN, Role.SYSTEM_ADMIN})


@dataclass(frozen=True)
class Section:
    """One room: the name of its address, its words, who finds it, and its drawing (24 × 24, one path)."""

    name: str
    words: Promise
    drawing: str
    bodies: frozenset[BodyKind]
    roles: frozenset[Role] = frozenset()
    """Any role of the body, if empty."""
    is_for_reviewers: bool = False
    """Among authorities only those that review registrations: health and TCM."""

    def is_open_to(self, scope: Scope) -> bool:
        """Whether a person of this reach finds the room."""
        if scope.body not in self.bodies or (self.roles and not scope.has(*self.roles)):
            return False
        return not self.is_for_reviewers or scope.body is not BodyKind.AUTHORITY or scope.reviews_registrations


GROUPS: tuple[tuple[Section, ...], ...] = (
    (
        Section(
            "staff:desk",
            _("Today"),
            "M4 5h16v15H4zM4 10h16M9 3v4M15 3v4M8 15l2.500 2.500L16 13",
            _INSTITUTION | _AUTHORITY | _SYSTEM,
        ),
        Section(
            "staff:applications",
            _("Applications"),
            "M6 3h9l4 4v14H6zM14 3v5h5M9 13h7M9 17h7",
            _INSTITUTION | _AUTHORITY,
            is_for_reviewers=True,
        ),
        Section(
            "hotline:call",
            _("Take a call"),
            "M6 3h4l2 5-3 2c1 3 3 5 6 6l2-3 4 2v4C12 23 1 12 6 3z",
            _AUTHORITY,
            frozenset({Role.HOTLINE_CLERK}),
        ),
        Section(
            "cases:cases",
            _("Complaints"),
            "M4 5h16v11h-9l-4 4v-4H4zM8 9h8M8 12h5",
            _AUTHORITY,
            frozenset({Role.HANDLER, Role.SUPERVISOR}),
        ),
        Section(
            "supervision:desk",
            _("Supervision"),
            "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM8.500 12l2.500 2.500 4.500-5",
            _AUTHORITY,
            frozenset({Role.SUPERVISOR}),
        ),
        Section(
            "forwarded:list",
            _("From the authorities"),
            "M4 5h16v11h-9l-4 4v-4H4zM12 8v5M9.500 10.500L12 13l2.500-2.500",
            _INSTITUTION,
            frozenset({Role.COMPLAINT_OFFICER}),
        ),
        Section(
            "wall:waiting",
            _("Looks behind the mask"),
            "M3 12c4-8 14-8 18 0c-4 8-14 8-18 0M12 14a2 2 0 1 0 0-.1",
            _AUTHORITY,
            frozenset({Role.SUPERVISOR}),
        ),
        Section(
            "staff:ambulances",
            _("Ambulances"),
            "M3 7h11v10H3zM14 10h4l3 3v4h-7zM8 9v5M5.500 11.500h5M7 17v3M17 17v3",
            _INSTITUTION | _AUTHORITY,
        ),
        Section(
            "staff:crew",
            _("Crew"),
            "M9 11a3 3 0 1 0 0-.1M3 20c0-7 12-7 12 0M16 5a3 3 0 0 1 0 6M18 14c2 1 3 3 3 6",
            _INSTITUTION,
            _FLEET,
        ),
        Section(
            "staff:institutions",
            _("Institutions"),
            "M4 21V6h10v15M14 11h6v10M2 21h20M9 9v4M7 11h4M8 21v-4h2v4",
            _AUTHORITY,
        ),
        Section("staff:prices", _("Posted prices"), "M4 4h9l7 8-8 8-8-8zM8 8.500v.1", _INSTITUTION),
    ),
    (
        Section(
            "staff:authorities",
            _("Authorities"),
            "M3 9l9-6 9 6H3zM5 9v9M10 9v9M14 9v9M19 9v9M3 21h18",
            _SYSTEM,
        ),
        Section(
            "accounts:people",
            _("People"),
            "M12 11a4 4 0 1 0 0-.1M4 21c0-9 16-9 16 0",
            _INSTITUTION | _AUTHORITY | _SYSTEM,
            _ADMINS,
        ),
        Section(
            "keys",
            _("Keys of other systems"),
            "M14 10a4 4 0 1 0-2 3.500l6 6 3-3-2-2-2 1-2-2z",
            _INSTITUTION | _AUTHORITY,
            frozenset({Role.INSTITUTION_ADMIN, Role.AUTHORITY_ADMIN}),
        ),
        Section(
            "webhooks",
            _("Web hooks"),
            "M9 7h6a5 5 0 0 1 0 10h-2M9 7l3-3M9 7l3 3M11 17H6M6 14v6",
            _INSTITUTION,
            frozenset({Role.INSTITUTION_ADMIN}),
        ),
        Section(
            "platforms",
            _("Partner platforms"),
            "M3 8h7v8H3zM14 8h7v8h-7zM10 12h4",
            _SYSTEM,
        ),
        Section(
            "audit",
            _("Audit record"),
            "M5 3h14v18H5zM8 8h8M8 12h8M8 16h5",
            _INSTITUTION | _AUTHORITY | _SYSTEM,
            frozenset({Role.INSTITUTION_ADMIN, Role.SUPERVISOR, Role.SYSTEM_ADMIN}),
        ),
    ),
)
"""The rail from above: the work, then what keeps the body in order."""
