"""Facts about the outbox for the readiness page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from notifications.models import Heartbeat, Message
from notifications.services import WORKER
from notifications.states import UNSENT, State


@dataclass(frozen=True)
class OutboxFacts:
    """How the outbox stands. Ages in seconds, never negative; None where there is nothing to be old."""

    oldest_unsent_seconds: float | None
    pending: int
    """Waiting or being sent."""
    dead: int
    last_heartbeat_seconds: float | None
    """None: no worker has ever run."""


def outbox_facts(now: datetime) -> OutboxFacts:
    """The facts at `now` (aware), by two small queries on partial indexes. Raises ValueError without a time zone."""
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    found = Message.objects.filter(state__in=(*UNSENT, State.DEAD)).aggregate(
        oldest=Min("created_at", filter=Q(state__in=UNSENT)),
        pending=Count("pk", filter=Q(state__in=UNSENT)),
        dead=Count("pk", filter=Q(state=State.DEAD)),
    )
    beaten_at = Heartbeat.objects.filter(name=WORKER).values_list("beaten_at", flat=True).first()
    return OutboxFacts(
        oldest_unsent_seconds=_age(found["oldest"], now),
        pending=found["pending"],
        dead=found["dead"],
        last_heartbeat_seconds=_age(beaten_at, now),
    )


def _age(then: datetime | None, now: datetime) -> float | None:
    """Seconds since `then`; 0 when the clocks of database and host disagree."""
    return None if then is None else max(0.0, (now - then).total_seconds())
