"""More time for the decision: asked for by the desk, decided by another supervisor, once (信访工作条例 34)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.clock import Rule, Step, rule_for
from complaints.models import Deadline, Extension, Handling
from complaints.refusals import Unsound
from complaints.rules import rules_in
from complaints.services import clocks
from complaints.services.case_steps import locked_part, move, record_step, written
from complaints.wall import Audience
from complaints.workflow import Action
from directory.kinds import AuthorityKind
from edge.written import written_day
from registry.services.deeds import Deed

LONGEST_REASON = 500


def extension_rule(handling: Handling) -> Rule:
    """By how much the decision of this part may be put off, by the rules of the place. One query."""
    kind = AuthorityKind(handling.authority_kind)
    return rule_for(Step.EXTENSION, kind, rules_in(handling.complaint.division_id)[kind])


def open_decision(handling: Handling) -> Deadline | None:
    """The decision that is owed; None where none is, as in a review, which the law gives no more time."""
    return Deadline.objects.filter(handling=handling, step=Step.DECISION, met_at=None).first()


@transaction.atomic
def ask_extension(
    *, handling: Handling, version: int | None, reason: str, actor: User, now: datetime, address: str
) -> Extension:
    """Ask the supervisors for more time; how much, the rules say. The reason is what the complainant will be told.

    Raises OutOfScope, WrongRole, StaleVersion, NotAllowed, and Unsound without a reason, where no decision is owed,
    where it was extended before, or where the question is open already.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.ASK_EXTENSION, deed, version)
    words = written(reason, field="reason", longest=LONGEST_REASON)
    if open_decision(locked) is None:
        raise Unsound({"reason": _("No decision with a deadline is owed in this part.")}, code="no-decision")
    if locked.extensions.filter(is_granted=True).exists():
        raise Unsound({"reason": _("The time was extended before; the law allows it once.")}, code="extended")
    if locked.extensions.filter(is_granted=None).exists():
        raise Unsound({"reason": _("An extension was asked for already and waits for the supervisor.")}, code="asked")
    asked = Extension.objects.create(
        handling=locked, limit=str(extension_rule(locked).limit), reason=words, asked_by=actor, asked_at=now
    )
    move(locked, cell, now=now, actor=actor, text=words, audience=Audience.OWN)
    record_step(deed, locked, Action.ASK_EXTENSION, limit=asked.limit)
    return asked


@transaction.atomic
def decide_extension(
    *,
    extension: Extension,
    version: int | None,
    grants: bool,
    note: str = "",
    actor: User,
    now: datetime,
    address: str,
) -> Extension:
    """A supervisor other than the asker grants it (the complainant reads why, and the new day) or refuses it, with why.

    Raises as `ask_extension`; Unsound for the asker's own, for one that was decided, and for a refusal without words.
    """
    action = Action.GRANT_EXTENSION if grants else Action.REFUSE_EXTENSION
    deed = Deed(actor, now, address)
    locked, cell = locked_part(extension.handling, action, deed, version)
    words = written(note, field="note", is_needed=not grants, longest=LONGEST_REASON)
    asked = Extension.objects.select_for_update().get(pk=extension.pk, handling=locked)
    if asked.is_granted is not None:
        raise Unsound({"note": _("This was decided already.")}, code="decided")
    if asked.asked_by_id == actor.pk:
        raise Unsound(
            {"note": _("You asked for this extension yourself. Another supervisor has to decide.")}, code="own-request"
        )
    asked.is_granted, asked.decided_by, asked.decided_at = grants, actor, now
    asked.save(update_fields=["is_granted", "decided_by", "decided_at"])
    if grants:
        told = _new_day(locked, asked, now)
        move(locked, cell, now=now, actor=actor, text=told, audience=Audience.COMPLAINANT)
    else:
        move(locked, cell, now=now, actor=actor, text=words, audience=Audience.OWN)
    record_step(deed, locked, action, limit=asked.limit)
    return asked


def _new_day(locked: Handling, asked: Extension, now: datetime) -> str:
    """Put the time on top; what the complainant is told, in the complainant's language."""
    if open_decision(locked) is None:
        raise Unsound({"note": _("No decision with a deadline is owed in this part.")}, code="no-decision")
    deadline = clocks.extend(locked, asked.limit, now)
    if deadline.escalated_at is not None and deadline.due_on >= clocks.day_of(now):
        deadline.escalated_at = None  # it is in time again, and would be shown to the higher authority anew
        deadline.save(update_fields=["escalated_at"])
    with translation.override(locked.complaint.language):
        day = gettext("The decision is now due by %(day)s.") % {"day": written_day(deadline.due_on)}
    return f"{asked.reason}\n{day}"
