"""The institutions' side of an application: begun, saved as typed, submitted, withdrawn; a transfer answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from directory.models import Authority, Institution
from registry import messages
from registry.applications import ApplicationAction, ApplicationKind, ApplicationState
from registry.conflicts import STATUSES
from registry.facts import registered
from registry.models import Ambulance, Application, ApplicationEvent
from registry.parties import keeps_fleet_of
from registry.proposals import ASKED, EMPTY, TOO_LONG, USE_AMBULANCE, Plain, plain, storable
from registry.refusals import WHOLE, ApplicationInvalid, FieldFault, NotAllowed, OutOfScope, WrongRole
from registry.reviewers import receiving_reviewer, reviewer_for
from registry.reviews import review_due
from registry.services.deeds import Deed
from registry.services.steps import conflicts_told, division_of, locked_step, move, require_sound, written_reason

LONGEST_REASON = 500
"""Characters of the reason an institution gives."""

NO_AUTHORITY = FieldFault(
    "no_authority",
    _("No health authority is known for this place. Ask the operator of this service to enter it."),
)
NO_RECEIVER = FieldFault("no_receiver", _("Choose the institution that takes the vehicle over."))


@transaction.atomic
def begin_application(
    *,
    kind: ApplicationKind,
    institution: Institution,
    ambulance: Ambulance | None = None,
    receiving_institution: Institution | None = None,
    actor: User,
    now: datetime,
    address: str,
    via: str = "",
) -> Application:
    """A draft that only its institution sees, filled with what is registered, and with the authority that will review.

    Raises OutOfScope and WrongRole (only the fleet's keepers begin one), NotAllowed for a vehicle whose status does not
    fit, ApplicationInvalid without a receiver of a transfer or an authority, ValueError for arguments of another kind.
    """
    deed, kind = Deed(actor, now, address, via), ApplicationKind(kind)
    _require_keeper(actor, institution)
    if (ambulance is None) is not (kind is ApplicationKind.NEW):
        raise ValueError("a new registration has no vehicle yet; every other kind names one")
    if ambulance is not None:
        if ambulance.institution_id != institution.pk:
            raise OutOfScope
        if ambulance.status not in STATUSES[kind]:
            raise NotAllowed(f"{kind} is not possible for a vehicle that is {ambulance.status}")
    if kind is not ApplicationKind.TRANSFER and receiving_institution is not None:
        raise ValueError("only a transfer names another institution")
    authority = _authority_for(institution, ambulance, receiving_institution, kind)
    application = Application.objects.create(
        kind=kind,
        institution=institution,
        receiving_institution=receiving_institution,
        ambulance=ambulance,
        authority=authority,
        proposed=_prefilled(kind, institution, ambulance, receiving_institution),
        created_by=actor,
        created_at=now,
        updated_at=now,
    )
    deed.record("application.begun", application, division_of(application), {"kind": str(kind)})
    return application


def _require_keeper(actor: User, institution: Institution) -> None:
    if actor.scope.institution_id != institution.pk:
        raise OutOfScope
    if not keeps_fleet_of(actor.scope, institution.pk):
        raise WrongRole("applications are begun by fleet managers")


def _authority_for(
    institution: Institution, ambulance: Ambulance | None, receiver: Institution | None, kind: ApplicationKind
) -> Authority:
    if kind is ApplicationKind.TRANSFER and ambulance is not None:
        if receiver is None or receiver.pk == institution.pk:
            raise ApplicationInvalid({"receiving_institution": NO_RECEIVER})
        authority = receiving_reviewer(ambulance, receiver)
    else:
        authority = reviewer_for(institution, ambulance)
    if authority is None:
        raise ApplicationInvalid({WHOLE: NO_AUTHORITY})
    return authority


def _prefilled(
    kind: ApplicationKind, institution: Institution, ambulance: Ambulance | None, receiver: Institution | None
) -> dict[str, Plain]:
    if receiver is not None:
        known: dict[str, Plain] = {"division": receiver.division_id, "licence_owner": receiver.name}
    elif ambulance is not None:
        known = registered(ambulance)
    else:
        known = {
            "division": institution.division_id,
            "licence_owner": institution.name,
            "licence_use": USE_AMBULANCE,
            "in_120_network": institution.in_120_network,
        }
    return {name: known[name] for name in ASKED[kind] if name in known}


@transaction.atomic
def save_application(
    *,
    application: Application,
    proposed: Mapping[str, object],
    version: int,
    reason: str | None = None,
    actor: User,
    now: datetime,
    address: str,
    via: str = "",
) -> Application:
    """Keep what was typed, right or wrong; fields that are not given stay. What changes nothing writes nothing.

    Raises StaleVersion when somebody was faster; OutOfScope, WrongRole, NotAllowed; ApplicationInvalid for fields that
    the kind does not have and values that cannot be stored.
    """
    deed = Deed(actor, now, address, via)
    locked, cell = locked_step(application, ApplicationAction.SAVE, deed, version)
    kept, faults = storable(ApplicationKind(locked.kind), proposed)
    if reason is not None and len(reason.strip()) > LONGEST_REASON:
        faults["reason"] = TOO_LONG
    if faults:
        raise ApplicationInvalid(faults)
    changed = sorted(name for name, value in kept.items() if locked.proposed.get(name) != value)
    new_reason = locked.reason if reason is None else written_reason(reason, LONGEST_REASON)
    if not changed and new_reason == locked.reason:
        return locked
    locked.proposed, locked.reason = {**locked.proposed, **kept}, new_reason
    if _was_saved_last_by(locked, actor):
        locked.version += 1
        locked.updated_at = now
        locked.save()
    else:
        move(locked, cell.action, cell.next_state, deed)
    deed.record("application.saved", locked, division_of(locked), {"fields": list(changed)})
    return locked


def _was_saved_last_by(locked: Application, actor: User) -> bool:
    """Whether the last event is this person's saving: one event stands for any number of them in a row."""
    last: ApplicationEvent | None = locked.events.last()
    return last is not None and last.action == ApplicationAction.SAVE and last.actor_id == actor.pk


@transaction.atomic
def submit_application(
    *, application: Application, version: int, actor: User, now: datetime, address: str, via: str = ""
) -> Application:
    """Hand it to the authority, or a transfer first to the receiving institution; every check is made again.

    What was typed is kept in its normalised form from here on. Raises ApplicationInvalid with every fault at once;
    StaleVersion, OutOfScope, WrongRole, NotAllowed.
    """
    deed = Deed(actor, now, address, via)
    locked, cell = locked_step(application, ApplicationAction.SUBMIT, deed, version)
    locked.proposed = {name: plain(value) for name, value in require_sound(locked, deed).items()}
    waits_for_other = locked.kind == ApplicationKind.TRANSFER
    state = ApplicationState.AWAITING_OTHER if waits_for_other else cell.next_state
    if not waits_for_other:
        _to_reviewer(locked, now)
    with conflicts_told():
        event = move(locked, cell.action, state, deed)
    if waits_for_other:
        messages.transfer_asked(locked, event)
    else:
        messages.application_submitted(locked, event)
    deed.record("application.submitted", locked, division_of(locked), {"kind": locked.kind, "state": str(state)})
    return locked


def _to_reviewer(locked: Application, now: datetime) -> None:
    """From now on the reviewers see it, and their days count."""
    locked.submitted_at = now
    locked.due_on = review_due(now).due_on


@transaction.atomic
def withdraw(
    *, application: Application, reason: str = "", actor: User, now: datetime, address: str, via: str = ""
) -> Application:
    """Take it back, for good, as long as nobody has decided; whoever it lay before is told.

    Raises OutOfScope, WrongRole, NotAllowed.
    """
    deed = Deed(actor, now, address, via)
    locked, cell = locked_step(application, ApplicationAction.WITHDRAW, deed, None)
    event = move(locked, cell.action, cell.next_state, deed, written_reason(reason))
    messages.application_withdrawn(locked, event, cell.state)
    deed.record("application.withdrawn", locked, division_of(locked), {"kind": locked.kind})
    return locked


@transaction.atomic
def agree_transfer(
    *, application: Application, version: int, actor: User, now: datetime, address: str, via: str = ""
) -> Application:
    """The receiving institution takes the vehicle; now the authority decides.

    Raises ApplicationInvalid, StaleVersion, OutOfScope, WrongRole, NotAllowed.
    """
    deed = Deed(actor, now, address, via)
    locked, cell = locked_step(application, ApplicationAction.AGREE, deed, version)
    require_sound(locked, deed)
    _to_reviewer(locked, now)
    event = move(locked, cell.action, cell.next_state, deed)
    messages.application_submitted(locked, event)
    deed.record("application.agreed", locked, division_of(locked), {"kind": locked.kind})
    return locked


@transaction.atomic
def decline_transfer(
    *, application: Application, version: int, reason: str, actor: User, now: datetime, address: str, via: str = ""
) -> Application:
    """The receiving institution does not take the vehicle; the owner gets it back with the reason.

    Raises ApplicationInvalid without a reason; StaleVersion, OutOfScope, WrongRole, NotAllowed.
    """
    deed = Deed(actor, now, address, via)
    locked, cell = locked_step(application, ApplicationAction.DECLINE, deed, version)
    locked.decision_reason = written_reason(reason)
    if not locked.decision_reason:
        raise ApplicationInvalid({"reason": EMPTY})
    event = move(locked, cell.action, cell.next_state, deed, locked.decision_reason)
    messages.transfer_declined(locked, event)
    deed.record("application.declined", locked, division_of(locked), {"kind": locked.kind})
    return locked
