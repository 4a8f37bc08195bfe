"""Which authorities an officer is offered when a part goes to another one. Reads only."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from django.db.models import Q, QuerySet

from accounts.scope import prefix_of
from complaints.models import Handling
from directory.kinds import AuthorityKind
from directory.models import Authority
from directory.nearest import division_and_ancestors
from edge.text import cleaned

OFFERED: Final = 200
"""Authorities in one list; whoever is not among them is found by name."""


def offered_authorities(part: Handling, find: str = "") -> QuerySet[Authority]:
    """Those near the case: of the place's and of the own authority's city, and above; or those found by name.

    All kinds, the part's own authority left out, and never the one that is complained of.
    """
    known = Authority.objects.active().exclude(pk__in=[part.authority_id or 0, part.complaint.about_authority_id or 0])
    if text := cleaned(find)[:60]:
        return known.filter(name__icontains=text)
    places = [part.complaint.division_id, part.authority.division_id if part.authority else None]
    near = Q()
    for code in filter(None, places):
        above = division_and_ancestors(code)
        near |= Q(division_id__in=above) | Q(
            division__code__startswith=prefix_of(above[-2] if len(above) > 1 else code)
        )
    return known.filter(near)


def grouped(found: QuerySet[Authority]) -> list[tuple[str, list[tuple[int, str]]]]:
    """For a list to choose from: the authorities under the name of their kind, from the county upwards."""
    rows = list(found.order_by("kind", "-division_id", "name")[:OFFERED])
    kinds = {kind: list(those) for kind, those in groupby(rows, key=lambda one: one.kind)}
    return [(str(kind.label), [(one.pk, one.name) for one in kinds[kind]]) for kind in AuthorityKind if kind in kinds]
