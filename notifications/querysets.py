"""Reading the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Now

from notifications.states import UNSENT, State

if TYPE_CHECKING:
    from notifications.models import Message, WebhookEndpoint  # noqa: F401 - named in the base classes

Moment = datetime | Now
"""An instant of ours, or `Now()`: the database's own clock, which every worker shares."""


class MessageQuerySet(models.QuerySet["Message"]):
    """The questions that are asked of the outbox."""

    def due(self, now: Moment) -> Self:
        """Waiting messages whose time has come."""
        return self.filter(state=State.PENDING, not_before__lte=now)

    def abandoned(self, now: Moment) -> Self:
        """Messages whose worker did not come back before its lease ran out."""
        return self.filter(state=State.SENDING, lease_until__lte=now)

    def unsent(self) -> Self:
        """Waiting or being sent."""
        return self.filter(state__in=UNSENT)

    def dead(self) -> Self:
        """Given up: refused by the provider, or failed too often."""
        return self.filter(state=State.DEAD)

    def oldest_unsent(self) -> Message | None:
        """The unsent message that was queued first; None when everything is out."""
        return self.unsent().order_by("created_at", "pk").first()


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    """The web hooks of institutions and platforms."""

    def of(self, institution_id: int) -> Self:
        """Those of one institution; of 0, which no institution has, none."""
        return self.filter(institution_id=institution_id)

    def of_platform(self, platform_id: int) -> Self:
        """Those of one platform; of 0, which no platform has, none."""
        return self.filter(platform_id=platform_id)

    def active(self) -> Self:
        """Those that are told what happens."""
        return self.filter(is_active=True)
