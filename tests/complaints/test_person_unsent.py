"""Whoever had the contact deleted is not written to any more, though the message waited in the outbox already."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction

from complaints.kinds import Kind
from complaints.messages import receipt_code_sent
from complaints.models import Complaint
from complaints.services import accept, withdraw
from complaints.services.data_subject import correct_contact, delete_contact, delete_everything
from complaints.services.destroying import destroy_complaint
from complaints.services.linking import merge
from complaints.strands import strands_of
from notifications import claims
from notifications.models import Message
from notifications.services import drain_outbox
from notifications.states import Medium, State
from tests.complaints.build import authorities
from tests.complaints.desk import A_DAY, case, desk
from tests.complaints.entries import EMAIL, NOW, PHONE, filed

LEFT = {PHONE, EMAIL}
WHY = "同一次转运。"


def addressed() -> list[Message]:
    """What the outbox holds for the contact that was left, sent or not."""
    return [one for one in Message.objects.order_by("pk") if one.recipient in LEFT]


@pytest.mark.django_db
def test_what_waits_for_a_deleted_contact_is_taken_back_and_the_desks_are_still_told():
    one = case(Kind.SERVICE, contact_email=EMAIL).accepted()
    desks = Message.objects.count() - len(addressed())
    assert {(message.channel, message.template) for message in addressed()} >= {
        ("sms", "complaints/received"),
        ("email", "complaints/step"),
    }
    delete_contact(complaint=one.complaint, is_understood=True, now=NOW)
    assert addressed() == []
    assert Message.objects.count() == desks > 0


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_nothing_to_a_contact_deleted_before():
    complaint = filed(contact_email=EMAIL)
    delete_contact(complaint=complaint, is_understood=True, now=NOW)
    drain_outbox()
    assert mail.outbox
    assert not any(LEFT & set(one.recipients()) for one in mail.outbox)


@pytest.mark.django_db(transaction=True)
def test_a_message_that_a_worker_has_claimed_but_not_read_is_not_sent_either():
    complaint = filed()
    claimed = claims.claim_batch(size=50, channels=["email", "sms"])
    delete_contact(complaint=complaint, is_understood=True, now=NOW)
    assert {message.recipient for one in claimed if (message := claims.read(one))}.isdisjoint(LEFT)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.SENT, State.DEAD, State.SUSPENDED])
def test_no_copy_of_the_contact_stays_in_the_outbox(state):
    complaint = filed()
    sent_at = NOW if state == State.SENT else None
    Message.objects.all().update(state=state, sent_at=sent_at)
    delete_contact(complaint=complaint, is_understood=True, now=NOW)
    assert addressed() == []


@pytest.mark.django_db
def test_a_receipt_code_on_its_way_is_taken_back_as_well():
    complaint = filed()
    with transaction.atomic():
        receipt_code_sent(complaint, "A" * 16, medium=Medium.SMS, recipient=PHONE, occasion="event-1", is_new=True)
    delete_contact(complaint=complaint, is_understood=True, now=NOW)
    assert not Message.objects.filter(template="complaints/receipt_code").exists()


@pytest.mark.django_db
def test_news_of_the_other_half_of_the_submission_is_taken_back_as_well():
    authorities()
    here = desk()
    first, twin = strands_of(filed(kind=Kind.OVERCHARGING, files_both=True))
    part = twin.handlings.filter(closed_at=None).latest("pk")
    part.authority = here.authority
    part.save()
    accept(handling=part, version=part.version, actor=here.handler, now=NOW + A_DAY, address="192.0.2.7")
    assert any(message.event_key.startswith(f"complaint-{twin.pk}-") for message in addressed())
    delete_contact(complaint=twin, is_understood=True, now=NOW + A_DAY)
    assert addressed() == []
    assert not Complaint.objects.get(pk=first.pk).contact_phone


@pytest.mark.django_db
def test_news_of_the_main_case_goes_only_to_whoever_still_has_a_contact():
    here = desk()
    one, main = case(at_desk=here), case(at_desk=here, contact_phone="13900139000")
    merge(**one.by(here.handler, main=main.complaint, reason=WHY))
    main.accepted()
    assert any(message.event_key.startswith(f"complaint-{one.complaint.pk}-") for message in addressed())
    delete_contact(complaint=one.complaint, is_understood=True, now=NOW + A_DAY)
    assert addressed() == []
    kept = [message for message in Message.objects.all() if message.recipient == "13900139000"]
    assert {message.event_key.split("-")[1] for message in kept} == {str(main.complaint.pk)}
    assert {message.template for message in kept} == {"complaints/received", "complaints/step"}


@pytest.mark.django_db
def test_another_case_whose_number_begins_alike_keeps_its_messages():
    one = filed()
    with transaction.atomic():
        other = Complaint.objects.get(pk=filed().pk)
        receipt_code_sent(other, "A" * 16, medium=Medium.SMS, recipient=PHONE, occasion="x", is_new=True)
    Message.objects.filter(event_key=f"complaint-{other.pk}-code-x-sms").update(
        event_key=f"complaint-{one.pk}0-code-x-sms"
    )
    delete_contact(complaint=one, is_understood=True, now=NOW)
    assert Message.objects.filter(event_key=f"complaint-{one.pk}0-code-x-sms").exists()


@pytest.mark.django_db
def test_a_single_contact_that_is_taken_out_is_not_written_to_but_told_that_it_was():
    complaint = filed(contact_email=EMAIL)
    assert {message.template for message in addressed()} == {"complaints/received"}
    correct_contact(complaint=complaint, name="李雷", phone=PHONE, email="", now=NOW)
    assert [(one.recipient, one.template) for one in addressed()] == [
        (PHONE, "complaints/received"),
        (EMAIL, "complaints/step"),
        (PHONE, "complaints/step"),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_whom", ["person", "retention"])
def test_whatever_is_destroyed_is_not_written_to(by_whom):
    authorities()
    complaint = filed(kind=Kind.OVERCHARGING, files_both=True)
    withdraw(complaint=complaint, now=NOW)
    assert "complaints/withdrawn" in {message.template for message in addressed()}
    if by_whom == "person":
        delete_everything(complaint=complaint, now=NOW)
    else:
        destroy_complaint(complaint=complaint, batch=None, now=NOW + timedelta(days=1200))
    assert addressed() == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_a_step_of_the_main_case_at_the_same_moment_leaves_no_message_behind(attempt):
    """The step has read the contact and not committed yet when the deletion begins. Needs row locks: PostgreSQL."""
    here = desk()
    one, main = case(at_desk=here), case(at_desk=here, contact_phone="13900139000")
    merge(**one.by(here.handler, main=main.complaint, reason=WHY))
    deleting = threading.Thread(target=_delete, args=[one.complaint])
    with transaction.atomic():
        main.accepted()
        deleting.start()
        deleting.join(0.5)
        assert deleting.is_alive()
    deleting.join(10)
    assert addressed() == []


def _delete(complaint: Complaint) -> None:
    try:
        delete_contact(complaint=complaint, is_understood=True, now=NOW + A_DAY)
    finally:
        connection.close()
