"""Reads of complaints."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from complaints.models import Complaint, ComplaintEvent  # noqa: F401 - named in the base classes

DAY = timedelta(days=1)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Complaints."""

    def in_the_day_before(self, now: datetime) -> ComplaintQuerySet:
        """Received in the 24 hours up to `now`."""
        return self.filter(received_at__gt=now - DAY, received_at__lte=now)


class EventQuerySet(models.QuerySet["ComplaintEvent"]):
    """Events."""

    def public(self) -> EventQuerySet:
        """Those the complainant sees."""
        return self.filter(is_public=True)
