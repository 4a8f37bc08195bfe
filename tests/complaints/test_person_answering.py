"""A question answered: the clock goes on, the desk is told, and nothing can be answered twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.clock import Step
from complaints.entry import Invalid
from complaints.kinds import Kind
from complaints.models import ClockPause, Deadline, Question
from complaints.services.answering import answer_question
from complaints.workflow import Action, NotAllowed, State
from notifications.models import Message
from tests.complaints.desk import case
from tests.complaints.entries import filed
from tests.complaints.followers import asked

pytestmark = pytest.mark.django_db
A_WEEK = timedelta(days=7)


@pytest.fixture
def one():
    return case(Kind.SERVICE).accepted()


@pytest.fixture
def question(one):
    return asked(one)


def answer(one, question, **fields):
    values = {"text": "见附件。", "evidence": (), "now": one.at + A_WEEK}
    return answer_question(complaint=one.complaint, question_id=question.pk, **{**values, **fields})


def test_the_answer_is_kept_and_the_part_waits_no_longer(one, question):
    assert one.complaint.state == State.AWAITING
    version = one.part.version
    event = answer(one, question)
    question.refresh_from_db()
    assert (question.answer, question.answered_at) == ("见附件。", one.at + A_WEEK)
    assert (event.action, event.handling, event.is_public) == (Action.ANSWER, one.part, True)
    assert one.part.waiting_since is None
    assert one.part.version == version + 1
    one.complaint.refresh_from_db()
    assert one.complaint.state == State.IN_PROGRESS


def test_the_days_of_waiting_do_not_count(one, question):
    before = Deadline.objects.get(handling=one.part, step=Step.DECISION, met_at=None)
    assert before.is_paused
    answer(one, question)
    after = Deadline.objects.get(pk=before.pk)
    assert not after.is_paused
    assert after.due_on >= before.due_on + A_WEEK
    assert ClockPause.objects.get().resumed_on is not None


def test_the_desk_and_the_officer_in_charge_are_told_without_a_word_of_it(one, question):
    Message.objects.all().delete()
    answer(one, question, text="我的病历在附件里")
    told = Message.objects.filter(template="complaints/case_step")
    assert {message.recipient for message in told} == {one.desk.authority.desk_email, one.desk.handler.email}
    assert "病历" not in str([message.context for message in told])


def test_nothing_is_answered_twice(one, question):
    answer(one, question)
    with pytest.raises(NotAllowed):
        answer(one, question, text="再来")
    question.refresh_from_db()
    assert question.answer == "见附件。"


def test_a_question_that_was_taken_back_takes_no_answer(one, question):
    Question.objects.filter(pk=question.pk).update(answered_at=one.at)
    with pytest.raises(NotAllowed):
        answer(one, question)


def test_nothing_at_all_is_no_answer(one, question):
    with pytest.raises(Invalid):
        answer(one, question, text="")


def test_the_question_of_another_complaint_is_not_found(one, question):
    with pytest.raises(Question.DoesNotExist):
        answer_question(complaint=filed(), question_id=question.pk, text="x", evidence=(), now=one.at)
