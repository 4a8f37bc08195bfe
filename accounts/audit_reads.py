"""Who reads which rows of the audit record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KT

from accounts.models.aside import AuditRecusal
from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from directory.models import Authority

if TYPE_CHECKING:
    from accounts.models.audit import AuditRow  # noqa: F401 - named in the base class

READERS = (Role.SUPERVISOR, Role.INSTITUTION_ADMIN, Role.SYSTEM_ADMIN)
"""The duties that read the record, each as far as it reaches."""

REFERENCE = Q(action__startswith="reference.")
"""Rows of what is edited by hand in the admin: bodies, calendar days, limits; no complaint among it."""
ABOUT_COMPLAINTS = (Q(object_type__startswith="complaints.") | Q(action__startswith="complaint")) & ~REFERENCE
"""Rows that tell that a complaint exists. A thing (`complaints.Complaint`) or the name of the deed says so."""
ABOUT_AUTHORITY = "about_authority"
"""In the detail of a row about a complaint: the key of the authority that is complained of, if one is."""
CASE_NAMES = ("reference", "other", "main", "twin")
"""Where the detail of a row about a case names it, or another one."""
REFUSED = Q(action="access.refused") & ~Q(institution_id=None, authority_id=None)
"""Rows of doors that stayed shut to people of other bodies: the name of the page may be one of complaints."""
ABOUT_ACCOUNTS = (
    Q(object_type__startswith="accounts.") | Q(object_type__startswith="directory.") | Q(object_type="") | REFERENCE
) & ~REFUSED
"""Rows of accounts and reference data, and of deeds without a thing, such as a sign-in that failed."""


class AuditRowQuerySet(models.QuerySet["AuditRow"]):
    """Rows of the audit record, newest first by the model's ordering."""

    def visible_to(self, scope: Scope) -> AuditRowQuerySet:
        """What a person of this reach may read; nothing without one of `READERS`.

        - A supervisor: what was done by people of the own authority and of those of its kind below it, and what was
          done to things in the jurisdiction. By others to complaints, nothing: a row does not know which authorities
          share a case. Of complaints about the own authority nothing, whoever did it, nor of cases from which the
          person stepped aside (信访工作条例 28).
        - An institution's administrator: what was done by people and keys of the institution.
        - A system administrator: accounts and reference data, never complaints.
        """
        if scope.body is BodyKind.AUTHORITY and scope.has(Role.SUPERVISOR):
            found = self.filter(_by_own_people(scope) | _in_jurisdiction(scope) & ~ABOUT_COMPLAINTS)
            about = f"detail__{ABOUT_AUTHORITY}"
            found = found.filter(Q(**{f"{about}__isnull": True}) | ~Q(**{about: scope.authority_id}))
            return found._without_what_the_person_left(scope.user_id)
        if scope.body is BodyKind.INSTITUTION and scope.has(Role.INSTITUTION_ADMIN):
            return self.filter(institution_id=scope.institution_id)
        if scope.body is BodyKind.SYSTEM and scope.has(Role.SYSTEM_ADMIN):
            return self.filter(ABOUT_ACCOUNTS).exclude(ABOUT_COMPLAINTS)
        return self.none()

    def _without_what_the_person_left(self, user_id: int) -> AuditRowQuerySet:
        named = {f"named_{key}": KT(f"detail__{key}") for key in CASE_NAMES}
        about = Q(object_type=OuterRef("object_type"), object_id=OuterRef("object_id"))
        naming = Q(name__in=[OuterRef(key) for key in named])
        return self.alias(**named).exclude(Exists(AuditRecusal.objects.filter(about | naming, user_id=user_id)))


def _by_own_people(scope: Scope) -> Q:
    """What people of the authority did, and of those of the same kind below it."""
    below = Authority.objects.none()
    if scope.division_prefix:
        below = Authority.objects.filter(kind=scope.authority_kind, division__code__startswith=scope.division_prefix)
    elif scope.own_code:
        below = Authority.objects.filter(kind=scope.authority_kind, own_code__startswith=scope.own_code)
    return Q(authority_id=scope.authority_id) | Q(authority_id__in=below.values("pk"))


def _in_jurisdiction(scope: Scope) -> Q:
    """What was done to things that lie in the jurisdiction. Things know no places outside the divisions."""
    return Q(division_code__startswith=scope.division_prefix) if scope.division_prefix else Q(pk__in=())
