"""Reads of complaints."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.roles import BodyKind
from accounts.scope import Scope

if TYPE_CHECKING:
    from complaints.models import Complaint, ComplaintEvent  # noqa: F401 - named in the base classes

DAY = timedelta(days=1)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Complaints."""

    def visible_to(self, scope: Scope) -> ComplaintQuerySet:
        """Those in which the person's authority, or one of its kind below it, has a part. Nobody else sees any.

        An institution learns of a complaint only when an officer forwards it, and the operator of the service never.
        """
        if scope.body is not BodyKind.AUTHORITY:
            return self.none()
        if scope.division_prefix is not None:
            below = Q(
                handlings__authority__kind=scope.authority_kind,
                handlings__authority__division__code__startswith=scope.division_prefix,
            )
        elif scope.own_code:
            below = Q(
                handlings__authority__kind=scope.authority_kind,
                handlings__authority__own_code__startswith=scope.own_code,
            )
        else:
            below = Q(handlings__authority_id=scope.authority_id)
        # In a subquery: two handlings of one complaint must not show it twice.
        return self.filter(pk__in=self.model._default_manager.filter(below).values("pk"))

    def due_by(self, today: date, *, is_past: bool) -> ComplaintQuerySet:
        """Those with an unmet deadline before `today` (`is_past`), or from today to seven days on."""
        unmet = Q(handlings__deadlines__met_at=None, state="received")
        days = (
            Q(handlings__deadlines__due_on__lt=today)
            if is_past
            else Q(handlings__deadlines__due_on__range=(today, today + 7 * DAY))
        )
        return self.filter(pk__in=self.model._default_manager.filter(unmet & days).values("pk"))

    def in_the_day_before(self, now: datetime) -> ComplaintQuerySet:
        """Received in the 24 hours up to `now`."""
        return self.filter(received_at__gt=now - DAY, received_at__lte=now)


class EventQuerySet(models.QuerySet["ComplaintEvent"]):
    """Events."""

    def public(self) -> EventQuerySet:
        """Those the complainant sees."""
        return self.filter(is_public=True)
