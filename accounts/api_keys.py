"""Keys of other systems: made, shown once, revoked. Only a hash of 256 random bits is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.key_scopes import KEEPER_OF, SCOPES_OF
from accounts.models import ApiKey, KeyOwner, User
from accounts.models.api_key import body_of
from accounts.refusals import NotAllowed, Refused
from accounts.roles import BodyKind
from accounts.scope import Scope

LONGEST_DAYS: Final = 366
"""A key lives a year at most: whoever made it may have left, and nobody remembers where it lies."""
MOST_KEYS: Final = 20
"""Live keys of one owner."""
PREFIX_BYTES: Final = 4
SECRET_BYTES: Final = 32


@transaction.atomic
def make_api_key(
    *,
    owner: KeyOwner,
    name: str,
    scopes: Collection[str],
    days: int,
    actor: User,
    now: datetime,
    address: str = "",
) -> tuple[ApiKey, str]:
    """A new key of `owner`, good for `days` days, and the text that the other system sends: never seen again.

    Raises NotAllowed unless `actor` is an administrator of the institution or authority, or for a platform the
    operator's; Refused (`no_name`, `unknown_scope`, `days`, `too_many`).
    """
    _check_administrator(actor, owner)
    body = body_of(owner)
    wanted = sorted(set(scopes))
    if not name.strip() or len(name.strip()) > 60:
        raise Refused("no_name", _("Give the key a name of 1 to 60 characters: the system that will use it."))
    if not wanted or not set(wanted) <= set(SCOPES_OF[body]):
        raise Refused("unknown_scope", _("Choose at least one of the listed permissions."))
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused("days", _("A key is valid for 1 to %(days)s days."), days=LONGEST_DAYS)
    type(owner)._default_manager.select_for_update().get(pk=owner.pk)  # so that two at once do not pass the limit
    if ApiKey.objects.filter(**{body.value: owner}).live(now).count() >= MOST_KEYS:
        raise Refused("too_many", _("There are %(count)s keys already. Revoke one first."), count=MOST_KEYS)
    prefix = secrets.token_hex(PREFIX_BYTES)
    token = f"{prefix}.{secrets.token_urlsafe(SECRET_BYTES)}"
    key = ApiKey.objects.create(
        **{body.value: owner},
        name=name.strip(),
        prefix=prefix,
        secret_hash=token_hash(token),
        scopes=wanted,
        made_by=actor,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record(
        action="keys.made",
        actor=actor,
        address=address,
        thing=key,
        division_code=owner.division_id or "",
        detail={"key": prefix, "scopes": wanted, "days": days},
        now=now,
    )
    return key, token


@transaction.atomic
def revoke_api_key(*, key: ApiKey, actor: User, now: datetime, address: str = "") -> None:
    """Let `key` open nothing from now on. Doing it twice changes nothing. Raises NotAllowed as `make_api_key`."""
    _check_administrator(actor, key.owner)
    locked = ApiKey.objects.select_for_update().get(pk=key.pk)
    if locked.revoked_at is not None:
        return
    locked.revoked_at = key.revoked_at = now
    locked.save(update_fields=["revoked_at"])
    audit.record(
        action="keys.revoked",
        actor=actor,
        address=address,
        thing=key,
        division_code=key.owner.division_id or "",
        detail={"key": key.prefix},
        now=now,
    )


def token_hash(token: str) -> str:
    """What is kept of a token. One round is enough: 256 random bits are not guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def keeps_keys_of(scope: Scope, owner: KeyOwner) -> bool:
    """Whether the person makes and revokes the keys of `owner`."""
    body = body_of(owner)
    own = {
        BodyKind.INSTITUTION: scope.body is body and scope.institution_id == owner.pk,
        BodyKind.AUTHORITY: scope.body is body and scope.authority_id == owner.pk,
        BodyKind.PLATFORM: scope.body is BodyKind.SYSTEM,
    }
    return own[body] and scope.has(KEEPER_OF[body])


def _check_administrator(actor: User, owner: KeyOwner) -> None:
    if keeps_keys_of(actor.scope, owner):
        return
    words = {
        BodyKind.INSTITUTION: _("Only an administrator of the institution can do this."),
        BodyKind.AUTHORITY: _("Only an administrator of the authority can do this."),
        BodyKind.PLATFORM: _("Only the operator of the service can do this."),
    }
    raise NotAllowed("not_administrator", words[body_of(owner)])
