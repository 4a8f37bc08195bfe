"""What happens by itself at night: overdue cases shown higher up, provisional days counted anew, ended cases closed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.models import CalendarDay, Deadline, Forwarding, Referral
from complaints.reading import due_lines
from complaints.reminding import late_before, working_days_since
from complaints.services import clocks, object_to
from complaints.services.watching import close_concluded, escalate_overdue, recount_provisional
from complaints.tasks import remind, watch
from complaints.workflow import Action, HandlingState, State
from directory.workdays import Calendar
from notifications.models import Message
from tests import build
from tests.complaints.desk import A_DAY, Case, case
from tests.people import person

pytestmark = pytest.mark.django_db
DUE = date(2027, 1, 25)


def at(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def accepted() -> Case:
    return case().accepted()


@pytest.fixture
def above(accepted):
    """A supervisor of the city's health authority."""
    city = build.authority(division=build.division("360100"))
    return person(Role.SUPERVISOR, body=city)


@pytest.mark.parametrize(
    ("due", "days"),
    [
        # Due on Friday, 13 February 2026: Saturday 14 is worked, then Spring Festival until Monday 23.
        (date(2026, 2, 13), {date(2026, 2, 14): 1, date(2026, 2, 23): 1, date(2026, 2, 24): 2, date(2026, 2, 26): 4}),
        # Due on 30 September 2026: off until 7 October; Saturday 10 October is worked.
        (date(2026, 9, 30), {date(2026, 10, 7): 0, date(2026, 10, 8): 1, date(2026, 10, 10): 3, date(2026, 10, 12): 4}),
    ],
)
def test_working_days_past_a_deadline_around_the_holidays(due, days):
    for today, count in days.items():
        assert working_days_since(due, today, Calendar()) == count
        for more_than in range(6):
            assert (due < late_before(today, more_than, Calendar())) == (count > more_than)


def test_what_is_late_by_more_than_three_working_days_is_shown_higher_up_once(accepted, above):
    late = {day: escalate_overdue(now=at(day)) for day in (DUE + n * A_DAY for n in range(10))}
    # Tuesday to Thursday are three working days; Friday the 29th is one more.
    assert [day for day, count in late.items() if count] == [date(2027, 1, 29)]
    deadline = Deadline.objects.get(handling=accepted.part, step="decision")
    assert deadline.escalated_at == at(date(2027, 1, 29))
    event = accepted.complaint.events.get(action=Action.ESCALATE)
    assert (event.side, event.actor, event.is_public) == ("system", None, False)
    told = Message.objects.filter(template="complaints/case_decide")
    assert [m.recipient for m in told] == [above.email]
    row = AuditRow.objects.get(action="complaint.escalated")
    assert (row.actor, row.detail["steps"]) == (None, ["decision"])


def test_the_setting_says_how_late_is_late(accepted, above, settings):
    settings.ENV = settings.ENV.model_copy(update={"ESCALATE_AFTER_WORKING_DAYS": 0})
    assert escalate_overdue(now=at(DUE)) == 0
    assert escalate_overdue(now=at(DUE + A_DAY)) == 1


def test_an_objection_left_lying_is_shown_to_its_decider(above):
    objecting = case()
    object_to(**objecting.by(objecting.desk.handler, reason="不属于本机关职责。", proposed=None))
    Message.objects.all().delete()
    decider = Referral.objects.get().decider
    assert decider == above.authority
    Deadline.objects.create(
        handling=objecting.part, step="objection", limit="5wd", starts_on=date(2026, 11, 24), due_on=date(2026, 12, 1)
    )
    assert escalate_overdue(now=at(date(2027, 1, 10))) == 1
    assert {m.recipient for m in Message.objects.filter(template="complaints/case_decide")} == {above.email}


def test_rests_ends_and_the_institutions_lateness_escalate_nothing(accepted, above):
    clocks.pause(accepted.part, accepted.at)
    assert escalate_overdue(now=at(date(2027, 3, 1))) == 0
    clocks.resume(accepted.part, accepted.at)
    clocks.meet_all(accepted.part, accepted.at)
    assert escalate_overdue(now=at(date(2027, 3, 1))) == 0


def test_without_anybody_above_the_case_still_says_so(accepted):
    assert escalate_overdue(now=at(date(2027, 3, 1))) == 1
    assert accepted.complaint.events.filter(action=Action.ESCALATE).exists()


def test_a_provisional_day_moves_when_the_calendar_is_known(accepted):
    deadline = Deadline.objects.get(handling=accepted.part, step="decision")
    assert (deadline.due_on, deadline.is_provisional) == (DUE, True)
    assert recount_provisional(now=at(date(2026, 12, 1))) == 0
    CalendarDay.objects.create(day=DUE, is_workday=False, note="调休")
    assert recount_provisional(now=at(date(2026, 12, 1))) == 1
    assert recount_provisional(now=at(date(2026, 12, 1))) == 0
    deadline.refresh_from_db()
    assert deadline.due_on == date(2027, 1, 26)
    event = accepted.complaint.events.get(action=Action.RECOUNT)
    assert event.is_public
    accepted.complaint.refresh_from_db()
    assert {line.on for line in due_lines(accepted.complaint) if line.step == "decision"} == {date(2027, 1, 26)}
    assert AuditRow.objects.filter(action="complaint.recounted").count() == 1


def test_a_day_that_only_becomes_certain_leaves_no_step(accepted):
    version = accepted.part.version
    Deadline.objects.filter(handling=accepted.part).update(is_provisional=True, due_on=date(2026, 12, 9))
    Deadline.objects.filter(handling=accepted.part).update(limit="15d", starts_on=date(2026, 11, 24))
    assert recount_provisional(now=at(date(2026, 12, 1))) == 0
    assert not Deadline.objects.filter(handling=accepted.part, is_provisional=True, step="decision").exists()
    assert accepted.part.version == version


def test_that_an_institutions_day_moved_is_not_told_to_the_complainant(accepted):
    found = Forwarding.objects.create(
        number="GX26-0002",
        handling=accepted.part,
        institution=build.institution(),
        purpose="reply",
        summary="请说明。",
        forwarded_by=accepted.desk.handler,
        forwarded_at=accepted.at,
    )
    Deadline.objects.filter(handling=accepted.part).update(is_provisional=False)
    Deadline.objects.create(
        handling=accepted.part,
        forwarding=found,
        step="institution_reply",
        limit="5wd",
        starts_on=date(2026, 11, 24),
        due_on=date(2026, 12, 3),
        is_provisional=True,
    )
    Deadline.objects.filter(handling=accepted.part, forwarding=None).delete()
    assert recount_provisional(now=at(date(2026, 11, 25))) == 1
    assert not accepted.complaint.events.get(action=Action.RECOUNT).is_public


def test_a_concluded_part_is_closed_when_its_term_for_a_review_is_over():
    held = case().concluded()  # on 24 November 2026; 30 days end on 24 December
    assert close_concluded(now=at(date(2026, 12, 24), 15)) == 0  # still the 24th in Shanghai
    assert close_concluded(now=at(date(2026, 12, 24), 16)) == 1
    assert close_concluded(now=at(date(2026, 12, 24), 16)) == 0
    held.complaint.refresh_from_db()
    assert (held.part.state, held.complaint.state) == (HandlingState.CLOSED, State.CLOSED)
    event = held.complaint.events.get(action=Action.CLOSE)
    assert (event.side, event.is_public, event.actor) == ("system", True, None)
    assert AuditRow.objects.get(action="complaint.closed_by_time").actor is None


def test_an_institution_that_owes_a_word_and_an_open_review_keep_it_open():
    held = case().concluded()
    owed = Forwarding.objects.create(
        number="GX26-0003",
        handling=held.part,
        institution=build.institution(),
        purpose="measures",
        summary="请退款。",
        forwarded_by=held.desk.handler,
        forwarded_at=held.at,
    )
    late = at(date(2027, 3, 1))
    assert close_concluded(now=late) == 0
    owed.state = Forwarding.State.REPLIED
    owed.save()
    review = held.part.reviews.create(
        complaint=held.complaint,
        authority_kind="health",
        authority=build.authority(division=build.division("360100")),
        role="review",
        opened_at=held.at,
        updated_at=held.at,
    )
    assert close_concluded(now=late) == 0
    review.state, review.closed_at = HandlingState.WITHDRAWN, late
    review.save()
    assert close_concluded(now=late) == 1


def test_the_tasks_may_run_twice(accepted, above):
    for task in (watch, remind):
        task()
        before = (Message.objects.count(), accepted.complaint.events.count(), AuditRow.objects.count())
        task()
        assert (Message.objects.count(), accepted.complaint.events.count(), AuditRow.objects.count()) == before


def test_closing_costs_the_same_for_any_number_that_is_not_due(django_assert_max_num_queries):
    first = case().concluded()
    for _ in range(4):
        case(at_desk=first.desk).concluded()
    with django_assert_max_num_queries(6):
        assert close_concluded(now=first.at + timedelta(days=2)) == 0
