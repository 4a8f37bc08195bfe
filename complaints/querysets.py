"""Reads of complaints."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.key_scopes import ApiScope
from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from complaints.cells import TAKES_REPLY
from complaints.kinds import Nature
from complaints.workflow import ENDED, HandlingState

if TYPE_CHECKING:
    from complaints.models import (  # noqa: F401 - in the base classes
        Complaint,
        ComplaintEvent,
        Evidence,
        Forwarding,
        Handling,
        Reveal,
    )

DAY = timedelta(days=1)
SEALED: Final = ("narrative", "place", "answers", "contact_name", "contact_phone", "contact_email")
"""The sealed columns of a complaint: what shows none of them does not even read them."""
SEALED_OF_COMPLAINT: Final = tuple(f"complaint__{name}" for name in SEALED)
"""The same, from a row that belongs to a complaint."""
FORWARDED_SCOPES = frozenset({ApiScope.FORWARDED_READ.value, ApiScope.FORWARDED_WRITE.value})
AWAITED = ("open", "returned")
"""States of a forwarding (`Forwarding.State`) in which the institution owes a word."""


def parts_within(scope: Scope, prefix: str = "") -> Q:
    """Parts (fields under `prefix`) of the person's authority and of those of its kind below it."""
    if scope.division_prefix is not None:
        return Q(
            (f"{prefix}authority__kind", scope.authority_kind),
            (f"{prefix}authority__division__code__startswith", scope.division_prefix),
        )
    if scope.own_code:
        return Q(
            (f"{prefix}authority__kind", scope.authority_kind),
            (f"{prefix}authority__own_code__startswith", scope.own_code),
        )
    return Q((f"{prefix}authority_id", scope.authority_id))


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Complaints."""

    def visible_to(self, scope: Scope) -> ComplaintQuerySet:
        """Those in which the person's authority, or one of its kind below it, has a part or an objection to decide.

        Nobody else sees any: an institution learns only what an officer sends it (`Forwarding`), the operator of the
        service never anything. Out of sight besides: cases about the person's own authority, and those from which
        the person stepped aside (信访工作条例 28).
        """
        if scope.body is not BodyKind.AUTHORITY:
            return self.none()
        manager = self.model._default_manager
        within = parts_within(scope, "handlings__") | Q(handlings__referrals__decider_id=scope.authority_id)
        # In a subquery: two handlings of one complaint must not show it twice.
        found = self.filter(pk__in=manager.filter(within).values("pk"))
        found = found.exclude(about_authority_id=scope.authority_id)
        return found.exclude(recusals__user_id=scope.user_id) if scope.user_id else found

    def handed_over_by(self, platform_id: int) -> ComplaintQuerySet:
        """Those that one partner platform handed over; of 0, which no platform has, none."""
        return self.filter(platform_id=platform_id)

    def in_the_day_before(self, now: datetime) -> ComplaintQuerySet:
        """Received in the 24 hours up to `now`."""
        return self.filter(received_at__gt=now - DAY, received_at__lte=now)


class EventQuerySet(models.QuerySet["ComplaintEvent"]):
    """Events."""

    def public(self) -> EventQuerySet:
        """Those the complainant sees."""
        return self.filter(is_public=True)

    def of_platform(self, platform_id: int) -> EventQuerySet:
        """Those of the complaints that one partner platform handed over."""
        return self.filter(complaint__platform_id=platform_id)


class HandlingQuerySet(models.QuerySet["Handling"]):
    """Authorities' parts."""

    def visible_to(self, scope: Scope) -> HandlingQuerySet:
        """All parts of the cases that the person sees."""
        cases = self.model._meta.get_field("complaint").related_model
        return self.filter(complaint__in=cases._default_manager.visible_to(scope).values("pk"))  # type: ignore[attr-defined]

    def at(self, authority_id: int) -> HandlingQuerySet:
        """Those of one authority."""
        return self.filter(authority_id=authority_id)

    def held(self) -> HandlingQuerySet:
        """Those that somebody still has to do something about, or may."""
        return self.filter(closed_at=None)

    def unanswered(self) -> HandlingQuerySet:
        """Those whose answer is owed."""
        return self.exclude(state__in=[*ENDED, HandlingState.CONCLUDED])

    def in_reach(self, scope: Scope) -> HandlingQuerySet:
        """The parts that the person's desk answers or reads, not those of others in the same cases.

        The own authority's, those of its kind below it, and those whose objection it decides.
        """
        if scope.body is not BodyKind.AUTHORITY:
            return self.none()
        objections = self.model._meta.get_field("referrals").related_model
        asked = objections._default_manager.filter(handling=OuterRef("pk"), decider_id=scope.authority_id)
        found = self.filter(parts_within(scope) | Exists(asked))
        found = found.exclude(complaint__about_authority_id=scope.authority_id)
        return found.exclude(complaint__recusals__user_id=scope.user_id) if scope.user_id else found

    def to_decide(self, authority_id: int) -> HandlingQuerySet:
        """Those that wait for a word of this authority's supervisor: a conclusion proposed, an objection made."""
        objections = self.model._meta.get_field("referrals").related_model
        asked = objections._default_manager.filter(handling=OuterRef("pk"), decider_id=authority_id, is_upheld=None)
        return self.filter(
            Q(authority_id=authority_id, state=HandlingState.PROPOSED)
            | Q(Exists(asked), state=HandlingState.OBJECTED, closed_at=None)
        )

    def waiting(self) -> HandlingQuerySet:
        """Those in which the complainant or the institution has the next word."""
        return self.held().filter(Q(waiting_since__isnull=False) | Q(state=HandlingState.WITH_INSTITUTION))

    def overdue(self, today: date) -> HandlingQuerySet:
        """Those with an unmet, running deadline before `today` (a day in Asia/Shanghai)."""
        return self.held().filter(Exists(self._running().filter(due_on__lt=today)))

    def due_soon(self, today: date, days: int) -> HandlingQuerySet:
        """Those with an unmet, running deadline from `today` to so many days on."""
        until = today + days * DAY
        return self.held().filter(Exists(self._running().filter(due_on__range=(today, until))))

    def with_next_due(self) -> HandlingQuerySet:
        """Annotated with `next_due`, the first running deadline's day; the end of time where nothing is owed."""
        first = self._running().order_by("due_on", "pk").values("due_on")[:1]
        return self.annotate(next_due=Coalesce(Subquery(first), Value(date.max), output_field=models.DateField()))

    def owing(self) -> HandlingQuerySet:
        """Those held with a running deadline, the first due on top."""
        annotated: models.QuerySet[models.Model] = self.held().with_next_due()
        return annotated.filter(next_due__lt=date.max).order_by("next_due", "pk")  # type: ignore[return-value]

    def _running(self) -> models.QuerySet[models.Model]:
        deadlines = self.model._meta.get_field("deadlines").related_model
        return deadlines._default_manager.filter(handling=OuterRef("pk"), met_at=None, is_paused=False)


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Files of complaints."""

    def given(self) -> EvidenceQuerySet:
        """What the complainant gave; not what an institution attached to its reply."""
        return self.filter(forwarding=None)

    def visible_to(self, scope: Scope) -> EvidenceQuerySet:
        """All files of the cases that the person sees. An institution sees none of them here: only `Forwarding`s.

        Of two halves of one submission the files stay with the first; who sees the second sees what was given, too.
        """
        cases = self.model._meta.get_field("complaint").related_model
        seen = cases._default_manager.visible_to(scope).values("pk")  # type: ignore[attr-defined]
        halves = cases._default_manager.filter(pk__in=seen, twin_of__isnull=False).values("twin_of")
        return self.filter(Q(complaint__in=seen) | Q(forwarding=None, complaint__in=halves))


class ForwardingQuerySet(models.QuerySet["Forwarding"]):
    """What was sent to institutions."""

    def visible_to(self, scope: Scope) -> ForwardingQuerySet:
        """For an institution's complaint officers what was sent to it; for authorities what belongs to their cases.

        A system of the institution reads it with a key that is good for it.
        """
        is_officer = scope.has(Role.COMPLAINT_OFFICER) or bool(scope.api_scopes & FORWARDED_SCOPES)
        if scope.body is BodyKind.INSTITUTION and is_officer:
            return self.filter(institution_id=scope.institution_id)
        if scope.body is BodyKind.AUTHORITY:
            cases = self.model._meta.get_field("handling").related_model
            return self.filter(handling__in=cases._default_manager.visible_to(scope).values("pk"))  # type: ignore[attr-defined]
        return self.none()

    def awaited(self) -> ForwardingQuerySet:
        """Those the institution still has to answer: open or returned, in a part that takes a reply."""
        return self.filter(state__in=AWAITED, handling__state__in=TAKES_REPLY).exclude(
            handling__complaint__nature=Nature.PRAISE
        )

    def replied(self) -> ForwardingQuerySet:
        """Those it answered, and nobody asked again."""
        return self.filter(state="replied")


class RevealQuerySet(models.QuerySet["Reveal"]):
    """Looks behind the mask."""

    def visible_to(self, scope: Scope) -> RevealQuerySet:
        """The person's own; a supervisor's: those of the own authority. Only of cases that the person sees."""
        if scope.body is not BodyKind.AUTHORITY:
            return self.none()
        cases = self.model._meta.get_field("complaint").related_model
        found = self.filter(complaint__in=cases._default_manager.visible_to(scope).values("pk"))  # type: ignore[attr-defined]
        if scope.has(Role.SUPERVISOR):
            return found.filter(asked_by__authority_id=scope.authority_id)
        return found.filter(asked_by_id=scope.user_id)

    def to_decide(self, scope: Scope) -> RevealQuerySet:
        """Those that wait for a word of this very supervisor: asked by another person of the same authority."""
        if not scope.has(Role.SUPERVISOR):
            return self.none()
        return self.visible_to(scope).filter(is_granted=None).exclude(asked_by_id=scope.user_id)
