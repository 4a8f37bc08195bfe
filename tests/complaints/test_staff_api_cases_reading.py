"""An authority's system reads its cases: parts, clocks, steps and what was told; never who told it, never a file."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint, Handling
from complaints.services import accept
from complaints.services.noting import note
from directory.kinds import AuthorityKind
from tests import build
from tests.complaints.api_calls import problem
from tests.complaints.desk import case, desk
from tests.complaints.entries import EMAIL, NARRATIVE, NOW, PHONE
from tests.complaints.office_calls import CASES, Office
from tests.complaints.platform_calls import Hotline
from tests.people import client_of, person
from tests.registry.staff_api import System

pytestmark = pytest.mark.django_db
ROW_NAMES = {
    "id",
    "reference",
    "kind",
    "nature",
    "state",
    "received_at",
    "division",
    "institution",
    "plate",
    "parts",
}
PART_NAMES = {"id", "authority", "authority_kind", "is_own", "role", "state", "version", "next_due"}
CASE_NAMES = ROW_NAMES | {
    "occurred_at",
    "narrative",
    "distance_km",
    "amount_charged",
    "posted_amount",
    "files",
    "events",
}


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel("2026-11-24T10:00:00+08:00", tick=True) as traveller:
        yield traveller


def test_the_list_holds_exactly_the_named_fields_and_nothing_that_was_told():
    one = case(place="东湖区民德路1号")
    answer = Office(one.desk.authority).list()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    [row] = answer.json()
    assert set(row) == ROW_NAMES
    [part] = row["parts"]
    assert set(part) == PART_NAMES
    assert (part["authority"], part["is_own"], part["state"]) == (one.desk.authority.name, True, "pending")
    assert part["next_due"] == "2026-12-08"
    for secret in (NARRATIVE, PHONE, EMAIL, "李雷", "民德路"):
        assert secret not in answer.content.decode()


def test_a_case_is_told_with_parts_clocks_and_steps_but_never_who_told_it():
    one = case(place="东湖区民德路1号").accepted()
    answer = Office(one.desk.authority).read(one)
    told = answer.json()
    assert set(told) == CASE_NAMES
    assert told["narrative"] == NARRATIVE
    [part] = told["parts"]
    assert set(part) == PART_NAMES | {"actions", "deadlines"}
    assert part["actions"] == ["assign", "hand_over", "note", "ask", "forward", "investigate"]
    clocks = {one["step"]: one for one in part["deadlines"]}
    assert clocks["decision"]["limit"] == "60d"
    assert clocks["decision"]["starts_on"] == "2026-11-24"
    assert clocks["decision"]["provisional"] is True
    assert clocks["decision"]["words"]
    assert clocks["acceptance"]["met_at"] is not None
    assert [event["action"] for event in told["events"]] == ["submit", "accept"]
    for secret in (PHONE, EMAIL, "李雷", "民德路", str(one.desk.handler)):
        assert secret not in answer.content.decode()


def test_a_clock_names_every_day_it_passed_over():
    one = case().accepted()
    [part] = Office(one.desk.authority).read(one).json()["parts"]
    decision = next(clock for clock in part["deadlines"] if clock["step"] == "decision")
    assert (decision["limit"], decision["starts_on"], decision["due_on"]) == ("60d", "2026-11-24", "2027-01-25")
    assert decision["skipped"] == [
        {"day": "2027-01-23", "why": "weekend"},
        {"day": "2027-01-24", "why": "weekend"},
    ]


@pytest.mark.parametrize(
    ("audience", "own", "others"),
    [("authorities", True, True), ("own", True, False), ("complainant", True, True)],
)
def test_words_are_read_by_whom_they_are_for(audience, own, others):
    market, health = desk(AuthorityKind.MARKET_REGULATION), desk()
    leading = case(Kind.OVERCHARGING, market)
    note(**leading.by(market.handler, audience=audience, text="核对收费记录"))
    for authority, may_read in ((market.authority, own), (health.authority, others)):
        told = Office(authority).read(leading).json()["events"][-1]
        assert (told["text"] == "核对收费记录", told["is_withheld"]) == (may_read, not may_read)


def test_reading_is_recorded_once_an_hour_under_the_name_of_the_key(tuesday):
    one = case()
    office = Office(one.desk.authority)
    for _ in range(3):
        office.read(one)
    rows = AuditRow.objects.filter(action="complaint.read")
    assert rows.get().actor_name.startswith("办件系统")
    tuesday.shift(timedelta(hours=2))
    assert office.read(one).status_code == 200
    assert rows.count() == 2
    office.list()
    assert rows.count() == 2


def test_what_lies_out_of_reach_does_not_exist():
    one = case()
    for authority in (
        desk(AuthorityKind.POLICE).authority,
        build.authority(division=build.division("110105")),
    ):
        office = Office(authority)
        assert office.list().json() == []
        problem(office.read(one), 404, "not-found")
    problem(Office(one.desk.authority).read(10_000_000), 404, "not-found")


def test_a_higher_authority_reads_the_cases_below_it_and_those_about_itself_never():
    one = case()
    above = build.authority(division=build.division("360100"))
    office = Office(above)
    [row] = office.list().json()
    assert row["parts"][0]["is_own"] is False
    assert office.read(one).json()["parts"][0]["actions"] == []
    Complaint.objects.update(about_authority=above)
    assert office.list().json() == []
    problem(office.read(one), 404, "not-found")


def test_the_list_is_narrowed_by_state_kind_and_what_is_due(tuesday):
    first, second = case(), case(Kind.OTHER)
    office = Office(first.desk.authority)
    accept(**first.by(first.desk.handler))
    assert [row["id"] for row in office.list(state="in_progress").json()] == [first.complaint.pk]
    assert [row["id"] for row in office.list(kind="other").json()] == [second.complaint.pk]
    assert office.list(due="week").json() == []
    tuesday.shift(timedelta(days=10))
    assert [row["id"] for row in office.list(due="week").json()] == [second.complaint.pk]
    assert office.list(due="overdue").json() == []
    tuesday.shift(timedelta(days=6))
    assert [row["id"] for row in office.list(due="overdue").json()] == [second.complaint.pk]


@pytest.mark.parametrize(
    "query",
    [{"state": "nice"}, {"kind": "x"}, {"due": "soon"}, {"limit": "0"}, {"limit": "201"}, {"after": "x"}],
)
def test_filters_that_are_none_are_refused(query):
    problem(Office(desk().authority).list(**query), 400, "invalid")


def test_pages_follow_one_another_by_the_link():
    cases = [case() for _ in range(5)]
    office = Office(cases[0].desk.authority)
    seen, address = [], f"{CASES}?limit=2"
    while address:
        answer = office.client.get(address, headers=office.headers)
        seen += [row["id"] for row in answer.json()]
        address = answer.headers.get("Link", "").partition(">")[0].lstrip("<")
    assert sorted(seen) == sorted(one.complaint.pk for one in cases)
    assert len(seen) == 5


@pytest.mark.parametrize("count", [1, 8])
def test_a_list_costs_the_same_questions_whatever_its_length(count, django_assert_num_queries):
    cases = [case() for _ in range(count)]
    office = Office(cases[0].desk.authority)
    office.list()  # the use of the key is noted once a minute
    with django_assert_num_queries(6):
        assert len(office.list().json()) == count


def test_keys_of_others_and_lesser_ones_read_nothing():
    one = case()
    address = f"{CASES}{one.complaint.pk}/"
    others = [
        (System(build.institution()).token, 403, "scope-missing"),
        (Hotline().token, 403, "scope-missing"),
        (Office(one.desk.authority, scopes=("cases:write",)).token, 403, "scope-missing"),
        ("nonsense", 401, "key-unknown"),
    ]
    for token, status, code in others:
        for path in (CASES, address):
            answer = Client().get(path, headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})
            problem(answer, status, code)
    assert client_of(person(Role.SUPERVISOR, body=one.desk.authority)).get(CASES).status_code == 401


def test_no_question_breaks_the_list():
    office, chance = Office(case().desk.authority), random.Random(311)
    values = ["", "0", "-1", "9" * 40, "\x00", "é", "[]", '["2026-01-01T00:00:00Z", 1]', "null", "%00", "𠀀", "a" * 400]
    values += [json.dumps(["2026-01-01", 1]), json.dumps([None, 1]), json.dumps(["9999-12-31T23:59:59+14:00", 2**70])]
    for _ in range(120):
        asked = {chance.choice(["state", "kind", "due", "limit", "after", "lang", "x"]): chance.choice(values)}
        answer = office.list(**asked)
        assert answer.status_code in {200, 400}, (asked, answer.content)
        assert answer.headers["Content-Type"].startswith(("application/json", "application/problem+json"))


def test_a_part_that_ended_owes_nothing():
    one = case()
    Handling.objects.filter(pk=one.part.pk).update(state="declined", closed_at=NOW)
    assert Office(one.desk.authority).list().json()[0]["parts"][0]["next_due"] is None
