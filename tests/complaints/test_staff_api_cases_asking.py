"""An authority's system gives a part to an officer, asks the complainant, tells the institution: as the desk does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Forwarding, Question
from complaints.services.answering import answer_question
from tests import build
from tests.complaints import walled as wall
from tests.complaints.api_calls import problem
from tests.complaints.desk import Case, case
from tests.complaints.office_calls import Office
from tests.complaints.walled import walled
from tests.people import person

pytestmark = pytest.mark.django_db
QUESTION = "请问收据上的金额是多少？"


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel("2026-11-24T10:00:00+08:00", tick=True) as traveller:
        yield traveller


@pytest.fixture
def one() -> Case:
    return case()


@pytest.fixture
def office(one: Case) -> Office:
    return Office(one.desk.authority)


def test_a_part_is_given_to_an_officer_and_back_to_the_desk(one, office):
    handler = one.desk.handler
    answer = office.step(one, "assign", to=handler.email.upper(), text="请今日联系。")
    assert (answer.status_code, one.part.assignee) == (200, handler)
    assert handler.email not in answer.content.decode()
    assert one.complaint.events.get(action="assign").text == "请今日联系。"
    assert AuditRow.objects.get(action="complaint.assign").actor_name == f"办件系统 ({office.key})"
    assert office.step(one, "assign", to=None).status_code == 200
    assert one.part.assignee is None


def test_an_officer_who_is_none_is_refused_and_nobody_elsewhere_is_found(one, office):
    elsewhere = person(Role.HANDLER, body=build.authority(division=build.division("110105")))
    gone = person(Role.HANDLER, body=one.desk.authority, is_active=False)
    for to in (elsewhere.email, gone.email, "nobody@example.org", "no address", 7, ""):
        problem(office.step(one, "assign", to=to), 400, "invalid")
    problem(office.step(one, "assign"), 400, "invalid")
    clerk = person(Role.HOTLINE_CLERK, body=one.desk.authority)
    refusal = problem(office.step(one, "assign", to=clerk.email), 422, "unsound")
    assert [error["code"] for error in refusal["errors"]] == ["no-officer"]
    assert (one.part.assignee, one.part.version) == (None, 1)


def test_the_complainant_is_asked_and_the_clock_rests_until_the_answer(one, office):
    office.step(one, "accept")
    told = office.step(one, "ask", text=QUESTION).json()
    assert told["state"] == "awaiting"
    assert "take_back" in told["actions"]
    assert not {"ask", "investigate"} & set(told["actions"])
    read = office.read(one).json()["parts"][0]
    assert [due["paused"] for due in read["deadlines"] if due["step"] == "decision"] == [True]
    refusal = problem(office.step(one, "ask", text="再问一次"), 422, "unsound")
    assert [error["code"] for error in refusal["errors"]] == ["question-open"]
    question = Question.objects.get()
    answer_question(
        complaint=one.complaint, question_id=question.pk, text="28000元", evidence=[], now=datetime.now(UTC)
    )
    read = office.read(one).json()
    assert [due["paused"] for due in read["parts"][0]["deadlines"] if due["step"] == "decision"] == [False]
    assert read["events"][-1]["text"] == "28000元"


def test_a_question_is_taken_back_and_the_clock_goes_on(one, office):
    office.step(one, "accept")
    refusal = problem(office.step(one, "take_back", text="不必了。"), 422, "unsound")
    assert [error["code"] for error in refusal["errors"]] == ["no-question"]
    office.step(one, "ask", text=QUESTION)
    told = office.step(one, "take_back", text="已从医院取得收据。").json()
    assert (told["state"], "ask" in told["actions"], "take_back" in told["actions"]) == ("in_progress", True, False)


def test_an_institution_is_told_in_the_systems_words_and_nothing_that_identifies_crosses():
    one = walled().case
    office = Office(one.desk.authority)
    office.step(one, "accept")
    refusal = problem(office.step(one, "forward", summary=f"{wall.NAME}反映收费过高。"), 422, "unsound")
    assert [error["field"] for error in refusal["errors"]] == ["summary"]
    assert wall.NAME not in str(refusal)
    answer = office.step(one, "forward", summary=wall.SUMMARY, has_several_departments=True)
    told = answer.json()
    assert (answer.status_code, told["part"]["state"]) == (200, "with_institution")
    sent = Forwarding.objects.get()
    assert (sent.summary, sent.institution, sent.has_several_departments) == (
        wall.SUMMARY,
        one.complaint.institution,
        True,
    )
    assert (sent.forwarded_by, sent.shown_files.count()) == (office.maker, 0)


def test_another_institution_is_named_by_its_credit_code(one, office):
    other = build.institution()
    office.step(one, "accept")
    codes: tuple[object, ...] = ("12000000000000019M", "x", "\x00", 7, [])
    for code in codes:
        problem(office.step(one, "forward", summary=wall.SUMMARY, institution=code), 400, "invalid")
    assert office.step(one, "forward", summary=wall.SUMMARY, institution=other.credit_code).status_code == 200
    assert Forwarding.objects.get().institution == other


def test_of_a_report_no_institution_is_told_before_the_decision():
    one = case(Kind.UNLAWFUL_OPERATION)
    office = Office(one.desk.authority)
    told = office.step(one, "accept").json()
    assert "forward" not in told["actions"]
    to = build.institution().credit_code
    problem(office.step(one, "forward", summary=wall.SUMMARY, institution=to), 409, "not-in-this-state")
    assert not Forwarding.objects.exists()


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("assign", {"to": None}),
        ("ask", {"text": QUESTION}),
        ("take_back", {"text": "不必了。"}),
        ("forward", {"summary": wall.SUMMARY}),
    ],
)
def test_who_comes_second_gets_a_409_and_nothing_is_kept(name, fields):
    one = walled().case
    office = Office(one.desk.authority)
    office.step(one, "accept")
    refusal = problem(office.step(one, name, version=1, **fields), 409, "stale-version")
    assert (refusal["version"], refusal["what"], refusal["by"]) == (2, "accept", one.desk.authority.name)
    assert one.part.version == 2


@pytest.mark.parametrize(("name", "fields"), [("ask", {"text": QUESTION}), ("forward", {"summary": wall.SUMMARY})])
def test_a_step_before_its_state_is_refused(one, office, name, fields):
    problem(office.step(one, name, **fields), 409, "not-in-this-state")
    assert one.part.version == 1
