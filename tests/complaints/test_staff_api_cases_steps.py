"""An authority's system takes a handler's steps, names the version it read, and leaves decisions to people."""

from __future__ import annotations

import pytest
import time_machine

from accounts.models import AuditRow
from complaints.kinds import Kind
from complaints.models import Complaint, ComplaintEvent
from complaints.services import accept, conclude
from complaints.workflow import Action
from directory.kinds import AuthorityKind
from tests import build
from tests.at_once import at_once
from tests.complaints.api_calls import problem
from tests.complaints.desk import Case, case, conclusion, desk
from tests.complaints.entries import NARRATIVE
from tests.complaints.office_calls import Office
from tests.config.url_table import CASE_STEPS

pytestmark = pytest.mark.django_db
STEPPED_NAMES = {"case", "state", "part", "actions"}


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


def test_a_case_is_accepted_and_nothing_of_what_was_told_comes_back(one, office):
    answer = office.step(one, "accept", text="已受理。")
    told = answer.json()
    assert (answer.status_code, set(told)) == (200, STEPPED_NAMES)
    assert (told["state"], told["part"]["state"], told["part"]["version"]) == ("in_progress", "accepted", 2)
    assert told["actions"] == ["assign", "hand_over", "note", "ask", "forward", "investigate"]
    assert NARRATIVE not in answer.content.decode()
    event = one.complaint.events.get(action="accept")
    assert (event.actor, event.side, event.text) == (office.maker, "handler", "已受理。")
    row = AuditRow.objects.get(action="complaint.accept")
    assert row.actor_name == f"办件系统 ({office.key})"
    assert one.part.assignee is None, "the administrator who made the key is no officer in charge"


def test_a_system_brings_a_case_to_the_supervisor_and_a_person_decides(one, office):
    assert office.step(one, "accept").status_code == 200
    assert office.step(one, "note", audience="own", text="待核").status_code == 200
    assert office.step(one, "investigate", text="已调取收费记录。").status_code == 200
    told = office.step(one, "propose", **conclusion()).json()
    assert told["part"]["state"] == "proposed"
    assert one.conclusion.proposed_by == office.maker
    refusal = problem(office.step(one, "conclude"), 403, "person-needed")
    assert "second factor" in refusal["detail"]
    conclude(**one.by(one.desk.supervisor))
    assert one.part.state == "concluded"


@pytest.mark.parametrize("name", sorted(set(Action.values) - set(CASE_STEPS)))
def test_every_other_step_is_a_persons(one, office, name):
    problem(office.step(one, name), 403, "person-needed")
    assert one.part.version == 1


@pytest.mark.parametrize("name", ["", "nonsense", "ACCEPT", "accept%00"])
def test_a_step_that_is_none_does_not_exist(one, office, name):
    assert office.step(one, name).status_code == 404


def test_a_case_is_declined_objected_to_and_handed_over(one, office):
    told = office.step(one, "decline", reason="不属于本机关职责。").json()
    assert (told["part"]["state"], told["state"]) == ("declined", "declined")
    assert one.complaint.events.get(action="decline").text == "不属于本机关职责。"

    build.authority(division=build.division("360100"))
    second = case(at_desk=one.desk)
    assert office.step(second, "object", reason="应由公安答复。").json()["part"]["state"] == "objected"

    police = desk(AuthorityKind.POLICE)
    third = case(at_desk=one.desk)
    to = {"kind": "police", "division": police.authority.division_id}
    assert office.step(third, "hand_over", reason="涉嫌套牌。", to=to).json()["part"]["state"] == "handed_over"
    assert third.complaint.handlings.get(authority=police.authority).state == "pending"


def test_an_objection_may_name_who_should_answer(one, office):
    build.authority(division=build.division("360100"))
    police = desk(AuthorityKind.POLICE).authority
    named = {"kind": "police", "division": police.division_id}
    assert office.step(one, "object", reason="应由公安答复。", proposed=named).status_code == 200
    assert one.part.referrals.get().proposed == police


@pytest.mark.parametrize(
    "to",
    [
        {"kind": "police", "division": "110105"},
        {"kind": "police"},
        {"kind": "police", "own_code": "BT01"},
        {"kind": "fire", "division": "360102"},
        "police",
        None,
        [],
        {},
    ],
)
def test_an_authority_that_is_none_is_refused(one, office, to):
    problem(office.step(one, "hand_over", reason="移送。", to=to), 400, "invalid")
    assert one.part.version == 1


def test_who_comes_second_is_told_the_version_the_office_when_and_what_and_nothing_is_kept(one, office):
    other = Office(one.desk.authority)
    seen = one.part.version
    assert office.step(one, "accept", version=seen).status_code == 200
    refusal = problem(other.step(one, "decline", version=seen, reason="重复。"), 409, "stale-version")
    assert (refusal["version"], refusal["what"]) == (2, "accept")
    assert refusal["by"] == one.desk.authority.name
    assert refusal["at"].startswith("2026-11-24T10:0")
    assert str(office.maker) not in str(refusal)
    assert ComplaintEvent.objects.filter(action="decline").count() == 0
    assert AuditRow.objects.filter(action="complaint.decline").count() == 0


def test_an_officer_at_the_desk_was_faster_and_is_not_named(one, office):
    seen = one.part.version
    accept(**one.by(one.desk.handler))
    refusal = problem(office.step(one, "accept", version=seen), 409, "stale-version")
    assert refusal["by"] == one.desk.authority.name
    assert str(one.desk.handler) not in str(refusal)


@pytest.mark.parametrize(
    ("name", "fields", "status", "code"),
    [
        ("investigate", {"text": "查明。"}, 409, "not-in-this-state"),
        ("propose", conclusion(), 409, "not-in-this-state"),
        ("decline", {}, 422, "unsound"),
        ("decline", {"reason": "  "}, 422, "unsound"),
        ("decline", {"reason": None}, 422, "unsound"),
        ("note", {"audience": "institution", "text": "请说明。"}, 422, "unsound"),
        ("note", {"audience": "everybody", "text": "请说明。"}, 400, "invalid"),
        ("note", {"text": "请说明。"}, 400, "invalid"),
        ("decline", {"reason": "长" * 5001}, 400, "invalid"),
        ("accept", {"version": None}, 400, "invalid"),
        ("accept", {"version": "two"}, 400, "invalid"),
        ("accept", {"version": 0}, 400, "invalid"),
        ("accept", {"text": ["a"]}, 400, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_in_one_shape(one, office, name, fields, status, code):
    refusal = problem(office.step(one, name, **fields), status, code)
    if status != 409:
        assert refusal["errors"]
    assert one.part.version == 1


def test_a_conclusion_that_contradicts_itself_is_refused_by_field(one, office):
    office.step(one, "accept")
    office.step(one, "investigate", text="查明。")
    given = conclusion(finding="not_substantiated", measures=["penalty"])
    refusal = problem(office.step(one, "propose", **given), 422, "unsound")
    assert [error["field"] for error in refusal["errors"]] == ["measures"]
    problem(office.step(one, "propose", **conclusion(measures=["refund"])), 422, "unsound")
    problem(office.step(one, "propose", **conclusion(finding="upheld")), 422, "unsound")
    refunded = conclusion(measures=["refund"], refund_amount="17328.00")
    assert office.step(one, "propose", **refunded).status_code == 200
    assert str(one.conclusion.refund_amount) == "17328.00"


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "[" * 5000, b"\xff"])
def test_a_body_that_is_none_is_refused(one, office, body):
    assert office.step(one, "accept", body).status_code == 400
    assert one.part.version == 1


def test_the_part_of_another_authority_is_seen_and_not_touched():
    market, health = desk(AuthorityKind.MARKET_REGULATION), Office(desk().authority)
    leading = case(Kind.OVERCHARGING, market)
    problem(health.step(leading, "accept"), 403, "forbidden")
    above = Office(build.authority(kind=AuthorityKind.MARKET_REGULATION, division=build.division("360100")))
    problem(above.step(leading, "accept"), 403, "forbidden")
    assert leading.part.version == 1


def test_what_lies_out_of_reach_does_not_exist(one):
    stranger = Office(build.authority(division=build.division("110105")))
    for name in ("accept", "conclude"):
        problem(stranger.step(one, name), 404, "not-found")
    office, other = Office(one.desk.authority), case(at_desk=one.desk)
    address = f"/api/v1/staff/cases/{other.complaint.pk}/parts/{one.part.pk}/accept/"
    answer = office.client.post(address, '{"version": 1}', content_type="application/json", headers=office.headers)
    problem(answer, 404, "not-found")


def test_a_key_that_only_reads_takes_no_step(one):
    problem(Office(one.desk.authority, scopes=("cases:read",)).step(one, "accept"), 403, "scope-missing")
    writer = Office(one.desk.authority, scopes=("cases:write",))
    assert writer.step(one, "accept").status_code == 200
    problem(writer.read(one), 403, "scope-missing")


def test_a_key_that_only_reads_is_offered_nothing(one):
    told = Office(one.desk.authority, scopes=("cases:read",)).read(one).json()
    assert told["parts"][0]["actions"] == []


def test_a_case_about_the_own_authority_cannot_be_touched(one, office):
    Complaint.objects.update(about_authority=one.desk.authority)
    problem(office.step(one, "accept"), 404, "not-found")


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_two_systems_at_once_one_gets_a_409(one, office):
    other = Office(one.desk.authority)
    answers = at_once(*(lambda each=each: each.step(one, "accept", version=1) for each in (office, other)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert one.complaint.events.filter(action="accept").count() == 1
