"""A lost receipt code: replaced through the contact that was left, and nobody learns whether there was one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints import views_own_data
from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.reading import find_by_receipt
from complaints.receipts import read_receipt_code
from complaints.services.lost_code import replace_receipt_code
from complaints.services.submit import answer_of
from complaints.strands import strands_of
from complaints.workflow import Action
from edge.limits import Limiter
from notifications.channels import CHANNELS
from notifications.models import Message
from notifications.rendering import render_parts
from tests.complaints.build import authorities, text_of
from tests.complaints.entries import EMAIL, NARRATIVE, NOW, PHONE, entry, filed, submit
from tests.complaints.followers import TRACK, follower_of

pytestmark = pytest.mark.django_db
PAGE = f"{TRACK}lost/"


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(views_own_data, "LEAST_SECONDS", 0.0)


def sent() -> list[Message]:
    return list(Message.objects.filter(template="complaints/receipt_code"))


def words_of(message: Message) -> str:
    return str(render_parts(message.template, message.language, CHANNELS[message.channel].parts, message.context))


@pytest.mark.parametrize("contact", [PHONE, "138 0013 8000", "+86 13800138000", EMAIL, EMAIL.upper()])
def test_a_new_code_goes_to_the_contact_that_was_left_and_opens_the_complaint(contact):
    receipt = submit(entry(contact_email=EMAIL)).receipt
    replace_receipt_code(reference=receipt.reference.lower(), contact=contact, now=NOW)
    [message] = sent()
    assert message.recipient in {PHONE, EMAIL}
    code = message.context["code"]
    assert find_by_receipt(receipt.reference, code) is not None
    assert find_by_receipt(receipt.reference, receipt.receipt_code) is None
    assert code in words_of(message)


@pytest.mark.parametrize(
    ("reference", "contact"),
    [(None, "13900139000"), (None, "other@example.org"), (None, ""), ("ZZ99-9999", PHONE), ("", ""), (None, "李雷")],
)
def test_whatever_does_not_fit_changes_nothing(reference, contact):
    receipt = submit(entry(contact_email=EMAIL)).receipt
    replace_receipt_code(reference=receipt.reference if reference is None else reference, contact=contact, now=NOW)
    assert not sent()
    assert find_by_receipt(receipt.reference, receipt.receipt_code) is not None


def test_who_left_no_contact_gets_none_whatever_is_written():
    complaint = filed(contact_phone="", contact_name="")
    for contact in ("", " ", PHONE):
        replace_receipt_code(reference=complaint.reference, contact=contact, now=NOW)
    assert not sent()


def test_a_landline_is_sent_nothing():
    complaint = filed(contact_phone="0791-88886666")
    replace_receipt_code(reference=complaint.reference, contact="0791-88886666", now=NOW)
    assert not sent()


def test_the_second_half_of_a_submission_has_no_contact_and_no_code():
    authorities()
    twin = strands_of(filed(kind=Kind.OVERCHARGING, files_both=True))[1]
    before = twin.receipt_hash
    replace_receipt_code(reference=twin.reference, contact=PHONE, now=NOW)
    twin.refresh_from_db()
    assert (twin.receipt_hash, sent()) == (before, [])


def test_once_a_day_at_most():
    complaint = filed()
    for hours in (0, 1, 23):
        replace_receipt_code(reference=complaint.reference, contact=PHONE, now=NOW + timedelta(hours=hours))
    assert len(sent()) == 1
    replace_receipt_code(reference=complaint.reference, contact=PHONE, now=NOW + timedelta(hours=25))
    assert len(sent()) == 2


def test_the_page_answers_the_same_whether_it_fits_or_not():
    complaint = filed()
    pages = []
    for reference, contact in (
        (complaint.reference, PHONE),
        (complaint.reference, "13900139000"),
        ("ZZ99-9999", PHONE),
    ):
        browser = follower_of(None)
        response = browser.post(PAGE, {"reference": reference, "contact": contact})
        assert (response.status_code, response["Location"]) == (303, TRACK)
        pages.append(text_of(browser.get(TRACK)).split("<h1>")[1].split("<form")[0])
    assert len(set(pages)) == 1
    assert "is on its way" in pages[0]
    assert len(sent()) == 1


def test_the_answer_takes_its_least_time_whatever_was_found(monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(views_own_data, "LEAST_SECONDS", 5.0)
    monkeypatch.setattr("time.sleep", waited.append)
    complaint = filed()
    for reference in (complaint.reference, "ZZ99-9999"):
        follower_of(None).post(PAGE, {"reference": reference, "contact": PHONE})
    assert len(waited) == 2
    assert all(4 < seconds <= 5 for seconds in waited)


def test_attempts_are_limited_by_address(monkeypatch):
    counted = Limiter({"lost_codes": "2/10 minutes"})
    monkeypatch.setattr(views_own_data, "limiter", lambda: counted)
    browser, data = follower_of(None), {"reference": "AB12-3456", "contact": PHONE}
    assert [browser.post(PAGE, data).status_code for _ in range(3)] == [303, 303, 429]
    assert int(browser.post(PAGE, data)["Retry-After"]) > 0
    assert browser.post(PAGE, data, REMOTE_ADDR="203.0.113.9").status_code == 303


def test_empty_fields_are_asked_for_and_what_was_typed_stays():
    response = follower_of(None).post(PAGE, {"reference": "AB12-3456", "contact": ""})
    assert response.status_code == 422
    assert 'value="AB12-3456"' in text_of(response)


def test_the_form_leads_here():
    assert PAGE in text_of(follower_of(None).get(TRACK))


def test_it_is_on_record_and_not_in_the_public_story():
    complaint = filed()
    replace_receipt_code(reference=complaint.reference, contact=PHONE, now=NOW)
    event = complaint.events.get(action=Action.NEW_CODE)
    assert (event.is_public, event.text) == (False, "")


def test_a_browser_that_came_in_by_the_old_code_is_shut_out():
    complaint = filed()
    browser = follower_of(complaint)
    assert complaint.reference in text_of(browser.get(TRACK))
    replace_receipt_code(reference=complaint.reference, contact=PHONE, now=NOW)
    assert complaint.reference not in text_of(browser.get(TRACK))


def test_the_receipt_that_is_shown_for_a_day_forgets_the_old_code():
    receipt = submit(entry(), key="one-day-receipt").receipt
    replace_receipt_code(reference=receipt.reference, contact=PHONE, now=NOW)
    again = answer_of(key="one-day-receipt", now=NOW)
    assert again is not None
    assert (again.reference, again.receipt_code) == (receipt.reference, "")
    repeat = submit(entry(), key="one-day-receipt")
    assert not repeat.is_new
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("contact", [PHONE, EMAIL])
def test_the_message_holds_code_and_reference_and_nothing_of_the_story(language, contact):
    receipt = submit(entry(contact_email=EMAIL, place="民德路"), language=language).receipt
    replace_receipt_code(reference=receipt.reference, contact=contact, now=NOW)
    [message] = sent()
    words = words_of(message)
    assert receipt.reference in words
    for secret in (NARRATIVE[:8], "李雷", PHONE, EMAIL, "民德路", receipt.receipt_code):
        assert secret not in words
    assert read_receipt_code(message.context["code"]) != read_receipt_code(receipt.receipt_code)


def test_the_chinese_text_message_fits_into_seventy_characters(settings):
    settings.ENV = settings.ENV.model_copy(update={"PUBLIC_BASE_URL": "https://jhc.example.gov.cn"})
    complaint = filed()
    replace_receipt_code(reference=complaint.reference, contact=PHONE, now=NOW)
    [message] = sent()
    text = render_parts(message.template, "zh-hans", CHANNELS["sms"].parts, message.context)["sms.txt"]
    assert len(text) <= 70, text
