"""The institution's word: its reply to what an authority sent, with corrective action and attachments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.cells import Cell
from complaints.models import Evidence, Forwarding, Handling
from complaints.refusals import StaleVersion, Unsound
from complaints.services import clocks
from complaints.services.case_steps import locked_by_system, move, written
from complaints.services.forwarding import AWAITED, REPLY_STEPS
from complaints.wall import Audience
from complaints.workflow import Action, Actor, HandlingState, NotAllowed
from registry.refusals import OutOfScope
from registry.services.deeds import Deed


@transaction.atomic
def require_reply_possible(*, forwarding: Forwarding, version: int | None, files: int, actor: User) -> None:
    """Whether `reply` with so many files would be taken now, asked before any is decoded. Raises what it raises."""
    sent, _part, _cell = _locked(forwarding, version, actor)
    _require_room(sent, files)


@transaction.atomic
def reply(
    *,
    forwarding: Forwarding,
    version: int | None,
    text: str,
    corrective_action: str,
    evidence: Sequence[Evidence],
    actor: User,
    now: datetime,
    address: str,
) -> Forwarding:
    """The institution replies; the part stays with it until an officer of the authority goes on. The desk is told.

    `version` is the forwarding's. `evidence` are stored files, not saved yet; whoever is refused discards them. Raises
    OutOfScope for whatever was not sent to the person's institution, StaleVersion, NotAllowed where no reply is taken
    any more, and Unsound without words or with too many files.
    """
    deed = Deed(actor, now, address)
    sent, locked, cell = _locked(forwarding, version, actor)
    words = written(text)
    action = written(corrective_action, field="corrective_action", is_needed=False)
    _attach(sent, locked, evidence)
    sent.reply, sent.corrective_action = words, action
    sent.replied_by, sent.replied_at, sent.state = actor, now, Forwarding.State.REPLIED
    sent.version += 1
    sent.save()
    clocks.meet(locked, now, *REPLY_STEPS, forwarding=sent)
    told = f"{words}\n\n{action}" if action else words
    move(locked, cell, now=now, actor=actor, text=told, audience=Audience.INSTITUTION, forwarding=sent)
    # The administrator of the institution reads its people's rows: no reference, no place of the event in it.
    deed.record(
        "forwarding.replied", sent, sent.institution.division_id, {"number": sent.number, "files": len(evidence)}
    )
    return sent


def _locked(forwarding: Forwarding, version: int | None, actor: User) -> tuple[Forwarding, Handling, Cell]:
    """The forwarding and its part, locked in the order of every step, if the person may reply now."""
    if not Forwarding.objects.visible_to(actor.scope).filter(pk=forwarding.pk).exists() or actor.institution is None:
        raise OutOfScope
    locked, cell = locked_by_system(forwarding.handling, Action.REPLY, Actor.INSTITUTION)
    rows = Forwarding.objects.select_for_update(of=("self",)).select_related("institution", "replied_by")
    sent = rows.get(pk=forwarding.pk)
    if version is not None and version != sent.version:
        raise _stale(sent)
    if sent.state not in AWAITED:
        raise NotAllowed(HandlingState(locked.state), Action.REPLY)
    return sent, locked, cell


def _stale(sent: Forwarding) -> StaleVersion:
    """Who took the last step; of the authority's people only that it was the authority."""
    last = sent.events.select_related("actor").last()
    by = last.actor if last and last.actor and last.actor.institution_id == sent.institution_id else None
    at, action = (last.at, Action(last.action)) if last else (sent.forwarded_at, Action.FORWARD)
    return StaleVersion(by, at, action, sent.version)


def _require_room(sent: Forwarding, files: int) -> None:
    most = settings.ENV.EVIDENCE_MAX_FILES
    if sent.attachments.count() + files > most:
        words = _("At most %(count)d files can come with your replies.") % {"count": most}
        raise Unsound({"files": words}, code="too-many-files")


def _attach(sent: Forwarding, locked: Handling, evidence: Sequence[Evidence]) -> None:
    _require_room(sent, len(evidence))
    for each in evidence:
        each.complaint, each.forwarding = locked.complaint, sent
        each.save()
