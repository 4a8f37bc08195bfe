"""A call taken by the clerk of a hotline: one page, one case, a code that is read aloud and then gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.models.complaint import Channel
from complaints.reading import find_by_receipt
from complaints.services.hotline import take_call, text_receipt_code
from complaints.spelling import WORDS, spelled
from complaints.views_hotline import HELD, HELD_FOR
from notifications.models import Message
from registry.codes import ALPHABET
from registry.refusals import NotAllowed, WrongRole
from tests import build
from tests.complaints.build import authorities, text_of
from tests.complaints.entries import NOW, PHONE, entry, filed
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
CALL, RECEIPT, TEXT, DONE = (f"/staff/hotline/{name}" for name in ("", "receipt/", "text/", "done/"))
TOLD = "司机要价二万八千元，没有收据。"


@pytest.fixture
def authority():
    authorities()
    return build.authority()


@pytest.fixture
def clerk(authority):
    return person(Role.HOTLINE_CLERK, body=authority, language="en")


@pytest.fixture
def client(clerk) -> Client:
    return client_of(clerk)


def call(**fields):
    return {
        "token": "a-token-of-one-call",
        "kind": "service",
        "division": "360102",
        "narrative": TOLD,
        "language": "zh-hans",
        **fields,
    }


def test_a_call_becomes_a_case_in_one_page(client, clerk):
    assert "Take a call" in text_of(client.get(CALL))
    data = {
        "date": "2026-11-20",
        "time": "18:05",
        "place": "民德路1号",
        "contact_phone": "138 0013 8000",
        "contact_name": "李雷",
    }
    response = client.post(CALL, call(**data, consent_sensitive="on"))
    assert (response.status_code, response["Location"]) == (303, RECEIPT)
    complaint = Complaint.objects.get()
    assert (complaint.channel, complaint.kind, complaint.narrative) == (Channel.PHONE, Kind.SERVICE, TOLD)
    assert (complaint.contact_phone, complaint.consent_sensitive, complaint.consent_share_contact) == (
        PHONE,
        True,
        False,
    )
    assert complaint.occurred_at is not None
    assert complaint.occurred_at.isoformat() == "2026-11-20T10:05:00+00:00"
    assert complaint.handlings.exists()
    row = AuditRow.objects.get(action="complaint.taken_by_phone")
    assert (row.actor, row.object_id) == (clerk, str(complaint.pk))
    assert TOLD not in str(row.detail)


def test_the_receipt_is_spelled_group_by_group_and_opens_the_complaint(client):
    client.post(CALL, call())
    page = text_of(client.get(RECEIPT))
    complaint = Complaint.objects.get()
    assert complaint.reference in page
    code = page.split('id="code"')[1].split('class="spelled-code code">')[1].split("<")[0]
    assert find_by_receipt(complaint.reference, code) == complaint
    for sign in code.replace("-", ""):
        assert f"{WORDS[sign][0]}</span>" in page
        assert f"{WORDS[sign][1]}</span>" in page
    assert TOLD not in page


def test_after_the_next_call_or_ten_minutes_nobody_can_show_the_code_again(client):
    client.post(CALL, call())
    assert client.get(RECEIPT).status_code == 200
    assert client.post(DONE)["Location"] == CALL
    assert client.get(RECEIPT)["Location"] == CALL
    client.post(CALL, call(token="the-second-call"))
    later = timezone.now() + HELD_FOR + timedelta(seconds=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("complaints.views_hotline.timezone.now", lambda: later)
        assert client.get(RECEIPT)["Location"] == CALL
    assert HELD not in client.session


def test_the_code_is_not_left_readable_in_the_session(client):
    client.post(CALL, call())
    page = text_of(client.get(RECEIPT))
    code = page.split('id="code"')[1].split('class="spelled-code code">')[1].split("<")[0]
    assert code.replace("-", "") not in str(dict(client.session))
    assert code not in str(dict(client.session))


def test_a_double_click_files_once_and_shows_the_same_code(client):
    client.post(CALL, call())
    first = text_of(client.get(RECEIPT))
    client.post(CALL, call())
    assert Complaint.objects.count() == 1
    assert AuditRow.objects.filter(action="complaint.taken_by_phone").count() == 1
    codes = {page.split('id="code"')[1].split("spelled-code code")[1] for page in (first, text_of(client.get(RECEIPT)))}
    assert len({code.split("<")[0] for code in codes}) == 1


def test_other_words_under_the_same_token_are_refused_and_stay_as_typed(client):
    client.post(CALL, call())
    response = client.post(CALL, call(narrative="另一个电话"))
    assert response.status_code == 409
    assert "另一个电话" in text_of(response)
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("kind", "", "Choose what it is about."),
        ("narrative", " ", "Write in a sentence or two"),
        ("division", "", "Say in which city or county"),
        ("contact_phone", "12", ""),
        ("date", "2126-01-01", "in the future"),
        ("code", "XXXX", "incomplete or wrong"),
        ("elsewhere", "无此地", "No city or county has this name."),
        ("wish", "both", "cannot be wished for"),
        ("amount_charged", "viel", "Write a number"),
    ],
)
def test_whatever_is_wrong_is_said_and_nothing_typed_is_lost(client, field, value, words):
    data = {"place": "民德路1号", "contact_name": "李雷", "plate": "赣A99999"}
    response = client.post(CALL, call(**data, **{field: value}))
    page = text_of(response)
    assert response.status_code == 422
    assert words in page
    kept = ["民德路1号", "李雷", "赣A99999", *([] if field == "narrative" else [TOLD])]
    assert all(text in page for text in kept)
    assert not Complaint.objects.exists()


def test_a_place_elsewhere_is_found_by_name_or_code(client):
    build.division("110105")
    client.post(CALL, call(division="", elsewhere="朝阳"))
    assert Complaint.objects.get().division_id == "110105"
    client.post(CALL, call(token="second", division="", elsewhere="500103"))
    build.division("500103")
    client.post(CALL, call(token="third", division="", elsewhere="500103"))
    assert Complaint.objects.filter(division_id="500103").count() == 1


def test_several_places_of_one_name_are_told_apart_by_their_codes(client):
    build.division("360199", name="新建城区")
    build.division("360198", name="新建开发区")
    page = text_of(client.post(CALL, call(division="", elsewhere="新建")))
    assert "江西省 南昌市 新建城区 360199" in page
    assert "360198" in page


def test_a_claim_and_a_report_and_a_complaint_about_an_authority_are_taken_too(client, authority):
    client.post(CALL, call(kind="overcharging", wish="both", amount_charged="28000", distance_km="1600"))
    assert Complaint.objects.count() == 2
    client.post(CALL, call(token="2", kind="authority_conduct", about_authority_kind="health"))
    assert Complaint.objects.get(kind="authority_conduct").about_authority == authority
    page = client.post(CALL, call(token="3", kind="authority_conduct"))
    assert page.status_code == 422
    assert "Say which kind of authority" in text_of(page)


def test_the_code_is_sent_to_the_phone_once(client):
    client.post(CALL, call(contact_phone=PHONE))
    assert PHONE in text_of(client.get(RECEIPT))
    for _ in range(2):
        assert client.post(TEXT)["Location"] == RECEIPT
    [message] = Message.objects.filter(template="complaints/receipt_code")
    assert (message.recipient, message.channel) == (PHONE, "sms")
    assert "on its way" in text_of(client.get(RECEIPT))
    complaint = Complaint.objects.get()
    assert find_by_receipt(complaint.reference, message.context["code"]) == complaint


@pytest.mark.parametrize("phone", ["", "0791-88886666"])
def test_without_a_mobile_number_there_is_no_button_and_nothing_is_sent(client, phone):
    client.post(CALL, call(contact_phone=phone))
    assert TEXT not in text_of(client.get(RECEIPT))
    client.post(TEXT)
    assert not Message.objects.filter(template="complaints/receipt_code").exists()


def test_a_clerk_sees_no_other_case(client, clerk):
    complaint = filed()
    assert client.get("/staff/complaints/").status_code == 403
    assert client.get(f"/staff/complaints/{complaint.pk}/").status_code == 403
    for page in (CALL, "/staff/"):
        assert complaint.reference not in text_of(client.get(page))
    with pytest.raises(NotAllowed):
        text_receipt_code(reference=complaint.reference, code="ACEFHJKMNPRTWXY2", actor=clerk, now=NOW, address="")


@pytest.mark.parametrize("role", [Role.HANDLER, Role.SUPERVISOR, Role.AUTHORITY_ADMIN, Role.REVIEWER])
def test_other_duties_take_no_calls(authority, role):
    officer = person(role, body=authority)
    assert client_of(officer).get(CALL).status_code == 403
    with pytest.raises(WrongRole):
        take_call(entry=entry(), token="x", language="zh-hans", actor=officer, now=NOW, address="")
    assert not Complaint.objects.exists()


def test_the_rail_leads_here_and_the_page_costs_little(client, django_assert_max_num_queries):
    assert CALL in text_of(client.get("/staff/"))
    client.get(CALL)
    with django_assert_max_num_queries(6):
        client.get(CALL)


def test_every_sign_of_a_code_has_words_no_two_the_same():
    assert set(ALPHABET) <= set(WORDS)
    assert len(set(WORDS.values())) == len(WORDS)
    assert [group.text for group in spelled("ac12-3456")] == ["AC12", "3456"]
