"""Web hooks of an institution: its administrators add, try, resume and remove them, on record."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.crypto import get_random_string

from accounts.models import User
from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from directory.clock import SHANGHAI
from directory.models import Institution
from notifications.models import Message, WebhookEndpoint
from notifications.webhooks import add_endpoint, queue_for, remove_endpoint, resume_endpoint
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services.deeds import Deed
from registry.webhook_events import TRIAL


def keeps_webhooks(scope: Scope, institution_id: int) -> bool:
    """Whether the person decides which systems of the institution are told."""
    return (
        scope.body is BodyKind.INSTITUTION
        and scope.institution_id == institution_id
        and scope.has(Role.INSTITUTION_ADMIN)
    )


@transaction.atomic
def add_webhook(
    *, institution: Institution, url: str, actor: User, now: datetime, address: str
) -> tuple[WebhookEndpoint, str]:
    """A new web hook and its secret, which is shown once.

    Raises BadAddress, TooManyEndpoints (notifications.webhooks), OutOfScope, WrongRole.
    """
    _require_keeper(actor, institution.pk)
    endpoint, secret = add_endpoint(institution=institution, url=url, now=now)
    _record("webhook.added", endpoint, Deed(actor, now, address))
    return endpoint, secret


@transaction.atomic
def try_webhook(*, endpoint: WebhookEndpoint, actor: User, now: datetime, address: str) -> Message:
    """Send it an event that means nothing, through the outbox like every other.

    Raises NotAllowed for a stopped one, OutOfScope, WrongRole.
    """
    _require_keeper(actor, endpoint.institution_id)
    if not endpoint.is_active:
        raise NotAllowed("a stopped web hook is not called: resume it first")
    message = queue_for(
        endpoint=endpoint,
        event_key=f"trial:{get_random_string(16)}",
        event=TRIAL,
        data={"occurred_at": now.astimezone(SHANGHAI).isoformat(timespec="seconds")},
    )
    _record("webhook.tried", endpoint, Deed(actor, now, address))
    return message


@transaction.atomic
def resume_webhook(*, endpoint: WebhookEndpoint, actor: User, now: datetime, address: str) -> None:
    """Use a web hook again that answered 410. Doing it twice changes nothing. Raises OutOfScope, WrongRole."""
    _require_keeper(actor, endpoint.institution_id)
    if resume_endpoint(endpoint=endpoint):
        _record("webhook.resumed", endpoint, Deed(actor, now, address))


@transaction.atomic
def remove_webhook(*, endpoint: WebhookEndpoint, actor: User, now: datetime, address: str) -> None:
    """Forget a web hook and its secret; what waits for it is not sent. Raises OutOfScope, WrongRole."""
    _require_keeper(actor, endpoint.institution_id)
    remove_endpoint(endpoint=endpoint)
    _record("webhook.removed", endpoint, Deed(actor, now, address))


def _require_keeper(actor: User, institution_id: int) -> None:
    if actor.scope.institution_id != institution_id:
        raise OutOfScope
    if not keeps_webhooks(actor.scope, institution_id):
        raise WrongRole("web hooks are kept by the institution's administrator")


def _record(action: str, endpoint: WebhookEndpoint, deed: Deed) -> None:
    """Only the host is noted: an address may carry a password."""
    host = urlsplit(endpoint.url).hostname or ""
    deed.record(action, endpoint, endpoint.institution.division_id, {"host": host[:200]})
