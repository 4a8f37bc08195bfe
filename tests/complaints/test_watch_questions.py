"""A question that nobody answers does not put off the decision for ever."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import AuditRow
from complaints.models import Complaint, Deadline, Question
from complaints.services.answering import answer_question
from complaints.services.asking import ask
from complaints.services.going_on import go_on_unanswered
from complaints.story import story_of
from complaints.tasks import watch
from complaints.workflow import NotAllowed, State
from notifications.models import Message
from tests.complaints.desk import A_DAY, Case, case

pytestmark = pytest.mark.django_db
QUESTION = "请问收据上的金额是多少？"


@pytest.fixture
def asked() -> Case:
    one = case(contact_phone="13912345678").accepted()
    ask(**one.by(one.desk.handler, text=QUESTION))
    Message.objects.all().delete()
    return one


def decision(one: Case) -> Deadline:
    return Deadline.objects.get(handling=one.part, step="decision", met_at=None)


def test_after_thirty_days_the_clock_goes_on_and_the_days_of_waiting_do_not_count(asked):
    before = decision(asked)
    assert go_on_unanswered(now=asked.at + 30 * A_DAY) == 0
    late = asked.at + 30 * A_DAY + timedelta(seconds=1)
    assert (go_on_unanswered(now=late), go_on_unanswered(now=late)) == (1, 0)
    part, clock = asked.part, decision(asked)
    assert (part.waiting_since, part.state, clock.is_paused) == (None, "accepted", False)
    # 60 days from 24 November end on Saturday, 23 January; with thirty of waiting on Monday, 22 February.
    assert (before.due_on, clock.due_on) == (date(2027, 1, 25), date(2027, 2, 22))
    assert Complaint.objects.get(pk=asked.complaint.pk).state == State.IN_PROGRESS
    assert AuditRow.objects.get(action="complaint.went_on").detail["days"] == 30


def test_complainant_and_desk_are_told_and_no_answer_is_awaited_any_more(asked):
    late = asked.at + 31 * A_DAY
    go_on_unanswered(now=late)
    [strand] = story_of(asked.complaint, late).strands
    assert strand.asked == ()
    assert "30天" in strand.told[-1].words
    assert {one.channel for one in Message.objects.all()} == {"sms", "email"}
    question = Question.objects.get()
    with pytest.raises(NotAllowed):
        answer_question(complaint=asked.complaint, question_id=question.pk, text="28000", evidence=[], now=late)
    ask(**asked.by(asked.desk.handler, text="请再说明一次。"))


def test_an_answer_in_time_is_left_alone(asked):
    question = Question.objects.get()
    answer_question(complaint=asked.complaint, question_id=question.pk, text="28000", evidence=[], now=asked.at + A_DAY)
    assert go_on_unanswered(now=asked.at + 60 * A_DAY) == 0


def test_a_region_gives_more_days(asked, settings):
    settings.ENV = settings.ENV.model_copy(update={"QUESTION_WAITS_DAYS": 90})
    assert go_on_unanswered(now=asked.at + 89 * A_DAY) == 0


def test_it_happens_by_itself_at_night(asked):
    Complaint.objects.get(pk=asked.complaint.pk)
    part = asked.part
    part.waiting_since = asked.at - 400 * A_DAY
    part.save()
    watch()
    assert asked.part.waiting_since is None
