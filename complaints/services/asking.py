"""A question to the complainant: asked, or taken back. While it is open the clock of the decision rests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.cells import Told
from complaints.models import ComplaintEvent, Handling, Question
from complaints.refusals import Unsound
from complaints.services import clocks
from complaints.services.case_steps import locked_part, move, record_step, written
from complaints.wall import Audience
from complaints.workflow import Action
from registry.services.deeds import Deed


@transaction.atomic
def ask(*, handling: Handling, version: int | None, text: str, actor: User, now: datetime, address: str) -> Question:
    """Ask the complainant, who is told and answers by receipt code. The clock rests from today until the answer.

    Raises OutOfScope, WrongRole, StaleVersion, NotAllowed, and Unsound without words or while a question is open.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.ASK, deed, version)
    words = written(text)
    if locked.waiting_since is not None:
        raise Unsound(
            {"text": _("A question is open already. Wait for the answer, or take the question back first.")},
            code="question-open",
        )
    question = Question.objects.create(handling=locked, text=words, asked_by=actor, asked_at=now)
    locked.waiting_since = now
    clocks.pause(locked, now)
    move(locked, cell, now=now, actor=actor, text=words, audience=Audience.COMPLAINANT)
    record_step(deed, locked, Action.ASK)
    return question


@transaction.atomic
def take_back_question(
    *, handling: Handling, version: int | None, text: str, actor: User, now: datetime, address: str
) -> ComplaintEvent:
    """The open question needs no answer any more: the complainant is told why, and the clock goes on.

    In the table this is words to the complainant (`Action.NOTE`). The question stays in the file, without an answer.
    Raises as `ask`; Unsound where no question is open.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.NOTE, deed, version)
    words = written(text)
    question = Question.objects.select_for_update().filter(handling=locked, answered_at=None).first()
    if question is None or locked.waiting_since is None:
        raise Unsound({"text": _("No question is open that could be taken back.")}, code="no-question")
    question.answered_at = now
    question.save(update_fields=["answered_at"])
    locked.waiting_since = None
    clocks.resume(locked, now)
    told = replace(cell, is_public=True, told=frozenset({Told.COMPLAINANT}))
    event = move(locked, told, now=now, actor=actor, text=words, audience=Audience.COMPLAINANT)
    record_step(deed, locked, Action.NOTE, audience=Audience.COMPLAINANT.value, question="taken_back")
    return event
