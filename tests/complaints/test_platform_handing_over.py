"""A partner platform hands complaints over: once under its own number, by key, never those of others."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import api_views
from accounts.models import ApiKey, AuditRow
from complaints.models import Complaint, ComplaintEvent, Submission
from complaints.services import purge_expired
from directory.models import Platform
from edge.limits import Limiter
from tests import build
from tests.complaints.api_calls import complaint, faults, photo, problem
from tests.complaints.platform_calls import REFERENCE, STORY_NAMES, URL, Hotline
from tests.registry.staff_api import System

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23T18:05:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def hotline() -> Hotline:
    return Hotline()


def test_a_complaint_is_handed_over_and_answered_with_exactly_the_named_fields(hotline):
    answer = hotline.hand_over()
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    story = answer.json()
    assert set(story) == STORY_NAMES
    assert (story["platform_reference"], story["public_state"]) == (REFERENCE, "received")
    assert [event["action"] for event in story["events"]] == ["submit"]
    kept = Complaint.objects.get()
    assert (kept.reference, kept.channel, kept.platform) == (story["reference"], "platform", hotline.platform)
    assert kept.contact_name == "李雷"
    assert kept.handlings.exists()


def test_nobody_learns_a_receipt_code(hotline):
    assert "receipt_code" not in hotline.hand_over().content.decode()
    assert Submission.objects.get().answer == {}


def test_files_come_along(hotline):
    story = hotline.hand_over_with_files([photo("一.jpg"), photo("二.jpg")]).json()
    assert [item["name"] for item in story["evidence"]] == ["一.jpg", "二.jpg"]
    assert hotline.hand_over_with_files([photo("一.jpg"), photo("二.jpg")]).status_code == 200
    assert Complaint.objects.get().evidence.count() == 2
    problem(hotline.hand_over_with_files([photo("一.jpg")]), 422, "platform-reference-reused")


def test_a_repeat_is_the_same_complaint_even_after_a_year(hotline, monday):
    first = hotline.hand_over()
    assert hotline.hand_over().json() == first.json()
    monday.shift(timedelta(days=27))
    purge_expired(now=timezone.now())
    again = hotline.hand_over()
    assert (again.status_code, again.json()["reference"]) == (200, first.json()["reference"])
    assert Complaint.objects.count() == 1
    assert AuditRow.objects.filter(action="complaint.handed_over").count() == 1


def test_another_content_under_the_same_reference_is_refused(hotline):
    hotline.hand_over()
    other = {**complaint(narrative="另一件事"), "platform_reference": REFERENCE}
    problem(hotline.hand_over(other), 422, "platform-reference-reused")
    assert Complaint.objects.count() == 1


def test_a_reference_whose_content_was_destroyed_is_refused_instead_of_filed_anew(hotline):
    hotline.hand_over()
    Submission.objects.all().delete()
    problem(hotline.hand_over(), 422, "platform-reference-reused")
    assert Complaint.objects.count() == 1


def test_two_platforms_may_use_the_same_reference(hotline):
    other = Hotline()
    assert (hotline.hand_over().status_code, other.hand_over().status_code) == (201, 201)
    assert hotline.follow().json()["reference"] != other.follow().json()["reference"]


def test_the_table_holds_one_complaint_for_a_reference(hotline):
    hotline.hand_over()
    hotline.hand_over(reference="A-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.update(platform_reference="A-3")
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.update(platform=None)


@pytest.mark.parametrize("reference", ["1", "赣信〔2026〕第8号", "a b?c#d%e", "x" * 60, "..a", "A+1&b=;"])
def test_any_number_that_fits_into_an_address_is_taken_and_found_again(hotline, reference):
    assert hotline.hand_over(reference=f" {reference} ").status_code == 201
    assert hotline.follow(quote(reference, safe="")).json()["platform_reference"] == reference


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("", "blank"),
        ("   ", "blank"),
        (None, "null"),
        ("x" * 61, "max_length"),
        ("a/b", "shape"),
        ("a\\b", "shape"),
        ("..", "shape"),
        ("a\u202eb", "shape"),
        ("a\tb", "shape"),
        ("\ud800", "shape"),
        (["a"], "nested"),
        (True, "invalid"),
    ],
)
def test_a_reference_that_is_none_is_named(hotline, reference, code):
    assert ("platform_reference", code) in faults(hotline.hand_over(reference=reference))
    assert not Complaint.objects.exists()


def test_without_a_reference_nothing_is_taken(hotline):
    assert ("platform_reference", "required") in faults(hotline.hand_over(complaint()))


def test_the_rest_is_checked_as_for_everybody(hotline):
    body = {**complaint(division="999999"), "platform_reference": REFERENCE}
    assert faults(hotline.hand_over(body)) == {("division", "unknown")}
    assert hotline.hand_over().status_code == 201  # a refused one does not use the reference up


def test_the_handing_over_is_on_record_with_the_key_and_without_the_story(hotline):
    hotline.hand_over(REMOTE_ADDR="203.0.113.7")
    row = AuditRow.objects.get(action="complaint.handed_over")
    kept = Complaint.objects.get()
    assert (row.actor_name, row.address) == (f"12345 ({hotline.key.prefix}…)", "203.0.113.7")
    assert row.division_code == kept.division_id
    assert row.detail == {
        "reference": kept.reference,
        "platform": hotline.platform.pk,
        "via": hotline.key.prefix,
    }


def test_a_key_is_needed_and_the_right_one(hotline):
    public = hotline.client
    problem(public.post(URL, "{}", content_type="application/json"), 401, "not-signed-in")
    problem(public.get(URL, headers={"Authorization": "Bearer 12.34"}), 401, "key-unknown")
    reader = Hotline(hotline.platform, scopes=["complaints:read"])
    writer = Hotline(hotline.platform, scopes=["complaints:write"])
    problem(reader.hand_over(), 403, "scope-missing")
    assert writer.hand_over().status_code == 201
    problem(writer.follow(), 403, "scope-missing")
    problem(writer.news(), 403, "scope-missing")
    assert reader.follow().status_code == 200


def test_a_hospitals_key_opens_nothing_here_and_a_platforms_nothing_there(hotline):
    hospital = System(build.institution())
    problem(hospital.call("get", URL), 403, "scope-missing")
    for path in ("ambulances/", "applications/"):
        problem(hotline.client.get(f"/api/v1/staff/{path}", headers=hotline.headers), 403, "scope-missing")


def test_a_closed_platform_hands_nothing_over(hotline):
    Platform.objects.update(is_active=False)
    problem(hotline.hand_over(), 401, "platform-closed")
    assert not Complaint.objects.exists()


def test_a_key_has_its_own_limit_whatever_the_address(hotline, monkeypatch):
    counted = Limiter({"keys": "3/10 minutes", "api": "2/10 minutes"})
    monkeypatch.setattr(api_views, "limiter", lambda: counted)
    other = Hotline()
    addresses = [f"203.0.113.{n}" for n in range(4)]
    statuses = [hotline.client.get(URL, headers=hotline.headers, REMOTE_ADDR=one).status_code for one in addresses]
    assert statuses == [200, 200, 200, 429]
    assert int(hotline.news().headers["Retry-After"]) <= 600
    assert other.news().status_code == 200


def test_guessing_keys_is_limited_by_address_and_shuts_nobody_else_out(hotline, monkeypatch):
    counted = Limiter({"keys": "30/10 minutes", "api": "2/10 minutes"})
    monkeypatch.setattr(api_views, "limiter", lambda: counted)

    def guess(address: str) -> int:
        wrong = {"Authorization": "Bearer 12.34"}
        return int(hotline.client.get(URL, headers=wrong, REMOTE_ADDR=address).status_code)

    assert [guess("203.0.113.1") for _ in range(3)] == [401, 401, 429]
    assert guess("203.0.113.2") == 401
    assert hotline.client.get(URL, headers=hotline.headers, REMOTE_ADDR="203.0.113.3").status_code == 200


def test_filings_by_key_do_not_use_up_the_limit_of_the_address(hotline, settings):
    settings.ENV = settings.ENV.model_copy(update={"LIMIT_FILINGS": "1/10 minutes"})
    assert [hotline.hand_over(reference=f"A-{n}").status_code for n in range(3)] == [201] * 3


def test_a_session_is_nobody_here(hotline):
    from_browser = hotline.client
    from_browser.force_login(hotline.maker)
    problem(from_browser.get(URL), 401, "not-signed-in")


def test_handing_over_takes_a_fixed_number_of_queries(hotline, django_assert_max_num_queries):
    hotline.hand_over(reference="A-0")
    bodies = [{**complaint(), "platform_reference": f"A-{n}"} for n in range(3)]
    with django_assert_max_num_queries(43) as first:
        hotline.hand_over(bodies[1])
    with django_assert_max_num_queries(len(first)):
        hotline.hand_over(bodies[2])
    with django_assert_max_num_queries(7):
        assert hotline.hand_over(bodies[2]).status_code == 200
    assert ComplaintEvent.objects.count() == 3
    assert ApiKey.objects.count() == 1
