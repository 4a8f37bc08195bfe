"""Partner platforms: entered, put right, closed and opened again by the operator of the service."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.audit import JSON
from accounts.models import User
from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from directory.kinds import PlatformKind
from directory.models import Division, Platform
from registry.refusals import NotAllowed, WrongRole
from registry.services.deeds import Deed


class NameTaken(NotAllowed):
    """Another platform has this name."""


def keeps_platforms(scope: Scope) -> bool:
    """Whether the person enters and closes platforms, makes their keys and keeps their web hooks."""
    return scope.body is BodyKind.SYSTEM and scope.has(Role.SYSTEM_ADMIN)


@transaction.atomic
def add_platform(
    *,
    name: str,
    kind: PlatformKind,
    division: Division | None,
    contact_email: str,
    actor: User,
    now: datetime,
    address: str,
) -> Platform:
    """Enter a platform. It can do nothing until a key is made for it.

    Raises WrongRole, NameTaken, ValidationError for a field that is wrong.
    """
    _require_keeper(actor)
    platform = Platform(name=name.strip(), kind=kind, division=division, contact_email=contact_email)
    if Platform.objects.filter(name=platform.name).exists():
        raise NameTaken
    platform.full_clean()
    platform.save()
    _record("platform.added", platform, Deed(actor, now, address))
    return platform


@transaction.atomic
def change_platform(
    *,
    platform: Platform,
    name: str,
    kind: PlatformKind,
    division: Division | None,
    contact_email: str,
    actor: User,
    now: datetime,
    address: str,
) -> list[str]:
    """Put the facts of a platform right; the names of the fields that changed. Keys, hooks and complaints stay.

    The record names the fields, never what they hold; no change leaves no row. Raises as `add_platform`.
    """
    deed = Deed(actor, now, address)
    _require_keeper(actor)
    locked = Platform.objects.select_for_update(of=("self",)).get(pk=platform.pk)
    given = {"name": name.strip(), "kind": kind, "division": division, "contact_email": contact_email}
    changed = [field for field, value in given.items() if getattr(locked, field) != value]
    if not changed:
        return []
    if Platform.objects.filter(name=given["name"]).exclude(pk=locked.pk).exists():
        raise NameTaken
    for field in changed:
        setattr(locked, field, given[field])
    locked.full_clean()
    locked.save(update_fields=changed)
    _record("platform.changed", locked, deed, fields=sorted(changed))
    return changed


@transaction.atomic
def close_platform(*, platform: Platform, actor: User, now: datetime, address: str) -> Platform:
    """Let the platform's keys open nothing and its web hooks be told nothing; its complaints stay.

    Raises WrongRole; NotAllowed if it is closed already.
    """
    return _switch(platform, "platform.closed", Deed(actor, now, address), is_active=False)


@transaction.atomic
def reopen_platform(*, platform: Platform, actor: User, now: datetime, address: str) -> Platform:
    """Let keys and web hooks that are still good work again. Raises WrongRole; NotAllowed if it is open."""
    return _switch(platform, "platform.reopened", Deed(actor, now, address), is_active=True)


def _switch(platform: Platform, action: str, deed: Deed, *, is_active: bool) -> Platform:
    _require_keeper(deed.actor)
    locked = Platform.objects.select_for_update().get(pk=platform.pk)
    if locked.is_active is is_active:
        raise NotAllowed("the platform is in that state already")
    locked.is_active = is_active
    locked.save(update_fields=["is_active"])
    _record(action, locked, deed)
    return locked


def _require_keeper(actor: User) -> None:
    if not keeps_platforms(actor.scope):
        raise WrongRole("platforms are kept by the operator of the service")


def _record(action: str, platform: Platform, deed: Deed, **detail: JSON) -> None:
    deed.record(action, platform, platform.division_id or "", {"kind": platform.kind, **detail})
