"""What every step of an application has in common: the locked row, the right person, the right state, the event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from registry.applications import CELLS, ApplicationAction, ApplicationState, Cell
from registry.conflicts import faults_of_error, whole_faults
from registry.facts import read_application
from registry.models import Application, ApplicationEvent
from registry.parties import is_visible, parties_for, parties_of
from registry.proposals import TOO_LONG, Value
from registry.refusals import (
    AlreadyDecided,
    ApplicationInvalid,
    NotAllowed,
    OutOfScope,
    StaleVersion,
    WrongRole,
)
from registry.services.deeds import Deed
from registry.webhook_events import tell_systems

LONGEST_REASON = 1000
"""Characters of a decision's reason."""


def locked_step(
    application: Application, action: ApplicationAction, deed: Deed, version: int | None
) -> tuple[Application, Cell]:
    """The row, locked, and the cell of the table by which `deed.actor` may do `action` on it now.

    `version` is the one the person saw; None where the step does not depend on what was written. Raises OutOfScope,
    WrongRole, AlreadyDecided, NotAllowed, StaleVersion, in this order. Belongs inside a transaction.
    """
    locked = (
        Application.objects.select_for_update(of=("self",))
        .select_related("authority", "institution", "receiving_institution", "ambulance__certified_by", "created_by")
        .get(pk=application.pk)
    )
    scope = deed.actor.scope
    if not is_visible(scope, locked):
        raise OutOfScope
    mine = parties_of(scope, locked) & parties_for(action)
    if not mine:
        raise WrongRole(f"{action} is not this person's step")
    cell = next((c for c in CELLS if c.state == locked.state and c.action is action and c.party in mine), None)
    if cell is None:
        raise _refusal_of_state(locked, action)
    if version is not None and version != locked.version:
        last = _last_event(locked)
        what = ApplicationAction(last.action) if last else ApplicationAction.SAVE
        raise StaleVersion(last.actor if last else locked.created_by, locked.updated_at, what, locked.version)
    return locked, cell


def _refusal_of_state(locked: Application, action: ApplicationAction) -> NotAllowed:
    """Why an action is not possible now: somebody has decided, or it never was possible in this state."""
    last = _last_event(locked)
    if last is None or locked.state == ApplicationState.DRAFT:
        return NotAllowed(f"{action} is not possible while it is {locked.state}")
    return AlreadyDecided(last.actor, last.at, ApplicationState(locked.state))


def _last_event(locked: Application) -> ApplicationEvent | None:
    return locked.events.select_related("actor").last()


def move(
    locked: Application, action: ApplicationAction, state: ApplicationState, deed: Deed, reason: str = ""
) -> ApplicationEvent:
    """Write the row in its next state under the next version, the event, and the web hooks that tell of it.

    The caller has changed other fields.
    """
    return _written(locked, action, state, deed.actor, deed.now, reason)


def move_by_itself(
    locked: Application, action: ApplicationAction, state: ApplicationState, now: datetime, reason: str
) -> ApplicationEvent:
    """The same for a step that the service takes, not a person."""
    return _written(locked, action, state, None, now, reason)


def _written(
    locked: Application,
    action: ApplicationAction,
    state: ApplicationState,
    actor: User | None,
    now: datetime,
    reason: str,
) -> ApplicationEvent:
    locked.state = state
    locked.version += 1
    locked.updated_at = now
    locked.save()
    event = ApplicationEvent.objects.create(
        application=locked, action=action, state=state, reason=reason, actor=actor, at=now
    )
    tell_systems(locked, event)
    return event


def require_sound(locked: Application, deed: Deed) -> dict[str, Value]:
    """All checks again; the values that were read. Raises ApplicationInvalid with every fault at once."""
    read = read_application(locked, deed.today)
    faults = {**whole_faults(locked, read.values, deed.today), **read.faults}
    if faults:
        raise ApplicationInvalid(faults)
    return read.values


def written_reason(reason: str, longest: int = LONGEST_REASON) -> str:
    """The reason without space around it. Raises ApplicationInvalid when it is too long."""
    reason = reason.replace("\x00", "").strip()
    if len(reason) > longest:
        raise ApplicationInvalid({"reason": TOO_LONG})
    return reason


@contextmanager
def conflicts_told() -> Iterator[None]:
    """A savepoint that turns the register's unique constraints into ApplicationInvalid: somebody else was faster."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        faults = faults_of_error(error)
        if faults is None:
            raise
        raise ApplicationInvalid(faults) from error


def division_of(application: Application) -> str:
    """The division whose supervisors may read of it in the audit: the vehicle's, else the institution's."""
    ambulance = application.ambulance
    return ambulance.division_id if ambulance is not None else application.institution.division_id
