"""The reviewers' side of an application: approved, returned with reasons, refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from registry import messages
from registry.applications import ApplicationAction, ApplicationKind, ApplicationState, Cell
from registry.conflicts import document_field
from registry.models import Application, ApplicationDocument, ApplicationEvent
from registry.proposals import ASKED, EMPTY, TOO_LONG, UNKNOWN_FIELD
from registry.refusals import ApplicationInvalid, FieldFault
from registry.services.deeds import Deed
from registry.services.effects import carry_out
from registry.services.photos import put_photo
from registry.services.steps import conflicts_told, division_of, locked_step, move, require_sound, written_reason

LONGEST_FIELD_REASON = 200
"""Characters of the reason beside one field."""
OVERTAKES = frozenset({ApplicationKind.TRANSFER, ApplicationKind.RETIREMENT})
"""What takes the vehicle away from under every other application for it."""


def approve(
    *,
    application: Application,
    version: int,
    reason: str = "",
    actor: User,
    now: datetime,
    address: str,
    via: str = "",
) -> Application:
    """Grant it, and do what it asks for, in one transaction: vehicle, history, codes, photo, messages, audit.

    `version` is the one the reviewer read. Raises AlreadyDecided for the second of two reviewers, StaleVersion,
    ApplicationInvalid where the register says no by now (somebody else registered the plate), OutOfScope, WrongRole.
    """
    deed = Deed(actor, now, address, via)
    with put_photo() as photo, transaction.atomic():
        locked, cell = locked_step(application, ApplicationAction.APPROVE, deed, version)
        values = require_sound(locked, deed)
        with conflicts_told():
            effect = carry_out(locked, values, deed)
        changes_photo = locked.kind in {ApplicationKind.NEW, ApplicationKind.CHANGE}
        has_photo = changes_photo and photo.of(locked, effect.ambulance, deed)
        event = _decide(locked, cell, deed, written_reason(reason), {})
        _tell_overtaken(locked, event)
        deed.record(
            "application.approved",
            locked,
            division_of(locked),
            {
                "kind": locked.kind,
                "ambulance": effect.ambulance.pk,
                "fields": [*effect.changed, *(["photo"] if has_photo else [])],
                "needs_repaint": list(effect.needs_repaint),
                "codes_issued": effect.issued,
            },
        )
    return locked


@transaction.atomic
def return_with_reasons(
    *,
    application: Application,
    version: int,
    field_reasons: Mapping[str, str],
    reason: str = "",
    actor: User,
    now: datetime,
    address: str,
    via: str = "",
) -> Application:
    """Give it back for correction, with a reason for the whole, for single fields, or `document_<purpose>`.

    Raises ApplicationInvalid without any reason or for a field it does not have; AlreadyDecided, StaleVersion,
    OutOfScope, WrongRole.
    """
    deed = Deed(actor, now, address, via)
    locked, cell = locked_step(application, ApplicationAction.RETURN, deed, version)
    reasons = _written_field_reasons(ApplicationKind(locked.kind), field_reasons)
    said = written_reason(reason)
    if not said and not reasons:
        raise ApplicationInvalid({"reason": EMPTY})
    _decide(locked, cell, deed, said, reasons)
    deed.record("application.returned", locked, division_of(locked), {"kind": locked.kind, "fields": sorted(reasons)})
    return locked


@transaction.atomic
def refuse(
    *,
    application: Application,
    version: int,
    reason: str,
    actor: User,
    now: datetime,
    address: str,
    via: str = "",
) -> Application:
    """Say no, for good, with the reason. Raises ApplicationInvalid without one; otherwise as `approve`."""
    deed = Deed(actor, now, address, via)
    locked, cell = locked_step(application, ApplicationAction.REFUSE, deed, version)
    said = written_reason(reason)
    if not said:
        raise ApplicationInvalid({"reason": EMPTY})
    _decide(locked, cell, deed, said, {})
    deed.record("application.refused", locked, division_of(locked), {"kind": locked.kind})
    return locked


def _decide(
    locked: Application, cell: Cell, deed: Deed, reason: str, field_reasons: dict[str, str]
) -> ApplicationEvent:
    """Write the decision and its event, and tell the institution."""
    locked.decided_at, locked.decided_by = deed.now, deed.actor
    locked.decision_reason, locked.field_reasons = reason, field_reasons
    event = move(locked, cell.action, cell.next_state, deed, reason)
    messages.application_decided(locked, event)
    return event


def _tell_overtaken(approved: Application, event: ApplicationEvent) -> None:
    """Tell of the applications that are lost since the vehicle belongs to another institution, or is retired.

    They stay as they are: it is for their institution to withdraw them.
    """
    if approved.kind not in OVERTAKES:
        return
    others = Application.objects.filter(
        ambulance=approved.ambulance_id, state__in=[ApplicationState.DRAFT, ApplicationState.RETURNED]
    )
    for other in others.select_related("institution", "receiving_institution", "created_by"):
        messages.application_overtaken(other, event)


def _written_field_reasons(kind: ApplicationKind, reasons: Mapping[str, str]) -> dict[str, str]:
    """The reasons by field, empty ones left out."""
    known = {*ASKED[kind], "reason", *map(document_field, ApplicationDocument.Purpose.values)}
    written = {name: text.replace("\x00", "").strip() for name, text in reasons.items()}
    faults: dict[str, FieldFault] = {name[:60]: UNKNOWN_FIELD for name in written if name not in known}
    faults |= {name: TOO_LONG for name, text in written.items() if len(text) > LONGEST_FIELD_REASON and name in known}
    if faults:
        raise ApplicationInvalid(faults)
    return {name: text for name, text in written.items() if text}
