"""Telling the systems of an institution or platform what happened: through the outbox, like every message."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from directory.models import Institution
from notifications.models import HookOwner, Message, WebhookEndpoint
from notifications.services import queue_message
from notifications.states import Medium
from notifications.webhook_address import BadAddress, target_of

__all__ = [
    "MOST_ENDPOINTS",
    "BadAddress",
    "TooManyEndpoints",
    "add_endpoint",
    "queue_event",
    "queue_for",
    "queue_platform_event",
    "remove_endpoint",
    "resume_endpoint",
]

MOST_ENDPOINTS: Final = 5
"""Web hooks of one institution or platform."""
SECRET_PREFIX: Final = "whsec_"  # noqa: S105  # says in a leak what it is
SECRET_BYTES: Final = 32

EventValue = str | int | None


class TooManyEndpoints(Exception):
    """The owner has as many web hooks as it may."""


@transaction.atomic
def add_endpoint(*, owner: HookOwner, url: str, now: datetime) -> tuple[WebhookEndpoint, str]:
    """A web hook of `owner`, and the secret that signs what it gets: shown once.

    Raises BadAddress, TooManyEndpoints. Who may do it, and the audit record, are the caller's.
    """
    target_of(url)
    type(owner)._default_manager.select_for_update().get(pk=owner.pk)  # so that two at once do not pass the limit
    whose = {"institution" if isinstance(owner, Institution) else "platform": owner}
    if WebhookEndpoint.objects.filter(**whose).count() >= MOST_ENDPOINTS:
        raise TooManyEndpoints
    secret = f"{SECRET_PREFIX}{secrets.token_urlsafe(SECRET_BYTES)}"
    endpoint = WebhookEndpoint.objects.create(**whose, url=url, secret=secret, created_at=now)
    return endpoint, secret


def resume_endpoint(*, endpoint: WebhookEndpoint) -> bool:
    """Use a stopped web hook again; False if it was not stopped. What happened meanwhile is not told again."""
    return bool(WebhookEndpoint.objects.filter(pk=endpoint.pk, is_active=False).update(is_active=True, stopped_at=None))


def remove_endpoint(*, endpoint: WebhookEndpoint) -> None:
    """Forget a web hook and its secret; what still waits for it is not sent."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).delete()


def queue_event(*, institution_id: int, event_key: str, event: str, data: Mapping[str, EventValue]) -> int:
    """Tell every active web hook of an institution, in the caller's transaction; how many there are.

    `event` names what happened (`application.approved`), `event_key` this one happening (up to 120 letters, digits and
    `. _ : -`). `data` holds numbers, states and links, never personal data: it leaves the house.
    Raises as `queue_message`.
    """
    endpoints = WebhookEndpoint.objects.of(institution_id).active()
    return _queue_for_each(endpoints, event_key=event_key, event=event, data=data)


def queue_platform_event(*, platform_id: int, event_key: str, event: str, data: Mapping[str, EventValue]) -> int:
    """Tell every active web hook of a platform, as `queue_event` does; a platform that was closed is told nothing."""
    endpoints = WebhookEndpoint.objects.of_platform(platform_id).active().filter(platform__is_active=True)
    return _queue_for_each(endpoints, event_key=event_key, event=event, data=data)


def _queue_for_each(
    endpoints: Iterable[WebhookEndpoint], *, event_key: str, event: str, data: Mapping[str, EventValue]
) -> int:
    told = [queue_for(endpoint=endpoint, event_key=event_key, event=event, data=data) for endpoint in endpoints]
    return len(told)


def queue_for(*, endpoint: WebhookEndpoint, event_key: str, event: str, data: Mapping[str, EventValue]) -> Message:
    """Tell one web hook, as `queue_event` does. The body is written now: every repeat sends the very same bytes."""
    return queue_message(
        event_key=f"{event_key}:hook-{endpoint.pk}",
        channel=Medium.WEBHOOK,
        template="notifications/event",
        language=settings.LANGUAGE_CODE,
        recipient=str(endpoint.pk),
        context={"body": json.dumps({"event": event, **data}, ensure_ascii=False)},
    )
