"""The clocks of a case in the database: started, met, paused, extended, counted anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from complaints.clock import Rule, Step, first_dues, rule_for
from complaints.kinds import Nature
from complaints.models import ClockPause, Complaint, Deadline, Forwarding, Handling
from complaints.rules import calendar, rules_in
from complaints.workflow import HandlingRole
from directory.clock import SHANGHAI, Due, Limit, due_after
from directory.kinds import AuthorityKind
from directory.workdays import Calendar

PAUSABLE = frozenset({Step.DECISION, Step.REVIEW_ANSWER, Step.SECOND_REVIEW_ANSWER})
"""Steps whose clock rests while the complainant is asked: what is owed before (acceptance) does not wait for it."""


def day_of(now: datetime) -> date:
    """The day of an instant in Asia/Shanghai."""
    return now.astimezone(SHANGHAI).date()


def counted(deadline: Deadline, pauses: Sequence[ClockPause], days: Calendar, today: date) -> Due:
    """The due day as it follows from what the row says: limit, then extension, pauses left out where they count."""
    rests = [(one.paused_on, one.resumed_on) for one in pauses] if Step(deadline.step) in PAUSABLE else []
    due = due_after(deadline.starts_on, Limit.parse(deadline.limit), days, pauses=rests, today=today)
    if not deadline.extension:
        return due
    more = due_after(due.due_on, Limit.parse(deadline.extension), days, pauses=rests, today=today)
    return Due(
        due_on=more.due_on,
        provisional=due.provisional or more.provisional,
        counted=(*due.counted, *more.counted),
        skipped=(*due.skipped, *more.skipped),
    )


def start_clocks(handlings: Iterable[Handling], complaint: Complaint, now: datetime) -> None:
    """The first deadlines of new parts: acceptance (the leads', who tell the complainant), the decision at the latest.

    A decision is due so many days after acceptance (信访工作条例 34); until it is accepted, the last day of
    acceptance is taken, so the date is the latest that the law allows.
    """
    days, today = calendar(), day_of(now)
    rules = rules_in(complaint.division_id)
    rows: list[Deadline] = []
    for handling in handlings:
        kind = AuthorityKind(handling.authority_kind)
        starts_on = today
        for one in first_dues(now.astimezone(SHANGHAI), kind, days, rules[kind]):
            if one.step != Step.ACCEPTANCE or handling.role == HandlingRole.LEAD:
                rows.append(_row(handling, one.rule, starts_on, one.due))
            starts_on = one.due.due_on
    Deadline.objects.bulk_create(rows)


def start_clock(
    handling: Handling,
    step: Step,
    now: datetime,
    *,
    forwarding: Forwarding | None = None,
    starts_on: date | None = None,
) -> Deadline:
    """A deadline of one step, counted from today (Asia/Shanghai) unless `starts_on` is given; an open one is replaced.

    For an institution's reply give the `forwarding`.
    """
    complaint = handling.complaint
    kind = AuthorityKind(handling.authority_kind)
    rule = rule_for(step, kind, rules_in(complaint.division_id)[kind])
    Deadline.objects.filter(handling=handling, forwarding=forwarding, step=step, met_at=None).delete()
    start = starts_on or day_of(now)
    deadline = _row(handling, rule, start, due_after(start, rule.limit, calendar()))
    deadline.forwarding = forwarding
    deadline.save()
    return deadline


ANSWER_STEP = {
    HandlingRole.LEAD: Step.DECISION,
    HandlingRole.CO: Step.DECISION,
    HandlingRole.REVIEW: Step.REVIEW_ANSWER,
    HandlingRole.SECOND_REVIEW: Step.SECOND_REVIEW_ANSWER,
}


def start_answer_clock(handling: Handling, now: datetime) -> None:
    """The clock of the answer that a part owes, from today on. Thanks are owed none."""
    if handling.complaint.nature != Nature.PRAISE:
        start_clock(handling, ANSWER_STEP[HandlingRole(handling.role)], now)


def meet(handling: Handling, now: datetime, *steps: Step, forwarding: Forwarding | None = None) -> None:
    """Note that these steps are done; a step that has no open deadline is no error."""
    rows = Deadline.objects.filter(handling=handling, forwarding=forwarding, met_at=None, step__in=steps)
    rows.update(met_at=now, is_paused=False)


def meet_all(handling: Handling, now: datetime) -> None:
    """Nothing is owed in this part any more, by nobody."""
    Deadline.objects.filter(handling=handling, met_at=None).update(met_at=now, is_paused=False)


def pause(handling: Handling, now: datetime) -> None:
    """Let the decision's clock rest from today on; one that rests already goes on resting."""
    ClockPause.objects.get_or_create(handling=handling, resumed_on=None, defaults={"paused_on": day_of(now)})
    Deadline.objects.filter(handling=handling, met_at=None, step__in=PAUSABLE).update(is_paused=True)


def resume(handling: Handling, now: datetime) -> None:
    """Let the clock go on: today is the last day that does not count."""
    ClockPause.objects.filter(handling=handling, resumed_on=None).update(resumed_on=day_of(now))
    Deadline.objects.filter(handling=handling, is_paused=True).update(is_paused=False)
    recount(handling, now)


def extend(handling: Handling, limit: str, now: datetime) -> Deadline:
    """Put `limit` (such as `30d`) on top of the open decision deadline. Raises Deadline.DoesNotExist without one."""
    deadline = Deadline.objects.get(handling=handling, step=Step.DECISION, met_at=None)
    deadline.extension = limit
    deadline.save(update_fields=["extension"])
    recount(handling, now)
    deadline.refresh_from_db()
    return deadline


def recount(handling: Handling, now: datetime) -> list[Deadline]:
    """Count the open deadlines of a part anew; those whose day moved or became certain."""
    pauses, days, today = list(handling.pauses.all()), calendar(), day_of(now)
    moved = []
    for deadline in Deadline.objects.filter(handling=handling, met_at=None):
        due = counted(deadline, pauses, days, today)
        if (due.due_on, due.provisional) != (deadline.due_on, deadline.is_provisional):
            deadline.due_on, deadline.is_provisional = due.due_on, due.provisional
            deadline.save(update_fields=["due_on", "is_provisional"])
            moved.append(deadline)
    return moved


def _row(handling: Handling, rule: Rule, starts_on: date, due: Due) -> Deadline:
    return Deadline(
        handling=handling,
        step=rule.step,
        limit=str(rule.limit),
        basis=str(rule.shown_basis or ""),
        starts_on=starts_on,
        due_on=due.due_on,
        is_provisional=due.provisional,
    )
