"""Following a complaint: opened by reference and receipt code, told in public words, added to, withdrawn, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint, ComplaintEvent, Evidence
from complaints.models.complaint import Channel
from complaints.services import withdraw
from complaints.workflow import Action, State
from tests import build
from tests.complaints.build import authorities, jpeg, rubbish, text_of
from tests.complaints.entries import NARRATIVE, PHONE, entry, submit

pytestmark = pytest.mark.django_db
TRACK = "/complaints/track/"


@pytest.fixture
def receipt():
    authorities()
    return submit(entry(contact_phone=PHONE)).receipt


@pytest.fixture
def complaint(receipt) -> Complaint:
    return Complaint.objects.get(reference=receipt.reference)


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def attempt(client: Client, reference: str, code: str, **headers):
    return client.post(TRACK, {"reference": reference, "receipt_code": code}, **headers)


@pytest.fixture
def follower(receipt) -> Client:
    client = browser()
    assert attempt(client, receipt.reference, receipt.receipt_code).status_code == 303
    return client


def test_looking_at_the_form_leaves_only_the_form_cookie():
    response = browser().get(f"{TRACK}?reference=AB12-3456")
    assert set(response.cookies) <= {"csrftoken"}
    assert 'value="AB12-3456"' in text_of(response)
    assert "no-store" in response["Cache-Control"]


def test_right_codes_open_the_complaint_in_public_words(follower, complaint):
    page = text_of(follower.get(TRACK))
    assert complaint.reference in page
    assert "Received; the authority is looking at it" in page
    assert "Complaint received" in page
    assert "By when you hear from us" in page


def test_neither_story_nor_contact_is_shown_again(follower):
    page = text_of(follower.get(TRACK))
    assert NARRATIVE not in page
    assert PHONE not in page


@pytest.mark.parametrize("write", [str.lower, lambda text: text.replace("-", ""), lambda text: f" {text} ", "－".join])
def test_codes_may_be_typed_in_any_case_grouping_and_width(receipt, write):
    assert attempt(browser(), write(receipt.reference), write(receipt.receipt_code)).status_code == 303


def test_a_wrong_code_a_wrong_reference_and_another_s_code_get_the_same_answer(receipt):
    other = submit(entry(contact_phone="")).receipt
    pages = []
    for reference, code in (
        (receipt.reference, "0000-0000-0000-0000"),
        (receipt.reference, other.receipt_code),
        ("ZZ99-9999", receipt.receipt_code),
        (receipt.reference, "\x00'; DROP TABLE"),
        (receipt.reference, "é" * 5000),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ):
        client = browser()
        response = attempt(client, reference, code)
        assert response.status_code == 422
        pages.append(text_of(response).split('role="alert"')[1].split("</div>")[0])
        assert "sessionid" not in response.cookies
    assert len(set(pages)) == 1


@pytest.mark.parametrize("missing", ["reference", "receipt_code"])
def test_an_empty_field_is_asked_for(receipt, missing):
    data = {"reference": receipt.reference, "receipt_code": receipt.receipt_code, missing: ""}
    response = browser().post(TRACK, data)
    assert response.status_code == 422
    assert "of your receipt" in text_of(response)


def test_what_was_typed_stays_after_a_wrong_code(receipt):
    assert f'value="{receipt.reference}"' in text_of(attempt(browser(), receipt.reference, "WRONG"))


def test_wrong_codes_are_limited_by_address_and_right_ones_do_not_count(receipt):
    client = browser()
    for _ in range(30):
        assert attempt(client, receipt.reference, receipt.receipt_code).status_code == 303
    for number in range(20):
        assert attempt(client, f"AB12-{number:04}", "WRONG").status_code == 422
    limited = attempt(client, receipt.reference, receipt.receipt_code)
    assert limited.status_code == 429
    assert int(limited["Retry-After"]) > 0
    assert "Please wait" in text_of(limited)
    assert attempt(client, receipt.reference, receipt.receipt_code, REMOTE_ADDR="203.0.113.9").status_code == 303


def test_a_stranger_with_wrong_codes_never_shuts_the_holder_out(receipt):
    for number in range(25):
        attempt(browser(), receipt.reference, "WRONG", REMOTE_ADDR=f"203.0.113.{number}")
    assert attempt(browser(), receipt.reference, receipt.receipt_code).status_code == 303


def test_a_forged_forwarded_address_does_not_escape_the_limit(receipt):
    client = browser()
    answers = {
        attempt(client, f"AB12-{n:04}", "WRONG", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code for n in range(25)
    }
    assert answers == {422, 429}


def test_the_session_gets_a_new_key_when_a_complaint_is_opened(receipt):
    client = browser()
    session = client.session
    session["something"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = str(before)
    attempt(client, receipt.reference, receipt.receipt_code)
    assert client.session.session_key != before


def test_the_complaint_closes_by_itself_and_by_hand(follower, complaint):
    session = follower.session
    session["complaint_followed"] = {
        "id": complaint.pk,
        "until": (timezone.now() - timedelta(seconds=1)).isoformat(),
    }
    session.save()
    assert complaint.reference not in text_of(follower.get(TRACK))
    assert follower.get(f"{TRACK}material/")["Location"] == TRACK


def test_close_forgets_the_complaint_in_this_browser(follower, complaint):
    assert follower.get(f"{TRACK}close/").status_code == 405
    assert follower.post(f"{TRACK}close/").status_code == 303
    assert complaint.reference not in text_of(follower.get(TRACK))
    assert follower.post(f"{TRACK}withdraw/").status_code == 303
    complaint.refresh_from_db()
    assert complaint.state == State.RECEIVED


def test_another_reference_in_the_address_shows_the_form_instead_of_the_open_complaint(follower, complaint):
    assert complaint.reference in text_of(follower.get(f"{TRACK}?reference={complaint.reference.lower()}"))
    page = text_of(follower.get(f"{TRACK}?reference=ZZ99-9999"))
    assert complaint.reference not in page
    assert "ZZ99-9999" in page


@pytest.mark.parametrize("page", ["material/", "withdraw/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_reaches_the_follow_up_pages_without_the_receipt(complaint, page, method):
    response = getattr(browser(), method)(f"{TRACK}{page}", {"text": "fremd"})
    assert (response.status_code, response["Location"]) == (303, TRACK)
    assert complaint.events.count() == 1


def test_words_and_files_are_added_and_shown(follower, complaint):
    response = follower.post(f"{TRACK}material/", {"text": "补充\x00说明", "files": [jpeg("录音截图.jpg")]})
    assert response.status_code == 303
    page = text_of(follower.get(TRACK))
    assert "Added: 录音截图.jpg" in page
    assert "Material added by you" in page
    assert complaint.evidence.get().name == "录音截图.jpg"
    assert complaint.events.get(action=Action.ADD_MATERIAL).text == "补充说明"
    assert "Added: " not in text_of(follower.get(TRACK))


def test_names_of_files_are_not_left_readable_in_the_session(follower):
    follower.post(f"{TRACK}material/", {"text": "", "files": [jpeg("zhang-san.jpg")]})
    assert "zhang-san" not in str(dict(follower.session))
    assert "zhang-san.jpg" in text_of(follower.get(TRACK))


def test_a_line_sealed_with_a_key_that_is_gone_is_left_out(follower):
    session = follower.session
    session["complaint_told"] = Fernet(Fernet.generate_key()).encrypt(b"[]").decode()
    session.save()
    assert follower.get(TRACK).status_code == 200


def test_a_refused_file_does_not_hold_back_the_others_and_is_named(follower, complaint):
    follower.post(f"{TRACK}material/", {"text": "", "files": [jpeg("good.jpg"), rubbish("bad.exe")]})
    page = text_of(follower.get(TRACK))
    assert "Added: good.jpg" in page
    assert "bad.exe" in page
    assert [one.name for one in complaint.evidence.all()] == ["good.jpg"]


def test_only_refused_files_add_nothing(follower, complaint):
    response = follower.post(f"{TRACK}material/", {"text": "", "files": [rubbish("bad.exe")]})
    assert response.status_code == 422
    assert "bad.exe" in text_of(response)
    assert complaint.events.count() == 1


def test_nothing_at_all_is_asked_for_something(follower, complaint):
    response = follower.post(f"{TRACK}material/", {"text": "  "})
    assert response.status_code == 422
    assert "Write something or choose a file" in text_of(response)


def test_too_long_words_stay_and_nothing_is_added(follower, complaint):
    response = follower.post(f"{TRACK}material/", {"text": "长" * 5001})
    assert response.status_code == 422
    assert "长" * 5001 in text_of(response)
    assert complaint.events.count() == 1


def test_files_beyond_the_limit_of_the_complaint_are_refused_by_name(follower, complaint):
    most = django_settings.ENV.EVIDENCE_MAX_FILES
    follower.post(f"{TRACK}material/", {"files": [jpeg(f"{n}.jpg") for n in range(most - 1)]})
    follower.post(f"{TRACK}material/", {"files": [jpeg("last.jpg"), jpeg("over.jpg")]})
    assert "“over.jpg” was not taken" in text_of(follower.get(TRACK))
    assert complaint.evidence.count() == most
    assert 'type="file"' not in text_of(follower.get(f"{TRACK}material/"))


def test_withdrawing_asks_first_and_then_says_so(follower, complaint):
    assert "cannot be undone" in text_of(follower.get(f"{TRACK}withdraw/"))
    complaint.refresh_from_db()
    assert complaint.state == State.RECEIVED
    assert follower.post(f"{TRACK}withdraw/").status_code == 303
    page = text_of(follower.get(TRACK))
    assert "Withdrawn by you" in page
    assert "By when you hear" not in page
    assert "material/" not in page
    complaint.refresh_from_db()
    assert complaint.state == State.WITHDRAWN


def test_a_complaint_withdrawn_elsewhere_takes_no_more(follower, complaint):
    assert follower.get(f"{TRACK}material/").status_code == 200
    withdraw(complaint=Complaint.objects.get(pk=complaint.pk), now=timezone.now())
    before = Evidence.objects.count()
    assert follower.post(f"{TRACK}material/", {"text": "x", "files": [jpeg()]}).status_code == 303
    assert follower.post(f"{TRACK}withdraw/").status_code == 303
    assert Evidence.objects.count() == before
    assert complaint.events.filter(action=Action.WITHDRAW).count() == 1


def test_steps_that_are_not_public_stay_inside(follower, complaint):
    ComplaintEvent.objects.create(
        complaint=complaint, action=Action.ADD_MATERIAL, state=State.RECEIVED, is_public=False, at=timezone.now()
    )
    assert "Material added by you" not in text_of(follower.get(TRACK))


def test_a_complaint_filed_by_the_api_is_followed_the_same_way():
    authorities()
    receipt = submit(entry(), channel=Channel.API).receipt
    assert attempt(browser(), receipt.reference, receipt.receipt_code).status_code == 303


def test_the_short_address_of_text_messages_leads_to_the_form():
    for path in ("/t", "/t/", "/T"):
        assert browser().get(path)["Location"] == TRACK
    assert reverse("short_track").startswith("/t")


def test_the_short_address_keeps_the_readers_language():
    assert browser().get("/t?lang=zh&view=elder")["Location"] == f"{TRACK}?lang=zh&view=elder"


def test_a_followed_complaint_costs_eight_queries(follower, complaint, django_assert_num_queries):
    follower.post(f"{TRACK}material/", {"text": "a", "files": [jpeg("1.jpg"), jpeg("2.jpg")]})
    follower.get(TRACK)
    build.division()
    with django_assert_num_queries(8):  # session, complaint, its cases, parts, deadlines, events, letters, files
        follower.get(TRACK)
    with django_assert_num_queries(0):
        browser().get(TRACK)
