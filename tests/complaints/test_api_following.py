"""Following a complaint by program: reference and receipt code open it, and nothing else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from complaints import api
from complaints.models import Complaint
from complaints.services import withdraw
from edge.limits import Limiter, limiter
from tests.complaints.api_calls import RECEIPT_NAMES, URL, problem
from tests.complaints.entries import NOW, submit

pytestmark = pytest.mark.django_db

EVENT_NAMES = {"action", "at", "text", "authority", "words", "strand"}
STORY_NAMES = {"events", "strands", "questions", "deadlines", "decisions"}


@pytest.fixture(autouse=True)
def fresh():
    limiter().clear()
    yield
    limiter().clear()


@pytest.fixture
def few(monkeypatch):
    counted = Limiter({"tracking": "3/10 minutes"})
    monkeypatch.setattr(api, "limiter", lambda: counted)
    return counted


@pytest.fixture
def receipt():
    return submit().receipt


def follow(reference: str, code: str | None, **meta: Any) -> Any:
    headers = {"Accept-Language": "en"} | ({} if code is None else {"Receipt-Code": code})
    return Client().get(f"{URL}{reference}/", headers=headers, **meta)


def test_the_holder_of_the_receipt_sees_where_it_stands(receipt, django_assert_max_num_queries):
    # The complaint, its deadlines and files; then its cases, parts, their deadlines, and the events.
    with django_assert_max_num_queries(7):
        response = follow(receipt.reference, receipt.receipt_code)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    story = response.json()
    assert set(story) == RECEIPT_NAMES - {"receipt_code"} | STORY_NAMES
    submitted = {"action": "submit", "at": "2026-11-23T10:00:00+08:00", "text": "Complaint received"}
    assert story["events"] == [{**submitted, "authority": "", "words": "", "strand": "complaint"}]
    assert [line["step"] for line in story["due"]] == [line.step for line in receipt.due]


def test_a_step_taken_later_is_told(receipt):
    complaint = Complaint.objects.get(reference=receipt.reference)
    withdraw(complaint=complaint, now=NOW + timedelta(hours=1))
    story = follow(receipt.reference, receipt.receipt_code).json()
    assert (story["state"], story["public_state"], story["due"]) == ("withdrawn", "withdrawn", [])
    assert [event["action"] for event in story["events"]] == ["submit", "withdraw"]
    assert all(set(event) == EVENT_NAMES for event in story["events"])


def test_nothing_of_the_person_or_the_story_is_told(receipt):
    said = follow(receipt.reference, receipt.receipt_code).content.decode()
    assert not any(secret in said for secret in ("李雷", "13800138000", "两万八千"))


@pytest.mark.parametrize(
    "write", [str.lower, lambda text: text.replace("-", ""), lambda text: f" {text[:4]} {text[4:]}"]
)
def test_reference_and_code_are_read_as_people_write_them(receipt, write):
    assert follow(write(receipt.reference), write(receipt.receipt_code)).status_code == 200


def test_whatever_is_wrong_the_answer_is_the_same(receipt):
    other = submit().receipt
    wrong = [
        follow(receipt.reference, None),
        follow(receipt.reference, ""),
        follow(receipt.reference, "ACEF-HJKM-NPRT-WXY2"),
        follow(receipt.reference, other.receipt_code),
        follow("ZZ99-9999", receipt.receipt_code),
        follow("nonsense" * 50, "x" * 500),
    ]
    assert len({response.content for response in wrong}) == 1
    problem(wrong[0], 404, "complaint-not-found")
    assert "Receipt" not in wrong[0].headers.get("Vary", "")


def test_wrong_codes_from_one_address_are_limited(receipt, few):
    for number in range(3):
        problem(follow(f"AB12-345{number}", "x"), 404, "complaint-not-found")
    refused = follow(receipt.reference, receipt.receipt_code)
    problem(refused, 429, "too-many-requests")
    assert int(refused.headers["Retry-After"]) > 0
    assert follow(receipt.reference, receipt.receipt_code, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_stranger_with_wrong_codes_never_shuts_the_holder_out(receipt, few):
    for number in range(25):
        follow(receipt.reference, "x", REMOTE_ADDR=f"203.0.113.{number}")
    assert follow(receipt.reference, receipt.receipt_code).status_code == 200


def test_right_codes_are_never_used_up(receipt, few):
    assert {follow(receipt.reference, receipt.receipt_code).status_code for _ in range(8)} == {200}


def test_a_complaint_is_only_read_here(receipt):
    for method in ("post", "put", "patch", "delete"):
        headers = {"Receipt-Code": receipt.receipt_code}
        response = getattr(Client(), method)(f"{URL}{receipt.reference}/", headers=headers)
        problem(response, 405, "method-not-allowed")
