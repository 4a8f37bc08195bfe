"""The evidence viewer: cleaned copies, ranges for players, originals only under an open look."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.files import store_upload
from complaints.models import Evidence, Reveal
from complaints.services.revealing import ask_reveal, decide_reveal
from evidence.store import EvidenceStore
from tests.complaints.desk import ADDRESS, desk
from tests.complaints.walled import NAME, NOW, walled
from tests.evidence.samples import SECRET, recording
from tests.people import client_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return walled()


@pytest.fixture
def handler(world):
    return client_of(world.desk.handler)


def address(name: str, world, evidence: Evidence | None = None) -> str:
    return reverse(f"wall:{name}", args=[world.complaint.pk, (evidence or world.evidence).pk])


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def film(world, tmp_path) -> Evidence:
    data = recording(tmp_path / "a.mp4", "mp4", film="mpeg4", seconds=2.0)
    evidence = store_upload(upload=io.BytesIO(data), name="现场.mp4", now=NOW)
    evidence.complaint = world.complaint
    evidence.save()
    return evidence


def test_the_gallery_shows_every_sort_and_costs_the_same_for_any_number(world, handler, tmp_path):
    film(world, tmp_path)
    page = handler.get(reverse("wall:evidence", args=[world.complaint.pk])).content.decode()
    assert "<video controls" in page
    assert 'data-picture="' in page
    few = count(handler, world)
    for number in range(10):
        Evidence.objects.create(
            complaint=world.complaint,
            name=f"{number}.pdf",
            media="pdf",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
            original_key=f"originals/{number}",
            cleaned_key=f"cleaned/{number}",
            cleaned_type="application/pdf",
            cleaned_size=1,
            added_at=NOW,
        )
    assert count(handler, world) == few


def count(client, world) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("wall:evidence", args=[world.complaint.pk]))
    return len(asked)


def test_a_cleaned_copy_is_whole_harmless_and_recorded(world, handler):
    response = handler.get(address("file", world))
    content = body(response)
    assert content == b"".join(EvidenceStore().read_cleaned(world.evidence.cleaned_key))
    assert SECRET.encode() not in content
    assert response["Content-Length"] == str(len(content))
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store")
    row = AuditRow.objects.get(action="evidence.read")
    assert row.detail == {"reference": world.complaint.reference, "file": world.evidence.pk, "media": "image"}


def test_a_player_gets_the_range_it_asks_for_and_one_record_for_all_of_them(world, handler, tmp_path):
    evidence = film(world, tmp_path)
    whole = body(handler.get(address("file", world, evidence)))
    assert len(whole) == evidence.cleaned_size
    for asked, status, part in (
        ("bytes=0-", 206, whole),
        ("bytes=0-99", 206, whole[:100]),
        ("bytes=1000-1099", 206, whole[1000:1100]),
        ("bytes=-10", 206, whole[-10:]),
        (f"bytes=5-{len(whole) + 99}", 206, whole[5:]),
        ("bytes=0-1,5-9", 200, whole),
        ("lines=1-2", 200, whole),
    ):
        response = handler.get(address("file", world, evidence), headers={"range": asked})
        assert (response.status_code, body(response)) == (status, part), asked
        assert response["Content-Length"] == str(len(part))
    beyond = handler.get(address("file", world, evidence), headers={"range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")
    starts = 5  # whole, two from zero, two that are served whole
    assert AuditRow.objects.filter(action="evidence.read").count() == starts


def test_a_file_that_is_read_from_its_second_byte_on_leaves_its_record(world, handler, tmp_path):
    evidence = film(world, tmp_path)
    for start in (1, 2):
        answer = handler.get(address("file", world, evidence), headers={"range": f"bytes={start}-"})
        assert answer.status_code == 206
        body(answer)
    [row] = AuditRow.objects.filter(action="evidence.read")
    assert row.detail["file"] == evidence.pk
    handler.get(address("file", world), headers={"range": "bytes=1-"})
    assert AuditRow.objects.filter(action="evidence.read").count() == 2, "another file is another look"


def test_a_file_whose_name_names_the_complainant_is_called_by_what_it_is(world, handler):
    gallery = handler.get(reverse("wall:evidence", args=[world.complaint.pk])).content.decode()
    assert NAME not in gallery
    assert NAME not in unquote(handler.get(address("file", world))["Content-Disposition"])
    Evidence.objects.filter(pk=world.evidence.pk).update(name="收据.jpg")
    assert "收据.jpg" in handler.get(reverse("wall:evidence", args=[world.complaint.pk])).content.decode()


def test_a_document_is_taken_away_never_opened(world, handler):
    Evidence.objects.filter(pk=world.evidence.pk).update(media="pdf", cleaned_type="application/pdf")
    assert handler.get(address("file", world))["Content-Disposition"].startswith("attachment")


def test_the_original_exists_only_under_an_open_look_of_the_asker_and_each_opening_is_recorded(world, handler):
    world.at = timezone.now()
    original = address("original", world)
    assert handler.get(original).status_code == 404
    response = handler.post(address("ask_original", world), {"reason": "核对拍摄时间"})
    assert response.status_code == 303
    assert handler.get(original).status_code == 404
    reveal = Reveal.objects.get()
    decide_reveal(reveal=reveal, is_granted=True, actor=world.desk.supervisor, now=world.at, address=ADDRESS)
    opened = handler.get(original)
    assert SECRET.encode() in body(opened)
    assert opened["Content-Disposition"].startswith("attachment")
    assert opened["Content-Type"] == "application/octet-stream"
    assert opened["Cache-Control"] == "no-store"
    handler.get(original)
    assert AuditRow.objects.filter(action="reveal.shown").count() == 2
    assert client_of(world.desk.supervisor).get(original).status_code == 404
    other = store_upload(upload=io.BytesIO(body(handler.get(original))), name="b.jpg", now=NOW)
    other.complaint = world.complaint
    other.save()
    assert handler.get(address("original", world, other)).status_code == 404
    Reveal.objects.update(until=world.at)
    assert handler.get(original).status_code == 404


def test_a_look_at_the_original_needs_words_and_is_asked_once(world, handler):
    page = address("ask_original", world)
    assert handler.get(page).status_code == 200
    assert handler.post(page, {"reason": " "}).status_code == 422
    assert handler.post(page, {"reason": "核对"}).status_code == 303
    assert handler.post(page, {"reason": "核对"}).status_code == 422
    gallery = handler.get(reverse("wall:evidence", args=[world.complaint.pk]))
    assert f'"{page}"' not in gallery.content.decode()


@pytest.mark.parametrize("name", ["file", "original", "ask_original"])
def test_outside_of_the_case_no_file_exists(world, name):
    strangers = {
        404: [desk(division="110105").handler],
        403: [person(Role.REVIEWER, body=world.desk.authority), world.officers["everything"]],
    }
    for status, people in strangers.items():
        for who in people:
            assert client_of(who).get(address(name, world)).status_code == status
    foreign = walled(contact_phone="13800000007")
    mixed = reverse(f"wall:{name}", args=[world.complaint.pk, foreign.evidence.pk])
    assert client_of(world.desk.handler).get(mixed).status_code == 404


def test_a_look_cannot_be_asked_for_by_a_reader_from_above(world):
    above = client_of(desk(division="360100").handler)
    assert above.get(address("file", world)).status_code == 200
    assert above.post(address("ask_original", world), {"reason": "核对"}).status_code == 403
    with pytest.raises(Exception, match="open part"):
        ask_reveal(
            complaint=world.complaint,
            subject="original",
            evidence=world.evidence,
            reason="核对",
            actor=desk(division="360100").handler,
            now=NOW,
            address=ADDRESS,
        )
