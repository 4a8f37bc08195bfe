"""Files with a complaint filed by program: kept sealed with it, or refused by name and gone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from complaints import api
from complaints.files import store_upload
from complaints.models import Complaint, Evidence
from edge.limits import Limiter, limiter
from evidence.refusals import BUSY, refusal
from tests import build
from tests.complaints.api_calls import KEY, URL, client, complaint, faults, photo, problem, send, send_form
from tests.evidence.samples import picture_bytes
from vault.files import StorageFull

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    """An empty place for evidence."""
    location = tmp_path / "evidence"
    settings.STORAGES = {**settings.STORAGES, "evidence": {"BACKEND": "x", "OPTIONS": {"location": location}}}
    limiter().clear()
    return location


def lying_in(shelf: Path) -> int:
    return sum(path.is_file() for path in shelf.rglob("*"))


def test_a_photo_comes_back_on_the_receipt_by_name_and_the_hash_of_what_was_sent(shelf):
    response = send_form([photo()])
    assert response.status_code == 201
    assert response.json()["evidence"] == [{"name": "车.jpg", "sha256": hashlib.sha256(picture_bytes()).hexdigest()}]
    assert Complaint.objects.get().evidence.get().media == "image"
    assert lying_in(shelf) == 2


def test_several_files_keep_their_order():
    response = send_form([photo("b.jpg"), photo("a.png", picture_bytes("PNG"))])
    assert [line["name"] for line in response.json()["evidence"]] == ["b.jpg", "a.png"]


def test_a_form_without_files_is_a_complaint_too():
    response = client().post(URL, complaint())
    assert response.status_code == 201
    assert Complaint.objects.get().consent_sensitive


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"MZ\x90 no picture", "unsupported-type"), (picture_bytes()[:200], "damaged")],
    ids=["empty", "program", "cut"],
)
def test_a_file_that_is_not_taken_is_named_by_its_place_and_nothing_is_kept(shelf, content, code):
    response = send_form([photo(), photo("二.jpg", content)])
    assert faults(response) == {("evidence.1", code)}
    assert "二.jpg" in response.json()["errors"][0]["message"]
    assert not Complaint.objects.exists()
    assert not Evidence.objects.exists()
    assert lying_in(shelf) == 0


def test_every_file_that_is_not_taken_is_named_at_once():
    assert {field for field, _ in faults(send_form([photo(content=b"x"), photo(), photo(content=b"y")]))} == {
        "evidence.0",
        "evidence.2",
    }


def test_a_file_over_its_limit_is_refused(settings):
    settings.ENV = settings.ENV.model_copy(update={"EVIDENCE_MAX_MB_IMAGE": 0})
    assert faults(send_form([photo()])) == {("evidence.0", "too-large")}


def test_more_files_than_are_taken_are_refused_before_any_is_looked_at(shelf, monkeypatch):
    monkeypatch.setattr(api, "store_upload", pytest.fail)
    assert faults(send_form([photo(f"{n}.jpg") for n in range(10)])) == {("evidence", "too-many-files")}
    problem(send_form([photo(f"{n}.jpg") for n in range(12)]), 413, "too-large")


def test_files_in_another_field_are_refused_instead_of_lost(shelf):
    assert faults(send_form([photo()], field="photo")) == {("photo", "stray-file")}
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("value", ["receipt.jpg", ["receipt.jpg"], {"name": "receipt.jpg"}])
def test_text_in_place_of_files_is_refused(value):
    assert faults(send(complaint(evidence=value))) == {("evidence", "no-file")}


@pytest.mark.parametrize("size", [10, 70_000])
def test_a_file_whose_name_is_no_utf8_is_refused_instead_of_lost(size):
    name = "收据.jpg".encode("gbk")
    parts = [
        b'Content-Disposition: form-data; name="kind"\r\n\r\nother',
        f'Content-Disposition: form-data; name="division"\r\n\r\n{build.division().code}'.encode(),
        b'Content-Disposition: form-data; name="evidence"; filename="' + name + b'"\r\n\r\n' + b"x" * size,
    ]
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    response = client().post(URL, body, content_type="multipart/form-data; boundary=edge")
    problem(response, 400, "malformed")
    assert not Complaint.objects.exists()


def test_an_empty_list_of_files_in_json_is_no_file():
    assert send(complaint(evidence=[])).status_code == 201


def test_a_complaint_that_the_core_refuses_costs_no_decoding_but_counts(monkeypatch):
    """Else "no place needed" would tell, without any limit, which plates are registered."""
    monkeypatch.setattr(api, "store_upload", pytest.fail)
    assert ("division", "unknown") in faults(send_form([photo()], division="999999"))
    assert limiter().used("filings", "127.0.0.1") == 1


def test_a_complaint_refused_at_the_last_moment_leaves_no_file_behind(shelf, monkeypatch):
    monkeypatch.setattr(api, "subject_of", lambda _entry: None)
    assert ("division", "unknown") in faults(send_form([photo()], division="999999"))
    assert lying_in(shelf) == 0


def test_a_fault_while_filing_leaves_no_file_behind(shelf, monkeypatch):
    def break_down(**_given):
        assert lying_in(shelf) == 2
        raise RuntimeError("broken")

    monkeypatch.setattr(api, "submit_complaint", break_down)
    problem(send_form([photo()]), 500, "server-error")
    assert lying_in(shelf) == 0


def test_a_repeat_is_answered_without_cleaning_its_files_again(shelf, monkeypatch):
    first = send_form([photo()], key=KEY)
    monkeypatch.setattr(api, "store_upload", pytest.fail)
    second = send_form([photo()], key=KEY)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert lying_in(shelf) == 2


def test_a_repeat_that_comes_while_the_first_is_written_keeps_no_second_copy(shelf, monkeypatch):
    send_form([photo()], key=KEY)
    monkeypatch.setattr(api, "repeat_of", lambda **_given: None)
    assert send_form([photo()], key=KEY).status_code == 200
    assert lying_in(shelf) == 2


def test_another_file_under_the_same_key_is_another_content(shelf):
    send_form([photo()], key=KEY)
    other = photo(content=picture_bytes("PNG"))
    problem(send_form([other], key=KEY), 422, "idempotency-key-reused")
    assert lying_in(shelf) == 2


def test_a_full_disk_is_507_and_leaves_nothing(shelf, monkeypatch):
    calls = []

    def fill(**given):
        calls.append(given)
        if len(calls) == 2:
            raise StorageFull("No space left on device")
        return store_upload(**given)

    monkeypatch.setattr(api, "store_upload", fill)
    problem(send_form([photo(), photo("b.jpg")]), 507, "no-space")
    assert lying_in(shelf) == 0
    assert not Complaint.objects.exists()


def test_decoders_that_are_all_taken_are_503_with_a_time_to_come_back(monkeypatch):
    def busy(**given):
        raise refusal(BUSY, name=given["name"])

    monkeypatch.setattr(api, "store_upload", busy)
    response = send_form([photo()])
    problem(response, 503, "busy")
    assert response.headers["Retry-After"] == "60"


def test_whoever_has_filed_too_often_costs_no_decoding(monkeypatch):
    counted = Limiter({"filings": "1/10 minutes"})
    counted.hit("filings", "127.0.0.1")
    monkeypatch.setattr(api, "limiter", lambda: counted)
    monkeypatch.setattr(api, "store_upload", pytest.fail)
    problem(send_form([photo()]), 429, "too-many-requests")


def test_a_name_that_would_climb_out_is_only_a_name():
    response = send_form([photo("../../etc/pass\u202ewd.jpg")])
    assert response.json()["evidence"][0]["name"] == "passwd.jpg"
