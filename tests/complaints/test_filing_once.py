"""Sending: once, whatever is clicked twice; refused only with words, and with everything kept."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from html import unescape

import pytest
from altcha import Challenge, Payload, solve_challenge
from django.conf import settings as django_settings
from django.utils import timezone

from complaints.models import Complaint, Draft, Evidence, Submission
from complaints.services import file_draft, remove_evidence
from complaints.services.submit import FLAG_NO_CHALLENGE
from edge.limits import limiter
from tests import build
from tests.complaints.build import Person, authorities, jpeg, place_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    build.division()
    authorities()
    return Person()


def reference_on(page: str) -> str:
    return page.split('<dd class="code">')[1].split("<", maxsplit=1)[0]


def test_a_double_click_files_one_complaint_and_shows_one_receipt(person):
    person.hold()
    first, second = person.send(), person.send()
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1
    assert text_of(person.receipt()) == text_of(person.receipt())


def test_every_page_of_a_filed_draft_leads_to_its_receipt(person):
    person.hold()
    person.send()
    for step in ("kind", "story", "review", "no-such-page"):
        assert "/receipt/" in person.look(step)["Location"]
        assert "/receipt/" in person.answer(step, narrative="zu spät")["Location"]
    assert Complaint.objects.count() == 1


def test_another_tab_that_was_slower_gets_the_receipt_of_the_faster_one(person, monkeypatch):
    draft = person.hold()

    def beaten(**arguments):
        file_draft(**arguments)
        return file_draft(**arguments)

    monkeypatch.setattr("complaints.sending.file_draft", beaten)
    assert "/receipt/" in person.send()["Location"]
    assert Complaint.objects.count() == 1
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_the_receipt_can_be_reloaded_for_a_day_and_then_says_how_to_go_on(person):
    person.hold()
    person.send()
    reference = reference_on(text_of(person.receipt()))
    assert reference == Complaint.objects.get().reference
    Submission.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    gone = person.receipt()
    assert gone.status_code == 410
    assert reference not in text_of(gone)
    assert "/complaints/track/" in text_of(gone)


def test_a_refusal_by_the_limit_keeps_the_draft_and_says_how_long_to_wait(person, settings):
    person.hold(narrative="这段话不能丢。")
    key = "127.0.0.1"
    while limiter().hit("filings", key):
        pass
    refused = person.send()
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "这段话不能丢。" in text_of(refused)
    assert not Complaint.objects.exists()
    limiter().clear()
    assert place_of(person.send()) == person.draft_id
    assert Complaint.objects.count() == 1


def test_a_repeat_costs_nothing_of_the_limit(person):
    person.hold()
    person.send()
    used = limiter().used("filings", "127.0.0.1")
    for _ in range(5):
        person.send()
    assert limiter().used("filings", "127.0.0.1") == used == 1


def worked(page: str) -> str:
    """The solution a browser would find."""
    text = unescape(page.split('data-challenge="')[1].split('"', maxsplit=1)[0])
    challenge = Challenge.from_dict(json.loads(text))
    solution = solve_challenge(challenge)
    assert solution is not None
    data = Payload(challenge=challenge, solution=solution).to_dict()
    return base64.b64encode(json.dumps(data).encode()).decode()


def often(times: int = django_settings.ENV.CHALLENGE_AFTER) -> None:
    for _ in range(times):
        limiter().hit("filings", "127.0.0.1")


def test_an_address_that_files_now_and_then_meets_no_challenge(person):
    often(django_settings.ENV.CHALLENGE_AFTER - 1)
    person.hold()
    page = text_of(person.look("review"))
    assert "challenge" not in page
    person.send()
    assert FLAG_NO_CHALLENGE not in Complaint.objects.get().flags


def test_an_address_that_files_often_is_asked_for_work_and_let_through_marked_without_it(person):
    often()
    person.hold()
    assert "data-challenge" in text_of(person.look("review"))
    assert person.send().status_code == 303
    assert FLAG_NO_CHALLENGE in Complaint.objects.get().flags


def test_work_that_was_done_leaves_no_mark_and_counts_once(person):
    often()
    person.hold()
    solution = worked(text_of(person.look("review")))
    person.send(challenge_solution=solution)
    assert FLAG_NO_CHALLENGE not in Complaint.objects.get().flags
    again = Person()
    again.hold()
    again.send(challenge_solution=solution)
    assert FLAG_NO_CHALLENGE in Complaint.objects.latest("pk").flags


@pytest.mark.parametrize("solution", ["", "x", "e30=", "[" * 5000, "\x00"])
def test_rubbish_instead_of_work_is_let_through_marked(person, solution):
    often()
    person.hold()
    assert person.send(challenge_solution=solution).status_code == 303
    assert FLAG_NO_CHALLENGE in Complaint.objects.get().flags


def test_files_move_from_the_draft_to_the_complaint_and_none_is_left_over(person):
    person.hold()
    person.upload(jpeg("a.jpg"), jpeg("b.jpg"))
    remove_evidence(draft=person.draft, evidence_id=Evidence.objects.earliest("pk").pk)
    person.send()
    assert [one.name for one in Complaint.objects.get().evidence.all()] == ["b.jpg"]
    assert not Evidence.objects.filter(complaint=None).exists()


def test_beginning_too_many_drafts_is_refused_with_words_and_looking_is_not(person):
    while limiter().hit("drafts", "127.0.0.1"):
        pass
    refused = person.client.post("/complaints/new/", {"kind": "service"})
    assert refused.status_code == 429
    assert "Wait ten minutes" in text_of(refused)
    assert not Draft.objects.exists()
    assert person.client.get("/complaints/new/").status_code == 200
