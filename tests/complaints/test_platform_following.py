"""A partner platform follows what it handed over: one complaint, what is new, and by web hook every public step."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.roles import Role
from complaints import api_platform
from complaints.models import Complaint, ComplaintEvent
from complaints.services import accept, withdraw
from complaints.workflow import Action
from notifications.models import Message
from notifications.services import drain_outbox
from notifications.webhooks import add_endpoint
from tests import build
from tests.complaints.api_calls import faults, problem
from tests.complaints.api_calls import send as send_by_public_api
from tests.complaints.entries import NARRATIVE, filed
from tests.complaints.platform_calls import REFERENCE, STORY_NAMES, Hotline
from tests.notifications.hook_server import HookServer
from tests.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23T18:05:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def hotline() -> Hotline:
    return Hotline()


def the_complaint(reference: str = REFERENCE) -> Complaint:
    return Complaint.objects.get(platform_reference=reference)


def actions(answer: Any) -> list[tuple[str, str, str]]:
    return [(step["platform_reference"], step["action"], step["public_state"]) for step in answer.json()["steps"]]


def test_the_story_grows_with_the_public_steps(hotline, monday):
    build.authority(kind="market_regulation")
    hotline.hand_over()
    complaint = the_complaint()
    withdraw(complaint=complaint, now=complaint.received_at + timedelta(hours=1))
    story = hotline.follow().json()
    assert set(story) == STORY_NAMES
    assert [event["action"] for event in story["events"]] == ["submit", "withdraw"]
    assert (story["public_state"], story["due"]) == ("withdrawn", [])


def test_what_is_not_public_and_what_was_told_in_words_stays_inside(hotline):
    hotline.hand_over()
    complaint = the_complaint()
    ComplaintEvent.objects.create(
        complaint=complaint, action=Action.NOTE, state="received", text="内部意见", at=complaint.received_at
    )
    answer = hotline.follow()
    assert [event["action"] for event in answer.json()["events"]] == ["submit"]
    told = answer.content.decode()
    assert not [word for word in (complaint.narrative, "李雷", "13800138000", "内部意见") if word in told]


def test_only_the_own_are_there(hotline):
    hotline.hand_over()
    send_by_public_api()
    filed()
    other = Hotline()
    problem(other.follow(), 404, "reference-unknown")
    problem(hotline.follow("none"), 404, "reference-unknown")
    problem(hotline.follow(the_complaint().reference), 404, "reference-unknown")  # ours, not theirs


def test_letter_case_of_the_reference_counts(hotline):
    hotline.hand_over(reference="Ab-1")
    assert hotline.follow("Ab-1").status_code == 200
    problem(hotline.follow("AB-1"), 404, "reference-unknown")


def test_the_list_tells_each_step_once_and_goes_on_where_it_ended(hotline, monday):
    hotline.hand_over(reference="A-1")
    hotline.hand_over(reference="A-2")
    Hotline().hand_over(reference="B-1")
    monday.shift(31)
    first = hotline.news()
    assert actions(first) == [("A-1", "submit", "received"), ("A-2", "submit", "received")]
    assert first.json()["has_more"] is False
    complaint = the_complaint("A-1")
    withdraw(complaint=complaint, now=complaint.received_at + timedelta(seconds=31))
    assert actions(hotline.news(first.json()["since"])) == []
    monday.shift(31)
    second = hotline.news(first.json()["since"])
    assert actions(second) == [("A-1", "withdraw", "withdrawn")]
    assert hotline.news(second.json()["since"]).json() == {
        "steps": [],
        "since": second.json()["since"],
        "has_more": False,
    }


def test_a_young_step_holds_back_all_behind_it(hotline, monday):
    hotline.hand_over(reference="A-1")
    hotline.hand_over(reference="A-2")
    ComplaintEvent.objects.filter(complaint=the_complaint("A-2")).update(at="2026-11-23T01:00:00Z")
    assert hotline.news().json() == {"steps": [], "since": "0", "has_more": False}
    monday.shift(31)
    assert len(hotline.news().json()["steps"]) == 2


def test_a_long_list_comes_in_pages_without_gap_or_repeat(hotline, monday, monkeypatch):
    monkeypatch.setattr(api_platform, "PAGE", 2)
    for number in range(5):
        hotline.hand_over(reference=f"A-{number}")
    monday.shift(31)
    seen, since, more = [], "", True
    while more:
        page = hotline.news(since).json()
        seen += [step["platform_reference"] for step in page["steps"]]
        since, more = page["since"], page["has_more"]
    assert seen == [f"A-{number}" for number in range(5)]


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "9" * 19, "１", "1 "])
def test_a_place_that_is_none_is_named(hotline, since):
    assert faults(hotline.news(since)) == {("since", "bad-place")}


def test_list_and_story_take_as_many_queries_for_many_as_for_few(hotline, monday, django_assert_max_num_queries):
    for number in range(12):
        hotline.hand_over(reference=f"A-{number}")
    monday.shift(31)
    with django_assert_max_num_queries(2):
        assert len(hotline.news().json()["steps"]) == 12
    with django_assert_max_num_queries(5):
        hotline.follow("A-3")


@pytest.mark.django_db(transaction=True)
def test_every_public_step_is_told_by_web_hook_and_nothing_personal(hotline):
    with HookServer() as server:
        add_endpoint(owner=hotline.platform, url=server.url, now=hotline.key.created_at)
        build.authority(kind="market_regulation")
        hotline.hand_over()
        complaint = the_complaint()
        part = complaint.handlings.filter(role="lead", authority__isnull=False).get()
        officer = person(Role.HANDLER, body=part.authority)
        accept(
            handling=part,
            version=None,
            actor=officer,
            now=complaint.received_at + timedelta(hours=1),
            address="",
            text=NARRATIVE,
        )
        drain_outbox()
        told = [json.loads(one.body) for one in server.taken]
    assert [one["event"] for one in told] == ["complaint.submit", "complaint.accept"]
    assert told[1] == {
        "event": "complaint.accept",
        "reference": complaint.reference,
        "platform_reference": REFERENCE,
        "public_state": "in_progress",
        "occurred_at": "2026-11-23T19:05:00+08:00",
        "link": told[0]["link"],
    }
    assert told[0]["link"].endswith(f"/api/v1/platform/complaints/{REFERENCE}/")
    assert len({one.headers["X-Event-Key"] for one in server.taken}) == 2


def test_the_complaints_of_others_are_told_to_no_platform(hotline):
    add_endpoint(owner=hotline.platform, url="https://hotline.example/hooks", now=hotline.key.created_at)
    withdraw(complaint=filed(), now=hotline.key.created_at)
    Hotline().hand_over()
    assert not Message.objects.filter(channel="webhook").exists()
