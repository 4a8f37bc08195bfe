"""A question to the complainant that nobody answers: after a while the authority goes on without it.

While a question is open the clock of the decision rests. Whoever left no contact may never see it; without an end one
question would put off a decision for ever, and nothing would ever be overdue.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import ngettext

from accounts import audit
from complaints.cells import Told
from complaints.models import Handling, Question
from complaints.services import clocks
from complaints.services.case_steps import locked_by_system, move, named
from complaints.wall import Audience
from complaints.workflow import Action, NotAllowed

TOLD = frozenset({Told.COMPLAINANT, Told.DESK})


def go_on_unanswered(*, now: datetime) -> int:
    """End the questions that have waited for `QUESTION_WAITS_DAYS`; how many parts go on. May run twice, or at once."""
    keys = list(Handling.objects.held().filter(waiting_since__lt=_since(now)).values_list("pk", flat=True))
    return sum(_go_on(Handling.objects.get(pk=pk), now) for pk in keys)


def _since(now: datetime) -> datetime:
    return now - timedelta(days=settings.ENV.QUESTION_WAITS_DAYS)


@transaction.atomic
def _go_on(part: Handling, now: datetime) -> bool:
    try:
        locked, cell = locked_by_system(part, Action.RECOUNT)
    except NotAllowed:
        return False
    if locked.waiting_since is None or locked.waiting_since >= _since(now):
        return False
    Question.objects.filter(handling=locked, answered_at=None).update(answered_at=now)
    locked.waiting_since = None
    clocks.resume(locked, now)
    words = _words(locked.complaint.language)
    move(locked, replace(cell, told=TOLD), now=now, text=words, audience=Audience.COMPLAINANT)
    audit.record(
        action="complaint.went_on",
        actor=None,
        thing=locked.complaint,
        division_code=locked.complaint.division_id,
        detail={**named(locked.complaint), "handling": locked.pk, "days": settings.ENV.QUESTION_WAITS_DAYS},
        now=now,
    )
    return True


def _words(language: str) -> str:
    """What the complainant reads, in the complainant's language."""
    days = settings.ENV.QUESTION_WAITS_DAYS
    with translation.override(language):
        return ngettext(
            "No answer to the question came within %(days)d day; the authority goes on without it. "
            "You can still add what you know.",
            "No answer to the question came within %(days)d days; the authority goes on without it. "
            "You can still add what you know.",
            days,
        ) % {"days": days}
