"""The end of a part: investigated, a conclusion proposed, sent back or decided, closed, opened again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.cells import CELLS
from complaints.clock import Step
from complaints.findings import Finding, Measure, findings_for
from complaints.kinds import Nature
from complaints.models import Complaint, ComplaintEvent, Conclusion, Forwarding, Handling
from complaints.refusals import Unsound
from complaints.services import clocks
from complaints.services.case_steps import lock_in_order, locked_by_system, locked_part, move, record_step, written
from complaints.services.linking import note_separation
from complaints.services.separating import separate
from complaints.wall import Audience
from complaints.workflow import PLAIN, Action, HandlingState
from registry.services.deeds import Deed

DECISION_STEPS = (Step.DECISION, Step.REVIEW_ANSWER, Step.SECOND_REVIEW_ANSWER)
REMANDABLE = frozenset(cell.state for cell in CELLS if cell.action == Action.REMAND)


@transaction.atomic
def investigate(
    *, handling: Handling, version: int | None, text: str, actor: User, now: datetime, address: str
) -> ComplaintEvent:
    """Note what was found out; the conclusion can be proposed then.

    Raises OutOfScope, WrongRole, StaleVersion, NotAllowed, and Unsound without words or while a question to the
    complainant is open.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.INVESTIGATE, deed, version)
    words = written(text)
    _require_no_question(locked, "text")
    event = move(locked, cell, now=now, actor=actor, text=words)
    record_step(deed, locked, Action.INVESTIGATE)
    return event


def _require_no_question(locked: Handling, field: str) -> None:
    """Raises Unsound while the complainant was asked: an answer would come too late, and the clock would rest on."""
    if locked.waiting_since is not None:
        raise Unsound(
            {field: _("The complainant was asked and has not answered. Wait, or take the question back.")},
            code="question-open",
        )


@transaction.atomic
def propose_conclusion(
    *,
    handling: Handling,
    version: int | None,
    finding: str,
    measures: Sequence[str],
    facts: str,
    reasons: str,
    decision: str,
    legal_basis: str = "",
    refund_amount: Decimal | None = None,
    actor: User,
    now: datetime,
    address: str,
) -> Conclusion:
    """Lay a conclusion before the supervisor. Raises as `investigate`; Unsound names each field that will not do."""
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.PROPOSE, deed, version)
    _require_no_question(locked, "decision")
    _check(locked, finding, measures, refund_amount)
    conclusion = Conclusion.objects.create(
        handling=locked,
        finding=finding,
        measures=sorted(set(measures)),
        refund_amount=refund_amount if Measure.REFUND in measures else None,
        facts=written(facts, field="facts"),
        reasons=written(reasons, field="reasons"),
        legal_basis=written(legal_basis, field="legal_basis", is_needed=False),
        decision=written(decision, field="decision"),
        proposed_by=actor,
        proposed_at=now,
    )
    move(locked, cell, now=now, actor=actor)
    record_step(deed, locked, Action.PROPOSE, finding=finding, measures=list(conclusion.measures))
    return conclusion


def _check(locked: Handling, finding: str, measures: Sequence[str], refund_amount: Decimal | None) -> None:
    if finding not in findings_for(is_review=locked.is_review):
        raise Unsound({"finding": _("Choose one of the findings.")}, code="no-finding")
    if not set(measures) <= set(Measure.values):
        raise Unsound({"measures": _("Choose among the listed measures.")}, code="no-measure")
    if Measure.REFUND in measures and (refund_amount is None or refund_amount <= 0):
        raise Unsound({"refund_amount": _("Write how many yuan are to be refunded.")}, code="no-amount")
    if finding == Finding.NOT_SUBSTANTIATED and {Measure.PENALTY, Measure.REFUND} & set(measures):
        raise Unsound(
            {"measures": _("What was not substantiated can lead to no refund or penalty.")}, code="contradiction"
        )


@transaction.atomic
def send_back_conclusion(
    *, handling: Handling, version: int | None, note: str, actor: User, now: datetime, address: str
) -> Conclusion:
    """The supervisor does not agree; the handler reads why. Raises as `investigate`."""
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.SEND_BACK, deed, version)
    words = written(note, field="note")
    conclusion = _waiting(locked)
    _decide(conclusion, actor, now, is_approved=False, note=words)
    move(locked, cell, now=now, actor=actor, text=words, audience=Audience.OWN)
    record_step(deed, locked, Action.SEND_BACK)
    return conclusion


@transaction.atomic
def conclude(
    *, handling: Handling, version: int | None, actor: User, now: datetime, address: str, note: str = ""
) -> Conclusion:
    """The supervisor decides as proposed: the answer is given, the complainant told, and told how to ask for a review.

    Nobody decides alone: who proposed it cannot approve it. Raises as `investigate`.
    """
    deed = Deed(actor, now, address)
    if handling.is_review:  # what it orders may separate the case from another one
        main = Complaint.objects.filter(merged=handling.complaint_id).values_list("pk", flat=True).first()
        lock_in_order(handling.complaint_id, main)
    locked, cell = locked_part(handling, Action.CONCLUDE, deed, version)
    conclusion = _waiting(locked)
    if conclusion.proposed_by_id == actor.pk:
        raise Unsound(
            {"note": _("You proposed this conclusion yourself. Another supervisor has to approve it.")},
            code="own-proposal",
        )
    _decide(conclusion, actor, now, is_approved=True, note=written(note, field="note", is_needed=False))
    clocks.meet(locked, now, *DECISION_STEPS)
    locked.concluded_at, locked.waiting_since = now, None
    # Time for an answer that is given needs nobody's word; opened again, the part could ask for it anew.
    locked.extensions.filter(is_granted=None).update(is_granted=False, decided_at=now)
    move(locked, cell, now=now, actor=actor, text=conclusion.decision, audience=Audience.COMPLAINANT)
    if conclusion.finding == Finding.REMANDED:
        _remand(locked, now)
    record_step(deed, locked, Action.CONCLUDE, finding=conclusion.finding, measures=list(conclusion.measures))
    return conclusion


def _waiting(locked: Handling) -> Conclusion:
    return Conclusion.objects.select_for_update().get(handling=locked, is_approved=None)


def _decide(conclusion: Conclusion, actor: User, now: datetime, *, is_approved: bool, note: str) -> None:
    conclusion.is_approved, conclusion.note = is_approved, note
    conclusion.decided_by, conclusion.decided_at = actor, now
    conclusion.save()


def _remand(review: Handling, now: datetime) -> None:
    """A review orders a new answer: what was reviewed is at work again, its clock anew, unless it was opened before.

    A part that was merged is separated: whoever asked gets an answer of its own, the main case's answer stands.
    """
    if review.reviewed is None:
        return
    target = review.reviewed
    if target.is_review and target.reviewed is not None:
        target = target.reviewed
    if target.state not in REMANDABLE:
        return  # opened again meanwhile: the new answer is owed already
    locked, cell = locked_by_system(target, Action.REMAND)
    _require_no_other_part(locked, "note")
    main = locked.complaint.merged_into if locked.state == HandlingState.MERGED else None
    if main is not None:
        separate(locked)
    locked.concluded_at = None
    event = move(locked, cell, now=now)
    clocks.start_answer_clock(locked, now)
    if main is not None:
        note_separation(locked, main, event)


@transaction.atomic
def close(
    *, handling: Handling, version: int | None, reason: str, actor: User, now: datetime, address: str
) -> ComplaintEvent:
    """Close the file once what was ordered has been done.

    Raises as `investigate`; Unsound while the institution still owes a word on what was ordered.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.CLOSE, deed, version)
    words = written(reason, field="reason", is_needed=cell.needs_reason)
    owed = Forwarding.objects.filter(handling=locked, state__in=[Forwarding.State.OPEN, Forwarding.State.RETURNED])
    if locked.complaint.nature != Nature.PRAISE and owed.exists():
        raise Unsound(
            {"reason": _("The institution has not reported yet. Wait for it, or take the matter back first.")},
            code="institution-owes",
        )
    event = move(locked, cell, now=now, actor=actor, text=words)
    record_step(deed, locked, Action.CLOSE)
    return event


@transaction.atomic
def reopen(
    *, handling: Handling, version: int | None, reason: str, actor: User, now: datetime, address: str
) -> ComplaintEvent:
    """A supervisor opens a part again, with a reason; the decision's clock starts anew.

    Raises as `investigate`; a merged part is separated by `linking.unmerge`, which knows the main case.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.REOPEN, deed, version)
    words = written(reason, field="reason")
    if locked.state == HandlingState.MERGED:
        raise Unsound(
            {"reason": _("This case is handled together with another one. Separate the two instead.")}, code="merged"
        )
    _require_no_other_part(locked, "reason")
    locked.concluded_at = None
    event = move(locked, cell, now=now, actor=actor, text=words)
    clocks.start_answer_clock(locked, now)
    record_step(deed, locked, Action.REOPEN)
    return event


def _require_no_other_part(locked: Handling, field: str) -> None:
    """Raises Unsound where the authority has come to another open part meanwhile: it answers there, not twice."""
    if locked.closed_at is None:
        return
    same = (
        {"role": locked.role, "reviewed": locked.reviewed_id}
        if locked.is_review
        else {"authority": locked.authority_id, "role__in": PLAIN}
    )
    others = locked.complaint.handlings.exclude(pk=locked.pk).filter(closed_at=None, **same)
    if locked.is_review:
        others = others.filter(concluded_at=None)
    if (locked.is_review or locked.authority_id is not None) and others.exists():
        raise Unsound({field: _("This authority has an open part in the case already.")}, code="has-part")
