"""Gaps in a crew, in words: which place stays empty for which service. Never a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from registry.crews import Member, gaps
from registry.models import CrewMember
from registry.pages import SCOPES


def gap_words(scopes: Iterable[str], members: Iterable[Member], today: date) -> list[str]:
    """One sentence for each place that nobody with a valid certificate fills, in the order of the services."""
    services, roles = dict(SCOPES), dict(CrewMember.Role.choices)
    return [
        _("%(service)s: nobody with a valid certificate as %(roles)s")
        % {
            "service": services[gap.scope],
            "roles": _(" or ").join(str(words) for role, words in roles.items() if role in gap.roles),
        }
        for gap in gaps(scopes, members, today)
    ]
