"""The complainant answers a question of an authority: the clock of the decision goes on, the desk is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import messages
from complaints.entry import Fault, Invalid
from complaints.models import Complaint, ComplaintEvent, Evidence, Handling, Question
from complaints.services import clocks
from complaints.services.case_steps import settle
from complaints.services.follow import keep_files, locked_strands, written_by_complainant
from complaints.workflow import Action, Actor, NotAllowed, State, require


@transaction.atomic
def answer_question(
    *, complaint: Complaint, question_id: int, text: str, evidence: Sequence[Evidence], now: datetime
) -> ComplaintEvent:
    """Answer one open question of any authority of the submission, in words or by files.

    Raises Question.DoesNotExist for one of another complaint, workflow.NotAllowed for one that is answered or was
    taken back, Invalid (nothing given, or too many files).
    """
    cases = locked_strands(complaint)
    question = Question.objects.select_for_update(of=("self",)).get(
        pk=question_id, handling__complaint__in=[one.pk for one in cases]
    )
    case = next(one for one in cases if one.pk == question.handling.complaint_id)
    require(State(case.state), Action.ANSWER, Actor.COMPLAINANT)
    # A part that was handed over or withdrawn meanwhile waits for no answer, though nobody took the question back.
    if question.answered_at is not None or question.handling.waiting_since is None:
        raise NotAllowed(State(case.state), Action.ANSWER)
    if not text and not evidence:
        raise Invalid([Fault("text", "required", _("Write something or choose a file."))])
    keep_files(cases[0], evidence)
    question.answer, question.answered_at = text, now
    question.save(update_fields=["answer", "answered_at"])
    part = _no_longer_waiting(question, now)
    part.complaint = case
    clocks.resume(part, now)
    settle(case, now)
    event = written_by_complainant(case, Action.ANSWER, text, now, part)
    messages.question_answered(part, event)
    return event


def _no_longer_waiting(question: Question, now: datetime) -> Handling:
    """The part of the question, locked, with its version counted on: whoever wrote beside it is told."""
    found = Handling.objects.select_for_update(of=("self",)).select_related("authority", "assignee")
    part = found.get(pk=question.handling_id)
    part.waiting_since, part.updated_at = None, now
    part.version += 1
    part.save(update_fields=["waiting_since", "updated_at", "version"])
    return part
