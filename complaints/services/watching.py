"""What happens by itself: reminders, escalation, recounting, closing. Each may run twice, at once, or break off.

Every change of a part is one small transaction under the lock of its case, and looks again before it acts; mails are
kept apart by their keys. What a run does not reach, the next one does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts import audit
from complaints.clock import Rule, Step, rule_for
from complaints.messages import supervisors_of
from complaints.models import Deadline, Forwarding, Handling, Recusal
from complaints.reminder_messages import Letter, letters_of, unassigned_letters
from complaints.reminding import LATE_LOOKED_AT, late_before, stage_of
from complaints.rules import calendar, rules_in
from complaints.services import clocks
from complaints.services.case_steps import locked_by_system, move, named
from complaints.services.clocks import day_of
from complaints.workflow import ANSWERED, ENDED, Action, HandlingRole, HandlingState, NotAllowed
from directory.clock import due_after
from directory.kinds import AuthorityKind
from directory.workdays import ONE_DAY
from notifications.models import Message

Row = TypeVar("Row", bound=Model)

AT_ONCE = 200
"""Rows read, and mails written, in one go."""
THE_PERSONS = (Step.REVIEW_REQUEST, Step.SECOND_REVIEW_REQUEST)
"""Terms of the complainant: nobody at a desk is reminded of them."""


def open_deadlines() -> QuerySet[Deadline]:
    """What a desk or an institution owes now, its clock running."""
    return Deadline.objects.filter(met_at=None, is_paused=False, handling__closed_at=None).exclude(step__in=THE_PERSONS)


def send_reminders(*, now: datetime) -> int:
    """Remind of deadlines three quarters over, due today, or just overdue; each once; how many mails were written."""
    today = day_of(now)
    near = open_deadlines().filter(due_on__gte=today - LATE_LOOKED_AT * ONE_DAY, starts_on__lte=today)
    related = ("handling__complaint", "handling__authority", "handling__assignee", "forwarding__institution")
    written = 0
    for batch in in_batches(near.select_related(*related)):
        letters = [
            letter
            for deadline in batch
            if (stage := stage_of(deadline.starts_on, deadline.due_on, today)) is not None
            for letter in letters_of(deadline, stage)
        ]
        written += queue_new(letters)
    return written


def remind_unassigned(*, now: datetime) -> int:
    """Tell supervisors of parts that nobody has been in charge of for longer than the setting says; each once."""
    today = day_of(now)
    latest = now - timedelta(days=settings.ENV.UNASSIGNED_REMIND_DAYS)
    given_back = Max("events__at", filter=Q(events__action=Action.ASSIGN))
    waiting = (
        Handling.objects.held()
        .unanswered()
        .filter(assignee=None, authority__isnull=False)
        .annotate(since=Coalesce(given_back, "opened_at"))
        .filter(since__lt=latest, since__gte=now - timedelta(days=LATE_LOOKED_AT + settings.ENV.UNASSIGNED_REMIND_DAYS))
        .select_related("complaint", "authority")
    )
    written = 0
    for batch in in_batches(waiting):
        people = {one.authority_id: supervisors_of(one.authority) for one in batch if one.authority}
        aside = set(
            Recusal.objects.filter(complaint__in=[one.complaint_id for one in batch]).values_list(
                "complaint_id", "user_id"
            )
        )
        letters = [
            letter
            for one in batch
            if (since := day_of(one.since)) <= today  # type: ignore[attr-defined]  # annotated above
            for letter in unassigned_letters(
                one, since, [each for each in people[one.authority_id] if (one.complaint_id, each.pk) not in aside]
            )
        ]
        written += queue_new(letters)
    return written


def queue_new(letters: list[Letter]) -> int:
    """Write those letters whose key is not known yet, a batch a transaction; how many."""
    count = 0
    for start in range(0, len(letters), AT_ONCE):
        some = {letter.key: letter for letter in letters[start : start + AT_ONCE]}
        known = set(Message.objects.filter(event_key__in=list(some)).values_list("event_key", flat=True))
        fresh = [letter for key, letter in some.items() if key not in known]
        with transaction.atomic():
            for letter in fresh:
                letter.queue()
        count += len(fresh)
    return count


def in_batches(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    """All rows by their key, some at a time: no transaction and no cursor stays open while mails are written."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield batch
        last = batch[-1].pk


def escalate_overdue(*, now: datetime) -> int:
    """Show to the higher authority what is overdue by more working days than the setting allows; how many parts."""
    before = late_before(day_of(now), settings.ENV.ESCALATE_AFTER_WORKING_DAYS, calendar())
    late = open_deadlines().filter(forwarding=None, escalated_at=None, due_on__lt=before)
    parts = Handling.objects.filter(pk__in=late.values("handling_id"))
    return sum(_escalate(part, before, now) for batch in in_batches(parts) for part in batch)


@transaction.atomic
def _escalate(part: Handling, before: date, now: datetime) -> bool:
    try:
        locked, cell = locked_by_system(part, Action.ESCALATE)
    except NotAllowed:
        return False
    late = open_deadlines().filter(handling=locked, forwarding=None, escalated_at=None, due_on__lt=before)
    steps = sorted(set(late.values_list("step", flat=True)))
    if not steps:
        return False
    late.update(escalated_at=now)
    move(locked, cell, now=now)
    _record("complaint.escalated", locked, now, steps=steps)
    return True


def recount_provisional(*, now: datetime) -> int:
    """Count provisional deadlines anew, now that the calendar may be published; how many parts got another day."""
    parts = Handling.objects.filter(
        closed_at=None, pk__in=Deadline.objects.filter(met_at=None, is_provisional=True).values("handling_id")
    )
    return sum(_recount(part, now) for batch in in_batches(parts) for part in batch)


@transaction.atomic
def _recount(part: Handling, now: datetime) -> bool:
    """Whether a day moved. What only became certain is written down without a step."""
    try:
        locked, cell = locked_by_system(part, Action.RECOUNT)
    except NotAllowed:
        return False
    before = dict(Deadline.objects.filter(handling=locked, met_at=None).values_list("pk", "due_on"))
    moved = [one for one in clocks.recount(locked, now) if one.due_on != before[one.pk]]
    if not moved:
        return False
    in_time = [one.pk for one in moved if one.due_on >= day_of(now)]
    Deadline.objects.filter(pk__in=in_time).update(escalated_at=None)
    # The complainant is told of the authority's own days, not that an institution's day moved.
    is_own = any(one.forwarding_id is None for one in moved)
    move(locked, replace(cell, is_public=cell.is_public and is_own), now=now)
    _record("complaint.recounted", locked, now, steps=sorted({one.step for one in moved}))
    return True


def close_concluded(*, now: datetime) -> int:
    """Close parts whose term for a review is over, and about which an institution owes nothing; how many."""
    candidates = Handling.objects.filter(state=HandlingState.CONCLUDED, concluded_at__lt=now).exclude(_keeps_open())
    ready = candidates.select_related("complaint").only(
        "complaint__division_id", "authority_kind", "role", "concluded_at", "complaint_id"
    )
    terms = ReviewTerms()
    return sum(_close(part, now) for batch in in_batches(ready) for part in batch if terms.last_day(part) < day_of(now))


class ReviewTerms:
    """Until when a review may be asked for, for many parts: rules and calendar are read once."""

    def __init__(self) -> None:
        self._days = calendar()
        self._rules: dict[str, dict[AuthorityKind, tuple[Rule, ...]]] = {}

    def last_day(self, part: Handling) -> date:
        """The last day on which the complainant may ask for a review of a concluded part; after the second, none."""
        if part.concluded_at is None:
            raise ValueError("only a concluded part has a term")
        day = day_of(part.concluded_at)
        if part.role == HandlingRole.SECOND_REVIEW:
            return day
        step = Step.SECOND_REVIEW_REQUEST if part.role == HandlingRole.REVIEW else Step.REVIEW_REQUEST
        place, kind = part.complaint.division_id, AuthorityKind(part.authority_kind)
        if place not in self._rules:
            self._rules[place] = rules_in(place)
        return due_after(day, rule_for(step, kind, self._rules[place][kind]).limit, self._days).due_on


def _keeps_open() -> Q:
    """What forbids the closing: an institution that owes a word, or a review that is not answered yet."""
    owed = Forwarding.objects.filter(
        handling=OuterRef("pk"), state__in=[Forwarding.State.OPEN, Forwarding.State.RETURNED]
    )
    reviews = Handling.objects.filter(reviewed=OuterRef("pk")).exclude(state__in=[*ENDED, *ANSWERED])
    return Q(Exists(owed)) | Q(Exists(reviews))


@transaction.atomic
def _close(part: Handling, now: datetime) -> bool:
    try:
        locked, cell = locked_by_system(part, Action.CLOSE)
    except NotAllowed:
        return False
    if locked.state != HandlingState.CONCLUDED or Handling.objects.filter(_keeps_open(), pk=locked.pk).exists():
        return False
    move(locked, cell, now=now)
    _record("complaint.closed_by_time", locked, now)
    return True


def _record(action: str, locked: Handling, now: datetime, **detail: audit.JSON) -> None:
    """The audit row of a step that nobody took; the last statement of the transaction."""
    complaint = locked.complaint
    audit.record(
        action=action,
        actor=None,
        thing=complaint,
        division_code=complaint.division_id,
        detail={**named(complaint), "handling": locked.pk, "state": locked.state, **detail},
        now=now,
    )
