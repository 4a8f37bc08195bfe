"""A draft belongs to the browser that began it. Everybody else, and every odd address, meets 404."""

from __future__ import annotations

import pytest
from django.test import Client

from complaints.models import Draft
from complaints.steps import Step
from tests import build
from tests.complaints.build import Person, jpeg, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Person:
    build.division()
    owner = Person()
    owner.hold()
    return owner


@pytest.mark.parametrize("step", Step)
def test_a_stranger_and_another_complainant_meet_404_on_every_page(owner, step):
    kinds = {Step.DIFFERENCES: "card_mismatch", Step.AUTHORITY: "authority_conduct"}
    kind = kinds.get(step, "overcharging")
    owner.hold(kind=kind)
    other = Person()
    other.hold()
    for stranger in (Client(), other.client):
        assert stranger.get(owner.address(step)).status_code == 404
        assert stranger.post(owner.address(step), {"kind": "praise", "narrative": "fremd"}).status_code == 404
    assert owner.look(step).status_code == 200
    assert owner.answers["kind"] == kind


def test_a_stranger_cannot_add_files_to_a_draft(owner):
    assert Client().post(owner.address("evidence"), {"files": [jpeg()]}).status_code == 404
    assert not owner.draft.evidence.exists()


def test_a_draft_that_does_not_exist_and_one_of_somebody_else_look_the_same(owner):
    stranger = Client()
    there, nowhere = stranger.get(owner.address("story")), stranger.get("/complaints/new/does-not-exist-at-all/story/")
    assert there.status_code == nowhere.status_code == 404
    assert owner.draft_id not in text_of(there).replace(owner.address("story"), "")


@pytest.mark.parametrize("step", ["", "no-such-page", "KIND", "charge", "differences", "../kind", "kind%00", "%2e%2e"])
def test_a_page_this_kind_does_not_have_is_404(owner, step):
    assert owner.client.get(f"/complaints/new/{owner.draft_id}/{step}/").status_code == 404


@pytest.mark.parametrize("kind", ["", "evil", "service\x00", "<script>", "S" * 5000])
def test_no_kind_but_those_of_the_list_can_be_chosen(owner, kind):
    assert owner.answer("kind", kind=kind).status_code == 422
    assert owner.client.post("/complaints/new/", {"kind": kind}).status_code == 422
    assert owner.answers["kind"] == "service"
    assert Draft.objects.count() == 1


def test_a_huge_text_is_refused_in_words_and_the_draft_is_kept(owner):
    response = owner.answer("story", narrative="x" * 1_100_000)
    assert response.status_code == 413
    assert "Shorten it" in text_of(response)
    assert owner.answers["narrative"] in text_of(response)


def test_thousands_of_fields_are_refused_in_words(owner):
    response = owner.answer("story", **{f"field{n}": "x" for n in range(300)})
    assert response.status_code == 413
    assert "<form" in text_of(response)
    assert owner.client.post("/complaints/new/", {f"f{n}": "x" for n in range(300)}).status_code == 413


def test_huge_parameters_in_the_address_do_no_harm(owner):
    for name in ("code", "plate", "kind", "institution", "lang", "view"):
        assert owner.client.get("/complaints/new/", {name: "９" * 3000}).status_code == 200
    assert owner.client.get("/complaints/new/?code=%00&plate=%00%ff&kind=%00").status_code == 200


def test_markup_that_was_typed_is_shown_as_text(owner):
    attack = "<script>alert(1)</script>"
    owner.answer("story", narrative=attack)
    owner.answer("where", division="360102", place=attack)
    for step in ("story", "where", "review"):
        assert attack not in text_of(owner.look(step))
    assert "&lt;script&gt;" in text_of(owner.look("review"))


def test_fields_that_a_page_does_not_ask_are_not_kept(owner):
    owner.answer("story", narrative="x", kind="praise", vehicle_is_known="1", owner="me", consent_share_contact="on")
    assert owner.answers["kind"] == "service"
    assert "owner" not in owner.answers
    assert not owner.answers.get("vehicle_is_known")
    assert not owner.answers.get("consent_share_contact")


def test_a_form_of_another_site_is_refused(owner):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/complaints/new/", {"kind": "service"}).status_code == 403
    owner.client.handler.enforce_csrf_checks = True
    assert owner.answer("story", narrative="gefälscht").status_code == 403
    assert owner.upload(jpeg()).status_code == 403
    assert owner.send().status_code == 403
    assert "gefälscht" not in owner.answers["narrative"]


def test_a_draft_a_day_old_is_gone_and_a_story_typed_just_now_is_given_back(owner):
    Draft.objects.all().delete()
    response = owner.answer("story", narrative="Noch nicht gesendet <b>")
    assert response.status_code == 410
    assert "Noch nicht gesendet &lt;b&gt;" in text_of(response)
    assert owner.look("story").status_code == 410
    assert owner.receipt().status_code == 410


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_not_allowed(owner, method):
    assert getattr(owner.client, method)(owner.address("story")).status_code == 405


def test_a_head_request_is_answered_like_a_get_without_a_body(owner):
    response = owner.client.head(owner.address("story"))
    assert response.status_code == 200
    assert response.content == b""


def test_only_the_last_twenty_drafts_of_a_browser_are_remembered(owner):
    first = owner.draft_id
    for _ in range(20):
        owner.begin("service")
    assert owner.look("story").status_code == 200
    owner.draft_id = first
    assert owner.look("story").status_code == 404
