"""Questions to the complainant, words for four audiences, stepping aside: the services, allowed and forbidden."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint, Deadline, Forwarding, Handling, Question, Recusal
from complaints.refusals import StaleVersion, Unsound
from complaints.services import assign
from complaints.services.asking import ask, take_back_question
from complaints.services.noting import note
from complaints.services.recusing import recuse
from complaints.wall import Audience
from complaints.workflow import NotAllowed, State
from directory.kinds import AuthorityKind
from notifications.models import Message
from registry.refusals import OutOfScope, WrongRole
from tests import build
from tests.complaints.desk import A_DAY, case, desk
from tests.complaints.entries import PHONE
from tests.people import person

pytestmark = pytest.mark.django_db


def told(what: str) -> list[str]:
    return [message.recipient for message in Message.objects.filter(template=f"complaints/{what}")]


# --- questions ---------------------------------------------------------------------------------------------------


def test_a_question_is_told_and_the_clock_of_the_decision_rests():
    one = case().accepted()
    question = ask(**one.by(one.desk.handler, text="请问是哪一天？"))
    assert (question.text, question.asked_by) == ("请问是哪一天？", one.desk.handler)
    assert one.part.waiting_since == one.at
    assert Complaint.objects.get(pk=one.complaint.pk).state == State.AWAITING
    assert one.part.deadlines.get(step="decision", met_at=None).is_paused
    assert one.part.pauses.get().resumed_on is None
    event = one.part.events.get(action="ask")
    assert (event.is_public, event.audience, event.text) == (True, Audience.COMPLAINANT, "请问是哪一天？")
    assert PHONE in told("step")
    assert not [message for message in Message.objects.all() if "哪一天" in str(message.context)]


def test_one_question_at_a_time_and_none_without_words_or_before_acceptance():
    one = case()
    with pytest.raises(NotAllowed):
        ask(**one.by(one.desk.handler, text="请问是哪一天？"))
    one.accepted()
    with pytest.raises(Unsound):
        ask(**one.by(one.desk.handler, text="  "))
    ask(**one.by(one.desk.handler, text="请问是哪一天？"))
    with pytest.raises(Unsound) as refused:
        ask(**one.by(one.desk.handler, text="还有一个问题。"))
    assert refused.value.code == "question-open"
    assert Question.objects.count() == 1


def test_a_question_taken_back_lets_the_clock_go_on_later_by_the_days_it_was_open():
    one = case().accepted()
    assert one.part.deadlines.get(step="decision", met_at=None).due_on == date(2027, 1, 25)  # the 23rd is a Saturday
    ask(**one.by(one.desk.handler, text="请问是哪一天？"))
    one.at += 10 * A_DAY
    event = take_back_question(**one.by(one.desk.handler, text="已从机构查明。"))
    part, decision = one.part, one.part.deadlines.get(step="decision", met_at=None)
    assert (part.waiting_since, decision.is_paused) == (None, False)
    assert decision.due_on == date(2027, 2, 2)
    assert (event.is_public, event.audience) == (True, Audience.COMPLAINANT)
    question = Question.objects.get()
    assert (question.answered_at, question.answer) == (one.at, "")
    assert Complaint.objects.get(pk=one.complaint.pk).state == State.IN_PROGRESS


def test_no_question_no_taking_back():
    one = case().accepted()
    with pytest.raises(Unsound) as refused:
        take_back_question(**one.by(one.desk.handler, text="已查明。"))
    assert refused.value.code == "no-question"


def test_questions_are_asked_by_the_officers_of_the_part_only():
    market, health = desk(AuthorityKind.MARKET_REGULATION), desk()
    one = case(Kind.OVERCHARGING, market).accepted()
    for who, refusal in (
        (health.handler, WrongRole),
        (person(Role.REVIEWER, body=market.authority), WrongRole),
        (desk(division="110105").handler, OutOfScope),
        (person(Role.COMPLAINT_OFFICER, body=build.institution()), OutOfScope),
    ):
        for service in (ask, take_back_question):
            with pytest.raises(refusal):
                service(**one.by(who, text="请问是哪一天？"))
    assert not Question.objects.exists()


# --- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "is_public", "messages"),
    [("own", False, set()), ("authorities", False, {"case_step"}), ("complainant", True, {"step"})],
)
def test_words_reach_whom_they_are_for_and_messages_never_hold_them(audience, is_public, messages):
    market = desk(AuthorityKind.MARKET_REGULATION)
    desk()
    one = case(Kind.OVERCHARGING, market).accepted()
    Message.objects.all().delete()
    one.at += A_DAY
    event = note(**one.by(market.handler, audience=audience, text="先核对里程。"))
    assert (event.audience, event.is_public, event.text) == (audience, is_public, "先核对里程。")
    assert {message.template.split("/")[1] for message in Message.objects.all()} == messages
    assert not [message for message in Message.objects.all() if "里程" in str(message.context)]


def test_words_for_the_institution_need_a_request_that_is_open(monkeypatch):
    one, hospital, told_of = case().accepted(), build.institution(), []
    monkeypatch.setattr("complaints.messages.institution_told", lambda forwarding, event: told_of.append(forwarding))
    with pytest.raises(Unsound) as refused:
        note(**one.by(one.desk.handler, audience="institution", text="请补充记录。"))
    assert refused.value.code == "nothing-forwarded"
    sent = Forwarding.objects.create(
        number="FW-000001",
        handling=one.part,
        institution=hospital,
        purpose="reply",
        summary="请说明收费情况。",
        forwarded_by=one.desk.handler,
        forwarded_at=one.at,
    )
    event = note(**one.by(one.desk.handler, audience="institution", text="请补充记录。"))
    assert (event.audience, event.is_public) == ("institution", False)
    assert told_of == [sent]
    Forwarding.objects.filter(pk=sent.pk).update(state="recalled")
    with pytest.raises(Unsound):
        note(**one.by(one.desk.handler, audience="institution", text="请补充记录。"))


def test_words_without_words_or_for_nobody_are_refused():
    one = case()
    for wrong in ({"audience": "own", "text": " "}, {"audience": "everybody", "text": "你好"}):
        with pytest.raises(Unsound):
            note(**one.by(one.desk.handler, **wrong))
    assert one.part.version == 1


def test_words_can_be_added_to_what_is_closed_but_not_by_others():
    one = case().concluded()
    for who, refusal in (
        (desk(division="110105").handler, OutOfScope),
        (desk(division="360100").supervisor, WrongRole),
    ):
        with pytest.raises(refusal):
            note(**one.by(who, audience="own", text="你好"))
    assert note(**one.by(one.desk.handler, audience="own", text="机构已退款。"))
    assert one.part.closed_at is None


# --- stepping aside ----------------------------------------------------------------------------------------------


def test_an_officer_who_steps_aside_gives_the_part_back_and_sees_the_case_no_more():
    one = case().accepted()
    recusal = recuse(**one.by(one.desk.handler, reason="当事人是亲属。"))
    assert (recusal.user, recusal.reason) == (one.desk.handler, "当事人是亲属。")
    assert one.part.assignee is None
    assert not Complaint.objects.visible_to(one.desk.handler.scope).exists()
    assert not Handling.objects.in_reach(one.desk.handler.scope).exists()
    assert one.desk.supervisor.email in told("case_decide")
    event = one.part.events.get(action="recuse")
    assert (event.audience, event.is_public) == (Audience.OWN, False)
    with pytest.raises(Unsound):
        assign(**one.by(one.desk.supervisor, to=one.desk.handler))


def test_stepping_aside_leaves_a_part_of_another_officer_where_it_is():
    one = case().accepted()
    recuse(**one.by(one.desk.other_supervisor, reason="曾在该机构任职。"))
    assert one.part.assignee == one.desk.handler


def test_stepping_aside_needs_a_reason_and_a_part_of_the_own_authority():
    one = case()
    with pytest.raises(Unsound):
        recuse(**one.by(one.desk.handler, reason=""))
    with pytest.raises(WrongRole):
        recuse(**one.by(desk(division="360100").supervisor, reason="亲属"))
    with pytest.raises(OutOfScope):
        recuse(**one.by(desk(division="110105").handler, reason="亲属"))
    stale = one.by(one.desk.handler, reason="亲属")
    one.accepted()
    with pytest.raises(StaleVersion):
        recuse(**stale)
    assert not Recusal.objects.exists()
    assert Deadline.objects.filter(handling=one.part, met_at=None).exists()
