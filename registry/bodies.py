"""Which institutions a signed-in person may see, and where they lie below the own jurisdiction."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import BodyKind
from accounts.scope import Scope
from directory.models import Institution
from registry.models import Ambulance


def institutions_visible_to(scope: Scope) -> QuerySet[Institution]:
    """The own institution, or every one in the jurisdiction, closed ones included. Nobody else sees any.

    An authority outside the divisions sees those that belong to it or to one below it, and those whose vehicles one of
    them has certified.
    """
    every = Institution.objects.all()
    if scope.body is BodyKind.INSTITUTION:
        return every.filter(pk=scope.institution_id)
    if scope.body is BodyKind.AUTHORITY and scope.division_prefix is not None:
        return every.filter(division__code__startswith=scope.division_prefix)
    if scope.body is BodyKind.AUTHORITY and scope.own_code:
        certified = Ambulance.objects.visible_to(scope).filter(institution=OuterRef("pk"))
        return every.filter(Exists(certified) | Q(supervised_by__own_code__startswith=scope.own_code))
    return every.none()
