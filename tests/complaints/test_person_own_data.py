"""The page about one's own data: seen, put right, a consent taken back, deleted; and what stands against it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.entry import Invalid
from complaints.kinds import Kind
from complaints.models import Complaint, Forwarding, Hold, Reveal
from complaints.own_data import stands_against
from complaints.services import withdraw
from complaints.services.data_subject import (
    StandsAgainst,
    correct_contact,
    delete_contact,
    delete_everything,
    withdraw_consent,
)
from complaints.strands import strands_of
from complaints.workflow import Action
from notifications.models import Message
from tests import build
from tests.complaints.build import authorities, text_of
from tests.complaints.desk import A_DAY, case, desk
from tests.complaints.entries import NARRATIVE, NOW, PHONE, filed
from tests.complaints.followers import TRACK, follower_of
from vault.keys import keyed_hash

pytestmark = pytest.mark.django_db
PAGE = f"{TRACK}data/"


def test_everything_that_is_kept_is_shown_to_the_holder_of_the_receipt_alone():
    complaint = filed(place="民德路1号")
    page = text_of(follower_of(complaint).get(PAGE))
    for kept in ("李雷", PHONE, NARRATIVE, "民德路1号"):
        assert kept in page
    assert follower_of(None).get(PAGE)["Location"] == TRACK


def test_who_opened_what_is_masked_is_told_by_authority_never_by_name():
    one = case(Kind.SERVICE).accepted()
    Reveal.objects.create(
        complaint=one.complaint,
        subject="contact",
        reason="需要电话核实。",
        asked_by=one.desk.handler,
        asked_at=NOW,
        is_granted=True,
        decided_by=one.desk.supervisor,
        decided_at=NOW,
        until=NOW + A_DAY,
    )
    Reveal.objects.create(
        complaint=one.complaint, subject="identity", reason="x", asked_by=one.desk.handler, asked_at=NOW
    )
    page = text_of(follower_of(one.complaint).get(PAGE))
    assert page.count(one.desk.authority.name) == 1
    for hidden in (one.desk.handler.name, one.desk.supervisor.name, "需要电话核实。"):
        assert hidden not in page


def test_an_institution_that_learned_the_contact_is_named():
    one = case(Kind.SERVICE, consent_share_contact=True).accepted()
    hospital = build.institution()
    Forwarding.objects.create(
        number="F12345678",
        handling=one.part,
        institution=hospital,
        purpose="reply",
        summary="x",
        forwarded_by=one.desk.handler,
        forwarded_at=NOW,
        contact_released_by=one.desk.handler,
        contact_released_at=NOW,
    )
    assert f"Passed to {hospital.name}, as you agreed" in text_of(follower_of(one.complaint).get(PAGE))


def test_the_contact_is_put_right_and_the_history_keeps_no_value():
    complaint = filed()
    Message.objects.all().delete()
    data = {
        "do": "correct",
        "contact_name": "韩梅梅",
        "contact_phone": "139 0013 9000",
        "contact_email": "h@example.org",
    }
    assert follower_of(complaint).post(PAGE, data).status_code == 303
    complaint.refresh_from_db()
    assert (complaint.contact_name, complaint.contact_phone) == ("韩梅梅", "13900139000")
    assert complaint.contact_phone_hash == keyed_hash("phone", "13900139000")
    event = complaint.events.get(action=Action.CHANGE_DATA)
    assert (event.text, event.is_public) == ("", True)
    # Whoever was reached so far is told: a stranger with the receipt code would be noticed.
    assert [message.recipient for message in Message.objects.all()] == [PHONE]


def test_a_wrong_contact_stays_as_typed_and_nothing_changes():
    complaint = filed()
    response = follower_of(complaint).post(PAGE, {"do": "correct", "contact_phone": "12", "contact_email": "nobody"})
    assert response.status_code == 422
    assert 'value="nobody"' in text_of(response)
    empty = follower_of(complaint).post(PAGE, {"do": "correct"})
    assert empty.status_code == 422
    assert "use the button below" in text_of(empty)
    complaint.refresh_from_db()
    assert complaint.contact_phone == PHONE


def test_saying_the_same_again_is_no_change():
    complaint = filed()
    same = {"name": "李雷", "phone": PHONE, "email": ""}
    assert not correct_contact(complaint=complaint, now=NOW, **same)
    with pytest.raises(Invalid):
        correct_contact(complaint=complaint, name="", phone="", email="", now=NOW)
    assert complaint.events.count() == 1


def test_the_consent_to_pass_on_the_contact_is_taken_back():
    complaint = filed(consent_share_contact=True)
    follower = follower_of(complaint)
    assert "Take the consent back" in text_of(follower.get(PAGE))
    follower.post(PAGE, {"do": "consent"})
    complaint.refresh_from_db()
    assert not complaint.consent_share_contact
    assert "Take the consent back" not in text_of(follower.get(PAGE))
    assert not withdraw_consent(complaint=complaint, now=NOW)


def test_while_it_is_handled_the_contact_goes_only_once_it_is_understood():
    complaint = filed(consent_share_contact=True)
    follower = follower_of(complaint)
    page = text_of(follower.get(PAGE))
    assert "you get no news any more" in page
    assert follower.post(PAGE, {"do": "contact"}).status_code == 422
    complaint.refresh_from_db()
    assert complaint.contact_phone == PHONE
    assert follower.post(PAGE, {"do": "contact", "is_understood": "1"}).status_code == 303
    complaint.refresh_from_db()
    left = (complaint.contact_name, complaint.contact_phone, complaint.contact_email, complaint.contact_phone_hash)
    assert not any(left)
    assert not complaint.consent_share_contact
    assert complaint.events.filter(action=Action.DELETE_DATA, is_public=True).count() == 1


def test_no_news_comes_after_the_contact_is_gone():
    one = case(Kind.SERVICE)
    delete_contact(complaint=one.complaint, is_understood=True, now=NOW)
    Message.objects.all().delete()
    one.accepted()
    assert not Message.objects.filter(template="complaints/step").exists()


def test_when_it_is_over_the_contact_goes_at_once():
    complaint = filed()
    withdraw(complaint=complaint, now=NOW)
    assert delete_contact(complaint=complaint, is_understood=False, now=NOW)
    assert not delete_contact(complaint=complaint, is_understood=False, now=NOW)


def test_an_open_case_is_not_deleted():
    complaint = filed()
    with pytest.raises(StandsAgainst):
        delete_everything(complaint=complaint, now=NOW)
    response = follower_of(complaint).post(PAGE, {"do": "everything", "is_sure": "1"})
    assert response.status_code == 409
    assert "It is being handled" in text_of(response)
    complaint.refresh_from_db()
    assert complaint.narrative == NARRATIVE


def test_what_an_authority_acted_on_is_kept_as_long_as_it_must_be(settings):
    one = case(Kind.SERVICE).accepted()
    withdraw(complaint=one.complaint, now=NOW + A_DAY)
    one.complaint.refresh_from_db()
    [reason] = stands_against([one.complaint], NOW + 2 * A_DAY)
    assert "2029" in str(reason)
    days = settings.ENV.RETENTION_CLAIM_DAYS
    assert stands_against([one.complaint], NOW + timedelta(days=days + 2)) == []


def test_a_hold_and_a_running_review_term_stand_against_it():
    desk(division="360100")
    one = case(Kind.SERVICE).concluded()
    Hold.objects.create(complaint=one.complaint, reason="诉讼", placed_by=one.desk.supervisor, placed_at=NOW)
    one.complaint.refresh_from_db()
    said = " ".join(str(reason) for reason in stands_against([one.complaint], one.at + A_DAY))
    assert "lawsuit" in said or "诉讼" in said
    assert "诉讼" not in text_of(follower_of(one.complaint).get(PAGE))


@pytest.mark.django_db(transaction=True)
def test_what_nobody_took_up_is_deleted_for_good_once_it_is_withdrawn():
    authorities()
    complaint = filed(kind=Kind.OVERCHARGING, files_both=True)
    withdraw(complaint=complaint, now=NOW)
    follower = follower_of(complaint)
    assert "cannot be undone" in text_of(follower.get(PAGE))
    assert follower.post(PAGE, {"do": "everything"}).status_code == 422
    assert follower.post(PAGE, {"do": "everything", "is_sure": "1"}).status_code == 303
    for half in strands_of(complaint):
        assert (half.narrative, half.place, half.contact_phone) == ("", "", "")
        assert half.destroyed_at is not None
        assert half.tombstone.batch is None
    page = text_of(follower.get(TRACK))
    assert "What you told, your contact and your files are deleted." in page
    assert NARRATIVE not in text_of(follower.get(PAGE))
    assert Complaint.objects.count() == 2


def test_a_day_without_a_time_is_shown_without_one():
    complaint = filed(occurred_at=NOW - A_DAY, answers={"when_precision": "day"})
    page = text_of(follower_of(complaint).get(PAGE))
    kept = page[page.index("<dt>Time</dt>") :]
    assert ":" not in kept[: kept.index("</dd>")]
