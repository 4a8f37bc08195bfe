"""Who may send a row, and who may say that it was sent.

A worker claims rows by one conditional UPDATE, with a lease on the database's clock. Every later step is conditional on
the claim: a worker that lost its lease finds no row and changes nothing. Claiming and taking over refuse to run inside
a transaction, so that everything here is committed before anything is sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from notifications.models import Message
from notifications.states import State

UNCLAIMED: dict[str, Any] = {"lease_until": None, "claimed_by": None}


@dataclass(frozen=True)
class Claim:
    """The right to send one row once."""

    pk: int
    token: uuid.UUID
    attempt: int
    """1 for the first try."""


def lease() -> timedelta:
    """How long a claim holds (setting `OUTBOX_LEASE_SECONDS`)."""
    return timedelta(seconds=settings.ENV.OUTBOX_LEASE_SECONDS)


def claim_batch(*, size: int, channels: Collection[str]) -> list[Claim]:
    """Claim up to `size` due rows of these channels, oldest first. Two workers never get the same row."""
    token = uuid.uuid4()
    with transaction.atomic(durable=True):
        due = Message.objects.due(Now()).filter(channel__in=channels)
        # Chosen first, not in a subquery of the UPDATE: PostgreSQL may run that more than once and exceed the size.
        # Skipping rows another worker is just claiming is only politeness; the condition of the UPDATE decides.
        ordered = due.select_for_update(skip_locked=True).order_by("not_before", "pk")
        chosen = list(ordered.values_list("pk", flat=True)[:size])
        due.filter(pk__in=chosen).update(
            state=State.SENDING, claimed_by=token, lease_until=Now() + lease(), attempt=F("attempt") + 1
        )
        mine = Message.objects.filter(state=State.SENDING, claimed_by=token).order_by("not_before", "pk")
        return [Claim(pk, token, attempt) for pk, attempt in mine.values_list("pk", "attempt")]


def take_over() -> tuple[int, int]:
    """Put rows whose worker vanished back to waiting; those out of attempts die. (waiting again, dead)"""
    with transaction.atomic(durable=True):
        abandoned = Message.objects.abandoned(Now())
        dead = abandoned.filter(attempt__gte=settings.ENV.OUTBOX_MAX_ATTEMPTS).update(
            state=State.DEAD, last_error="the worker vanished while sending", **UNCLAIMED
        )
        waiting = abandoned.update(state=State.PENDING, last_error="the worker vanished while sending", **UNCLAIMED)
    return waiting, dead


def held(claim: Claim) -> QuerySet[Message]:
    """The claimed row, as long as the claim is still the worker's own."""
    return Message.objects.filter(pk=claim.pk, state=State.SENDING, claimed_by=claim.token, attempt=claim.attempt)


def read(claim: Claim) -> Message | None:
    """The row to send; None when the lease has run out. Raises CannotUnseal."""
    return held(claim).filter(lease_until__gt=Now()).first()


def give_back(claims: Sequence[Claim]) -> None:
    """Return rows that were claimed but not tried: the attempt does not count."""
    for claim in claims:
        held(claim).update(state=State.PENDING, attempt=F("attempt") - 1, **UNCLAIMED)


def finish(claim: Claim, *, provider_id: str) -> bool:
    """Mark as sent; False when the claim had been lost."""
    done: dict[str, Any] = {"state": State.SENT, "sent_at": Now(), "last_error": "", **UNCLAIMED}
    return bool(held(claim).update(provider_id=provider_id[:200], **done))


def postpone(claim: Claim, *, reason: str, wait: timedelta) -> bool:
    """Wait before the next try; False when the claim had been lost."""
    later: dict[str, Any] = {"state": State.PENDING, "not_before": Now() + wait, **UNCLAIMED}
    return bool(held(claim).update(last_error=reason[:200], **later))


def bury(claim: Claim, *, reason: str) -> bool:
    """Give the row up; False when the claim had been lost."""
    return bool(held(claim).update(state=State.DEAD, last_error=reason[:200], **UNCLAIMED))
