"""Filing a complaint by program: what is taken, what is refused and how, and what a repeat gets."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints import api
from complaints.kinds import Kind
from complaints.models import Complaint, Submission
from complaints.serializers import ComplaintSerializer
from complaints.services.submit import FLAG_NO_CHALLENGE
from edge.limits import Limiter, limiter
from tests import build
from tests.complaints.api_calls import KEY, RECEIPT_NAMES, URL, client, complaint, faults, problem, send

pytestmark = pytest.mark.django_db

HAPPENED = "2026-11-22T09:00:00+08:00"


@pytest.fixture(autouse=True)
def monday():
    limiter().clear()
    with time_machine.travel("2026-11-23T18:05:00+08:00", tick=False):
        yield
    limiter().clear()


@pytest.fixture
def few(monkeypatch):
    counted = Limiter({"filings": "2/10 minutes"})
    monkeypatch.setattr(api, "limiter", lambda: counted)
    return counted


def test_a_complaint_is_filed_and_answered_with_exactly_the_named_fields():
    response = send()
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    receipt = response.json()
    assert set(receipt) == RECEIPT_NAMES
    assert receipt["state"] == receipt["public_state"] == "received"
    assert receipt["received_at"] == "2026-11-23T18:05:00+08:00"
    assert receipt["evidence"] == []
    assert receipt["due"]
    assert all(set(line) == {"step", "on", "provisional"} for line in receipt["due"])


def test_everything_sent_arrives_in_the_record():
    receipt = send().json()
    kept = Complaint.objects.get(reference=receipt["reference"])
    assert (kept.kind, kept.channel, kept.language) == ("overcharging", "api", "en")
    assert (kept.plate_given, kept.division_id, kept.place) == ("赣A99999", "360102", "东湖区民德路1号")
    assert kept.occurred_at == datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    assert (kept.distance_km, kept.amount_charged) == (Decimal(1600), Decimal("28000.5"))
    assert (kept.contact_name, kept.contact_phone, kept.contact_email) == ("李雷", "13800138000", "li@example.org")
    assert kept.consent_sensitive
    assert kept.consent_share_contact


def test_the_receipt_code_is_grouped_as_it_is_printed_and_opens_the_complaint():
    receipt = send().json()
    assert [len(group) for group in receipt["receipt_code"].split("-")] == [4, 4, 4, 4]
    followed = client().get(f"{URL}{receipt['reference']}/", headers={"Receipt-Code": receipt["receipt_code"]})
    assert followed.status_code == 200


@pytest.mark.parametrize("kind", [kind.value for kind in Kind if kind is not Kind.AUTHORITY_CONDUCT])
def test_every_kind_is_taken_with_nothing_but_a_vehicle(kind):
    code = build.marking().code
    assert send({"kind": kind, "ambulance_code": code.lower()}).status_code == 201
    assert Complaint.objects.filter(marking__code=code).count() == 1


def test_nulls_and_empty_texts_count_as_left_out():
    left_out = ("plate", "place", "narrative", "contact_name", "contact_phone", "contact_email", "ambulance_code")
    nothing = dict.fromkeys(left_out, "") | dict.fromkeys(["occurred_at", "distance_km", "amount_charged"])
    assert send(complaint(**nothing)).status_code == 201
    assert send(complaint(**dict.fromkeys(nothing))).status_code == 201


def test_unknown_fields_are_ignored():
    assert send(complaint(colour="white", state="withdrawn", nested={"deep": [[]]})).status_code == 201
    assert Complaint.objects.get().state == "received"


def test_control_characters_vanish_and_line_breaks_stay():
    assert send(complaint(narrative="one\x00\x0b\r\ntwo\u202e", place="a\nb\x07")).status_code == 201
    kept = Complaint.objects.get()
    assert (kept.narrative, kept.place) == ("one\ntwo", "a b")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("kind", "shouting", "invalid_choice"),
        ("kind", "\ud800", "invalid_choice"),
        ("kind", None, "null"),
        ("kind", ["service"], "nested"),
        ("ambulance_code", "ACEF-HJKM-NPRX", "code-mistyped"),
        ("ambulance_code", "A" * 65, "max_length"),
        ("plate", "赣" * 21, "max_length"),
        ("division", "36010", "division_code"),
        ("division", "999999", "unknown"),
        ("division", "", "required"),
        ("place", "路" * 201, "max_length"),
        ("place", {"street": "x"}, "nested"),
        ("place", True, "invalid"),
        ("occurred_at", "2026-11-22T09:00:00", "naive"),
        ("occurred_at", "2026-11-22", "naive"),
        ("occurred_at", "yesterday", "invalid"),
        ("occurred_at", 20261122, "invalid"),
        ("occurred_at", "2026-11-23T18:11:00+08:00", "future"),
        ("occurred_at", "2010-01-01T00:00:00+08:00", "past"),
        ("occurred_at", "0001-01-01T00:00:00+14:00", "overflow"),
        ("narrative", "字" * 5001, "max_length"),
        ("distance_km", "far", "invalid"),
        ("distance_km", -1, "min_value"),
        ("distance_km", "20000.1", "max_value"),
        ("distance_km", "1.55", "max_decimal_places"),
        ("amount_charged", "NaN", "invalid"),
        ("amount_charged", "Infinity", "invalid"),
        ("amount_charged", 1e300, "max_digits"),
        ("amount_charged", [1], "nested"),
        ("contact_name", "名" * 51, "max_length"),
        ("contact_phone", "12", "phone_shape"),
        ("contact_email", "li at example", "invalid"),
        ("consent_sensitive", "perhaps", "invalid"),
    ],
)
def test_a_wrong_field_is_named_with_a_stable_code_and_nothing_is_kept(field, value, code):
    response = send(complaint(**{field: value}))
    assert (field, code) in faults(response)
    assert all(fault["message"] for fault in response.json()["errors"])
    assert not Complaint.objects.exists()
    assert not Submission.objects.exists()


def test_all_faults_of_the_shape_are_told_at_once():
    found = faults(send(complaint(kind="x", occurred_at="x", contact_phone="x")))
    assert {field for field, _code in found} == {"kind", "occurred_at", "contact_phone"}


def test_the_longest_story_is_taken():
    assert send(complaint(narrative="字" * 5000)).status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "malformed"),
        ('{"kind": NaN}', 400, "malformed"),
        ("[" * 100_000, 400, "malformed"),
        ('{"kind":' * 50_000, 400, "malformed"),
        (b"\xff\xfe{", 400, "malformed"),
        ("", 400, "invalid"),
        ("null", 400, "invalid"),
        ("[]", 400, "invalid"),
        ('"service"', 400, "invalid"),
        ('{"kind": ' + "[" * 900 + "]" * 900 + "}", 400, None),
    ],
    ids=["cut", "nan", "deep lists", "deep objects", "bytes", "empty", "null", "list", "text", "just parsed"],
)
def test_a_body_that_is_no_complaint_is_the_senders_fault(body, status, code):
    response = send(body)
    problem(response, status, code or response.json()["code"])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_another_kind_of_body_is_refused(kind):
    problem(client().post(URL, "kind=service", content_type=kind), 415, "unsupported-media-type")


def test_a_body_over_the_limit_is_refused_unread():
    problem(send(complaint(narrative="a" * 1_100_000)), 413, "too-large")
    lying = client().post(URL, "{}", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="9" * 30)
    problem(lying, 413, "too-large")


def test_a_repeat_gets_the_same_answer_and_makes_nothing():
    first, second = send(key=KEY), send(key=KEY)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Complaint.objects.count() == 1


def test_what_means_the_same_is_the_same_content():
    assert send(complaint(distance_km=1600, occurred_at="2026-11-22T01:00:00Z"), key=KEY).status_code == 201
    assert send(complaint(distance_km="1600.0", contact_phone="13800138000"), key=KEY).status_code == 200


def test_a_key_with_another_content_is_refused():
    send(key=KEY)
    problem(send(complaint(narrative="something else"), key=KEY), 422, "idempotency-key-reused")
    assert Complaint.objects.count() == 1


def test_a_refused_complaint_does_not_use_its_key_up():
    faults(send(complaint(division="999999"), key=KEY))
    assert send(key=KEY).status_code == 201


def test_equal_content_without_a_key_is_two_complaints():
    assert [send().status_code, send().status_code] == [201, 201]
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize("key", ["", "short", "a" * 256, "schlüssel-1234", "tab\tinside-1234"])
def test_a_key_that_is_none_is_refused_in_words(key):
    problem(send(key=key), 400, "idempotency-key-invalid")


def test_filings_are_limited_by_address_and_repeats_cost_nothing(few):
    assert [send(key=f"{KEY}-{n}").status_code for n in range(2)] == [201, 201]
    assert [send(key=f"{KEY}-1").status_code for _ in range(5)] == [200] * 5
    refused = send(key=f"{KEY}-2")
    problem(refused, 429, "too-many-requests")
    assert int(refused.headers["Retry-After"]) <= 600
    assert send(REMOTE_ADDR="203.0.113.9").status_code == 201


def test_a_forged_forwarding_header_changes_nothing(few):
    caller = client(headers={"X-Forwarded-For": "198.51.100.1"})
    statuses = [send(caller=caller, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code for n in range(4)]
    assert statuses == [201, 201, 429, 429]


def test_what_is_refused_for_its_shape_costs_no_filing(few):
    for _ in range(5):
        faults(send(complaint(kind="x")))
    assert few.used("filings", "127.0.0.1") == 0


def test_an_address_that_files_unusually_often_is_marked_for_the_desk(settings):
    settings.ENV = settings.ENV.model_copy(update={"CHALLENGE_AFTER": 1})
    send()
    send()
    assert [FLAG_NO_CHALLENGE in row.flags for row in Complaint.objects.order_by("pk")] == [False, True]


def test_the_answer_to_a_key_is_forgotten_after_a_day():
    send(key=KEY)
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1), tick=False):
        assert send(key=KEY).status_code == 201


def test_filing_needs_no_cookie_and_sets_none():
    response = client(enforce_csrf_checks=True).post(URL, json.dumps(complaint()), content_type="application/json")
    assert response.status_code == 201
    assert not response.cookies


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_methods_are_refused_and_told_which_are_taken(method):
    response = getattr(client(), method)(URL)
    problem(response, 405, "method-not-allowed")
    assert "POST" in response.headers["Allow"]


def test_options_say_what_can_be_sent():
    response = client().options(URL)
    assert response.status_code == 200
    assert "multipart/form-data" in response.json()["parses"]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(sorted(ComplaintSerializer().fields)), anything, max_size=4))
def test_whatever_stands_in_the_fields_the_answer_is_a_receipt_or_a_problem(changes):
    response = send(complaint(**changes))
    if response.status_code == 201:
        assert set(response.json()) == RECEIPT_NAMES
    else:
        assert response.status_code in (400, 429)
        problem(response, response.status_code, response.json()["code"])
