"""The institution replies: words, corrective action, attachments; the desk is told, the clock is met."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditRow
from complaints.files import discard, store_upload
from complaints.models import Evidence, Handling
from complaints.reading import public_events, receipt_of
from complaints.refusals import StaleVersion, Unsound
from complaints.services import withdraw
from complaints.services.forwarding import recall, return_reply
from complaints.workflow import NotAllowed
from evidence.store import EvidenceStore
from notifications.models import Message
from registry.refusals import OutOfScope
from tests.complaints.walled import ACTION, REPLY, SUMMARY, in_english, jpeg, walled
from tests.evidence.samples import talkative_jpeg
from tests.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = walled()
    world.forwarded()
    return world


@pytest.fixture
def officer(world):
    return in_english(world.officers["complaint_officer"])


def address(world) -> str:
    return reverse("forwarded:one", args=[world.sent.pk])


def send(world, client, **more):
    return client.post(
        address(world), {"version": world.sent.version, "text": REPLY, "corrective_action": ACTION, **more}
    )


def stored_files() -> set[str]:
    root = EvidenceStore().root
    return {str(path) for path in root.rglob("*") if path.is_file()}


def test_a_reply_meets_the_clock_and_stays_with_the_institution_until_an_officer_goes_on(world):
    Message.objects.all().delete()
    sent = world.replied()
    assert (sent.state, sent.reply, sent.corrective_action) == ("replied", REPLY, ACTION)
    assert world.part.state == Handling.State.WITH_INSTITUTION
    assert not sent.deadlines.filter(met_at=None).exists()
    event = world.complaint.events.latest("pk")
    assert (event.action, event.audience, event.side, event.is_public) == ("reply", "institution", "institution", True)
    told = {one.recipient for one in Message.objects.all()}
    assert told == {world.desk.authority.desk_email, world.desk.handler.email}


def test_the_page_takes_words_and_files_and_the_files_rest_clean_and_sealed(world, officer):
    response = send(world, officer, files=[jpeg("退款凭证.jpg")])
    assert response.status_code == 303
    attached = world.sent.attachments.get()
    assert (attached.complaint, attached.name) == (world.complaint, "退款凭证.jpg")
    clean = b"".join(EvidenceStore().read_cleaned(attached.cleaned_key))
    assert b"Exif" not in clean
    page = officer.get(response["Location"]).content.decode()
    assert REPLY in page
    assert "退款凭证.jpg" in page
    assert '<form class="box"' not in page


def test_the_audit_row_of_the_reply_names_the_number_and_nothing_of_the_case(world):
    world.replied()
    row = AuditRow.objects.get(action="forwarding.replied")
    assert row.detail == {"number": world.sent.number, "files": 0}
    assert (row.object_type, row.division_code) == ("complaints.Forwarding", world.hospital.division_id)


def test_what_is_refused_keeps_the_words_and_leaves_no_file(world, officer):
    before = stored_files()
    rubbish = SimpleUploadedFile("x.exe", b"MZ\x90\x00 program", content_type="image/jpeg")
    response = send(world, officer, files=[jpeg(), rubbish])
    assert response.status_code == 422
    assert REPLY in response.content.decode()
    assert stored_files() == before
    assert not world.sent.attachments.exists()
    assert send(world, officer, text=" ").status_code == 422
    assert send(world, officer, text="长" * 5001).status_code == 422
    too_many = [jpeg() for _ in range(settings.ENV.EVIDENCE_MAX_FILES + 1)]
    assert send(world, officer, files=too_many).status_code in {400, 422}
    assert world.sent.state == "open"


def test_whoever_answers_an_outdated_page_is_told_and_keeps_what_was_written(world, officer):
    old = world.sent.version
    world.replied()
    response = officer.post(address(world), {"version": old, "text": "另一份答复"})
    assert response.status_code == 409
    assert "Something has changed" in response.content.decode()
    with pytest.raises(StaleVersion) as stale:
        world.replied(version=old)
    assert stale.value.by == world.officers["complaint_officer"]


def test_a_stale_page_never_names_an_officer_of_the_authority(world):
    world.replied()
    return_reply(**world.at_forwarding(note="请补充"))
    with pytest.raises(StaleVersion) as stale:
        world.replied(version=1)
    assert stale.value.by is None


def test_a_returned_reply_is_given_again_and_both_stay_in_the_exchange(world, officer):
    world.replied()
    world.at += timedelta(days=1)
    return_reply(**world.at_forwarding(note="请附退款凭证。"))
    page = officer.get(address(world)).content.decode()
    assert "请附退款凭证。" in page
    assert "Your reply was returned" in page
    world.at += timedelta(days=1)
    world.replied(text="凭证已附。")
    page = officer.get(address(world)).content.decode()
    assert page.index(REPLY) < page.index("请附退款凭证。") < page.index("凭证已附。")


def test_of_what_was_taken_back_only_that_is_shown(world, officer):
    recall(**world.at_forwarding(reason="发错单位"))
    page = officer.get(address(world)).content.decode()
    assert "took this back" in page
    assert "发错单位" in page
    assert SUMMARY not in page
    assert officer.get(reverse("forwarded:file", args=[world.sent.pk, 1])).status_code == 404
    assert send(world, officer).status_code == 409


def test_no_reply_is_taken_in_a_case_that_ended_but_one_is_after_the_decision(world, officer):
    withdraw(complaint=world.complaint, now=world.at)
    assert "No reply is needed any more" in officer.get(address(world)).content.decode()
    assert send(world, officer).status_code == 409
    with pytest.raises(NotAllowed):
        world.replied()
    decided = walled()
    decided.forwarded()
    decided.case.concluded()
    assert decided.replied().state == "replied"


def test_another_institution_another_duty_and_an_officer_cannot_reply(world):
    with pytest.raises(OutOfScope):
        world.replied(actor=world.officers["other"])
    with pytest.raises(OutOfScope):
        world.replied(actor=world.officers["fleet_manager"])
    with pytest.raises(OutOfScope):
        world.replied(actor=world.desk.supervisor)
    assert send(world, client_of(world.officers["other"])).status_code == 404
    assert send(world, client_of(world.officers["fleet_manager"])).status_code == 403
    assert send(world, client_of(world.desk.handler)).status_code == 403


def test_files_over_the_limit_are_refused_by_the_service_too(world):
    photos = [store_upload(upload=io.BytesIO(talkative_jpeg()), name="a.jpg", now=world.at) for _ in range(2)]
    Evidence.objects.bulk_create(
        Evidence(
            complaint=world.complaint,
            forwarding=world.sent,
            media="pdf",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
            original_key=f"originals/{number}",
            cleaned_key=f"cleaned/{number}",
            cleaned_type="application/pdf",
            cleaned_size=1,
            added_at=world.at,
        )
        for number in range(settings.ENV.EVIDENCE_MAX_FILES - 1)
    )
    with pytest.raises(Unsound, match="files"):
        world.replied(evidence=photos)
    discard(photos)


def test_the_complainant_reads_that_it_replied_but_neither_words_nor_files(world, officer):
    send(world, officer, files=[jpeg("内部记录.jpg")])
    told = str(receipt_of(world.complaint))
    assert "reply" in {one.action for one in public_events(world.complaint)}
    assert REPLY not in told
    assert "内部记录" not in told
