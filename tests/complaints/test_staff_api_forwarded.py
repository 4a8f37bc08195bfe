"""An institution's system reads what authorities sent it, and replies; of the case it learns nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditRow
from complaints.models import ComplaintEvent, Forwarding
from complaints.services.forwarding import recall, release_contact, return_reply
from tests import build
from tests.complaints import walled as wall
from tests.complaints.api_calls import problem
from tests.complaints.walled import Walled, walled
from tests.evidence.samples import picture_bytes
from tests.registry.staff_api import System

pytestmark = pytest.mark.django_db
URL = "/api/v1/staff/forwarded/"
BOTH = ("forwarded:read", "forwarded:write")
ROW_NAMES = {"id", "number", "purpose", "state", "takes_reply", "authority", "sent_on", "due_on"}
NAMES = ROW_NAMES | {
    "version",
    "summary",
    "return_note",
    "has_several_departments",
    "files",
    "exchange",
    "reply",
    "corrective_action",
    "replied_on",
}


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel("2026-11-24T10:30:00+08:00", tick=True) as traveller:
        yield traveller


@pytest.fixture
def sent() -> Walled:
    case = walled()
    case.forwarded()
    return case


@pytest.fixture
def hospital(sent: Walled) -> System:
    return System(sent.hospital, scopes=BOTH)


def forbidden(case: Walled) -> list[str]:
    """Whatever must not be on this side of the wall."""
    return [
        wall.NAME,
        wall.PHONE,
        wall.EMAIL,
        wall.PLACE,
        wall.STORY,
        wall.ANSWER,
        wall.FILE_NAME,
        case.complaint.reference,
        case.complaint.receipt_hash,
        str(case.desk.handler),
        "09:47",
        "01:47",
        "10:00",
    ]


def assert_walled(case: Walled, answer: Any) -> None:
    text = answer.content.decode()
    for secret in forbidden(case):
        assert secret not in text


def test_what_was_sent_is_listed_and_read_in_the_officers_words_and_nothing_else(sent, hospital):
    answer = hospital.get(URL)
    [row] = answer.json()
    assert set(row) == ROW_NAMES
    assert (row["state"], row["takes_reply"], row["sent_on"]) == ("open", True, "2026-11-24")
    one = hospital.get(f"{URL}{row['id']}/")
    told = one.json()
    assert set(told) == NAMES
    assert (told["summary"], told["files"], told["due_on"]) == (wall.SUMMARY, 1, "2026-12-01")
    assert one.headers["Cache-Control"] == "no-store"
    for each in (answer, one):
        assert_walled(sent, each)


def picture(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_bytes(), "image/jpeg")


def files_kept() -> int:
    return sum(1 for each in Path(settings.ENV.VAR_DIR).rglob("*") if each.is_file())


def test_before_it_is_forwarded_nothing_is_there():
    case = walled()
    hospital = System(case.hospital, scopes=BOTH)
    assert hospital.get(URL).json() == []


def test_a_reply_is_given_under_the_name_of_the_key(sent, hospital):
    body = {"version": sent.sent.version, "text": wall.REPLY, "corrective_action": wall.ACTION}
    answer = hospital.post(f"{URL}{sent.sent.pk}/reply/", body)
    assert (answer.status_code, answer.json()["state"]) == (200, "replied")
    kept = sent.sent
    assert (kept.reply, kept.corrective_action, kept.replied_by) == (wall.REPLY, wall.ACTION, hospital.maker)
    assert AuditRow.objects.get(action="forwarding.replied").actor_name.startswith("HIS")
    told = hospital.get(f"{URL}{kept.pk}/").json()
    assert (told["reply"], told["replied_on"], told["takes_reply"]) == (wall.REPLY, "2026-11-24", False)
    assert_walled(sent, answer)


def test_who_comes_second_is_told(sent, hospital):
    seen = sent.sent.version
    sent.replied()
    body = {"version": seen, "text": "另一答复"}
    refusal = problem(hospital.post(f"{URL}{sent.sent.pk}/reply/", body), 409, "stale-version")
    assert (refusal["version"], refusal["what"], refusal["by"]) == (seen + 1, "reply", sent.hospital.name)
    again = {"version": sent.sent.version, "text": "另一答复"}
    problem(hospital.post(f"{URL}{sent.sent.pk}/reply/", again), 409, "not-in-this-state")
    assert ComplaintEvent.objects.filter(action="reply").count() == 1


def test_a_returned_reply_is_read_with_the_note(sent, hospital):
    sent.replied()
    return_reply(**sent.at_forwarding(note="请附收费票据。"))
    told = hospital.get(f"{URL}{sent.sent.pk}/").json()
    assert (told["state"], told["return_note"], told["takes_reply"]) == ("returned", "请附收费票据。", True)
    assert [row["id"] for row in hospital.get(URL, state="waiting").json()] == [sent.sent.pk]


def test_what_was_taken_back_is_not_told_any_more(sent, hospital):
    recall(**sent.at_forwarding(reason="改由市场监管核价。"))
    answer = hospital.get(f"{URL}{sent.sent.pk}/")
    told = answer.json()
    assert (told["state"], told["summary"], told["files"]) == ("recalled", "", 0)
    assert wall.SUMMARY not in answer.content.decode()
    assert hospital.get(URL, state="waiting").json() == []


def test_a_released_contact_does_not_leave_by_this_door(sent, hospital):
    release_contact(**sent.at_forwarding(reason="便于退款。"))
    assert_walled(sent, hospital.get(f"{URL}{sent.sent.pk}/"))
    assert_walled(sent, hospital.get(URL))


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "答复"}, 400, "invalid"),
        ({"version": 1}, 422, "unsound"),
        ({"version": 1, "text": "  "}, 422, "unsound"),
        ({"version": 1, "text": "长" * 5001}, 400, "invalid"),
        ("{", 400, "malformed"),
    ],
)
def test_a_reply_that_is_none_is_refused(sent, hospital, body, status, code):
    problem(hospital.post(f"{URL}{sent.sent.pk}/reply/", body), status, code)
    assert Forwarding.objects.get().state == "open"


def test_others_see_nothing_and_cannot_tell_that_there_is_anything(sent):
    other = System(build.institution(), scopes=BOTH)
    assert other.get(URL).json() == []
    for pk in (sent.sent.pk, 10_000_000):
        problem(other.get(f"{URL}{pk}/"), 404, "not-found")
        problem(other.post(f"{URL}{pk}/reply/", {"version": 1, "text": "答复"}), 404, "not-found")
    for scopes in (("fleet:read", "fleet:write"), ("forwarded:write",)):
        problem(System(sent.hospital, scopes=scopes).get(URL), 403, "scope-missing")
    reader = System(sent.hospital, scopes=("forwarded:read",))
    problem(reader.post(f"{URL}{sent.sent.pk}/reply/", {"version": 1, "text": "答复"}), 403, "scope-missing")


def test_an_authoritys_key_is_nobody_here(sent):
    problem(System(sent.hospital, scopes=("fleet:read",)).get(f"{URL}{sent.sent.pk}/"), 403, "scope-missing")


def test_attachments_come_with_a_reply_and_belong_to_the_case(sent, hospital):
    before = files_kept()
    answer = hospital.reply(
        sent.sent.pk, {"version": 1, "text": wall.REPLY}, picture("收费清单.jpg"), picture("二.jpg")
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "replied")
    attached = list(sent.sent.attachments.order_by("pk"))
    assert [each.name for each in attached] == ["收费清单.jpg", "二.jpg"]
    assert ({each.complaint for each in attached}, files_kept()) == ({sent.complaint}, before + 4)
    assert_walled(sent, answer)


@pytest.mark.parametrize(
    ("version", "fields", "status", "code"),
    [
        (1, {"text": " "}, 422, "unsound"),
        (9, {"text": "答复"}, 409, "stale-version"),
        ("x", {"text": "答复"}, 400, "invalid"),
    ],
)
def test_a_reply_that_is_refused_leaves_no_file(sent, hospital, version, fields, status, code):
    before = files_kept()
    problem(hospital.reply(sent.sent.pk, {"version": version, **fields}, picture("一.jpg")), status, code)
    assert (files_kept(), sent.sent.attachments.count(), sent.sent.state) == (before, 0, "open")


def test_a_file_that_is_none_is_named_and_the_reply_not_taken(sent, hospital):
    bad = SimpleUploadedFile("病毒.exe", b"MZ nothing of the sort", "image/jpeg")
    before = files_kept()
    refusal = problem(
        hospital.reply(sent.sent.pk, {"version": 1, "text": "答复"}, picture("一.jpg"), bad), 400, "invalid"
    )
    assert [error["field"] for error in refusal["errors"]] == ["files.1"]
    assert (files_kept(), sent.sent.state) == (before, "open")
    as_json = hospital.post(f"{URL}{sent.sent.pk}/reply/", {"version": 1, "text": "答复", "files": ["一.jpg"]})
    assert [error["code"] for error in problem(as_json, 400, "invalid")["errors"]] == ["no-file"]


def test_files_in_another_field_and_too_many_are_refused_before_any_is_decoded(sent, hospital, settings):
    stray = hospital.reply(sent.sent.pk, {"version": 1, "text": "答复"}, picture("一.jpg"), field="evidence")
    assert [error["code"] for error in problem(stray, 400, "invalid")["errors"]] == ["stray-file"]
    many = [SimpleUploadedFile(f"{n}.jpg", b"no picture") for n in range(settings.ENV.EVIDENCE_MAX_FILES + 1)]
    refusal = problem(hospital.reply(sent.sent.pk, {"version": 1, "text": "答复"}, *many), 422, "unsound")
    assert [error["code"] for error in refusal["errors"]] == ["too-many-files"]


def test_a_stranger_sends_files_to_nobody(sent):
    other = System(build.institution(), scopes=BOTH)
    for pk in (sent.sent.pk, 10_000_000):
        problem(other.reply(pk, {"version": 1, "text": "答复"}, picture("一.jpg")), 404, "not-found")


@pytest.mark.parametrize("count", [1, 6])
def test_a_list_costs_the_same_questions_whatever_its_length(sent, hospital, count, django_assert_num_queries):
    for _ in range(count - 1):
        sent.forwarded()
    hospital.get(URL)
    with django_assert_num_queries(3):
        assert len(hospital.get(URL).json()) == count


@pytest.mark.parametrize("query", [{"state": "x"}, {"limit": "0"}, {"after": json.dumps(["x", 1])}])
def test_filters_that_are_none_are_refused(hospital, query):
    problem(hospital.get(URL, **query), 400, "invalid")
