"""Web hooks of institutions and platforms: added, tried, resumed and removed on record.

An institution's are kept by its administrators, a platform's by the operator's.
"""

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
from notifications.models import HookOwner, Message, WebhookEndpoint
from notifications.webhooks import add_endpoint, queue_for, remove_endpoint, resume_endpoint
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services.deeds import Deed
from registry.webhook_events import TRIAL


def is_inside(scope: Scope, owner: HookOwner) -> bool:
    """Whether the person belongs to whoever keeps the web hooks of `owner`: a platform's are the operator's."""
    if isinstance(owner, Institution):
        return scope.body is BodyKind.INSTITUTION and scope.institution_id == owner.pk
    return scope.body is BodyKind.SYSTEM


def keeps_webhooks(scope: Scope, owner: HookOwner) -> bool:
    """Whether the person decides which systems of the owner are told."""
    duty = Role.INSTITUTION_ADMIN if isinstance(owner, Institution) else Role.SYSTEM_ADMIN
    return is_inside(scope, owner) and scope.has(duty)


@transaction.atomic
def add_webhook(*, owner: HookOwner, url: str, actor: User, now: datetime, address: str) -> tuple[WebhookEndpoint, str]:
    """A new web hook and its secret, which is shown once.

    Raises BadAddress, TooManyEndpoints (notifications.webhooks), OutOfScope, WrongRole.
    """
    _require_keeper(actor, owner)
    endpoint, secret = add_endpoint(owner=owner, url=url, now=now)
    _record("webhook.added", endpoint, Deed(actor, now, address))
    return endpoint, secret


@transaction.atomic
def try_webhook(*, endpoint: WebhookEndpoint, actor: User, now: datetime, address: str) -> Message:
    """Send it an event that means nothing, through the outbox like every other.

    Raises NotAllowed for a stopped one, OutOfScope, WrongRole.
    """
    _require_keeper(actor, endpoint.owner)
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
    _require_keeper(actor, endpoint.owner)
    if resume_endpoint(endpoint=endpoint):
        _record("webhook.resumed", endpoint, Deed(actor, now, address))


@transaction.atomic
def remove_webhook(*, endpoint: WebhookEndpoint, actor: User, now: datetime, address: str) -> None:
    """Forget a web hook and its secret; what waits for it is not sent. Raises OutOfScope, WrongRole."""
    _require_keeper(actor, endpoint.owner)
    remove_endpoint(endpoint=endpoint)
    _record("webhook.removed", endpoint, Deed(actor, now, address))


def _require_keeper(actor: User, owner: HookOwner) -> None:
    if not is_inside(actor.scope, owner):
        raise OutOfScope
    if not keeps_webhooks(actor.scope, owner):
        raise WrongRole("web hooks are kept by the administrator")


def _record(action: str, endpoint: WebhookEndpoint, deed: Deed) -> None:
    """Only the host is noted: an address may carry a password."""
    host = urlsplit(endpoint.url).hostname or ""
    deed.record(action, endpoint, endpoint.owner.division_id or "", {"host": host[:200]})
