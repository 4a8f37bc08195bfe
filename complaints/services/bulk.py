"""The same step for many parts at once: each in a transaction of its own, so that one refusal stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import audit
from accounts.models import User
from complaints.kinds import facts_of
from complaints.models import Handling
from complaints.refusals import StaleVersion, Unsound
from complaints.services.case_steps import written
from complaints.services.concluding import close
from complaints.services.noting import note
from complaints.services.taking_on import assign
from complaints.wall import Audience
from complaints.workflow import HandlingState, NotAllowed
from registry.refusals import OutOfScope, WrongRole


class BulkStep(TextChoices):
    """What can be done to many cases at once."""

    ASSIGN = "assign", _("Give to an officer")
    NOTE = "note", _("Write words")
    CLOSE = "close", pgettext_lazy("case", "Close")


@dataclass(frozen=True)
class Chosen:
    """A part that was ticked, and the version of it that the officer saw."""

    handling: Handling
    version: int


@dataclass(frozen=True)
class Outcome:
    """What became of one part: done, or why not."""

    handling: Handling
    is_done: bool
    why: str | Promise = ""


@dataclass(frozen=True)
class Doer:
    """Who does it, when, from where."""

    actor: User
    now: datetime
    address: str


def do_to_many(
    *,
    step: BulkStep,
    chosen: Sequence[Chosen],
    comment: str,
    to: User | None = None,
    audience: Audience = Audience.OWN,
    actor: User,
    now: datetime,
    address: str,
) -> list[Outcome]:
    """Take `step` for each part; what became of each, in their order. `comment` goes into the file of every one.

    Closing is for what is concluded, and never for cases in which people may be in danger (`KindFacts.is_safety`).
    Each step has its own audit row; one more says how many there were. Raises Unsound, before anything is written,
    without a comment, without parts, and for more than `BULK_MAX`.
    """
    words = written(comment, field="comment")
    most = settings.ENV.BULK_MAX
    if not chosen:
        raise Unsound({"part": _("Choose at least one case.")}, code="none-chosen")
    if len(chosen) > most:
        raise Unsound({"part": _("Choose at most %(count)d cases at once.") % {"count": most}}, code="too-many")
    doer = Doer(actor, now, address)
    outcomes = [_one(step, each, words, to, audience, doer) for each in chosen]
    _record(step, outcomes, doer)
    return outcomes


def _one(step: BulkStep, each: Chosen, words: str, to: User | None, audience: Audience, doer: Doer) -> Outcome:
    try:
        _do(step, each, words, to, audience, doer)
    except Unsound as error:
        return Outcome(each.handling, is_done=False, why=" ".join(str(fault) for fault in error.faults.values()))
    except StaleVersion:
        why: Promise = _("Somebody changed it in the meantime. Look at it first.")
    except NotAllowed:
        why = _("Its state does not allow this.")
    except WrongRole:
        why = _("This step is somebody else's.")
    except OutOfScope:
        why = _("It is out of your sight.")
    else:
        return Outcome(each.handling, is_done=True)
    return Outcome(each.handling, is_done=False, why=why)


def _do(step: BulkStep, each: Chosen, words: str, to: User | None, audience: Audience, doer: Doer) -> None:
    """One call of the step's own service, in its own transaction."""
    part, version = each.handling, each.version
    if step is BulkStep.ASSIGN:
        assign(handling=part, version=version, to=to, text=words, actor=doer.actor, now=doer.now, address=doer.address)
    elif step is BulkStep.NOTE:
        note(
            handling=part,
            version=version,
            audience=audience.value,
            text=words,
            actor=doer.actor,
            now=doer.now,
            address=doer.address,
        )
    else:
        _check_closing(part)
        close(handling=part, version=version, reason=words, actor=doer.actor, now=doer.now, address=doer.address)


def _check_closing(part: Handling) -> None:
    """Raises Unsound for a case that is only closed by itself."""
    if facts_of(part.complaint.kind).is_safety:
        raise Unsound({"part": _("People may be in danger in such a case. Close it on its own page.")}, code="safety")
    if part.state != HandlingState.CONCLUDED:
        raise Unsound({"part": _("Only what is concluded can be closed.")}, code="not-concluded")


@transaction.atomic
def _record(step: BulkStep, outcomes: Sequence[Outcome], doer: Doer) -> None:
    done = sum(outcome.is_done for outcome in outcomes)
    audit.record(
        action="complaint.bulk",
        actor=doer.actor,
        address=doer.address,
        thing=doer.actor.authority,
        detail={"step": step.value, "done": done, "refused": len(outcomes) - done},
        now=doer.now,
    )
