"""The institution's side of an application: begun, typed, saved, checked, documented, handed in, withdrawn."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from registry.models import Application
from tests import build, people
from tests.registry.application_forms import (
    RIGHT,
    address_of,
    attach_all,
    begun,
    decide,
    institution_of,
    manager,
    picture,
    send,
    submitted,
    told,
)

pytestmark = pytest.mark.django_db
LIST = 12
"""Queries of a list; three of them note the time of the last request."""


@pytest.fixture
def owner() -> Client:
    return people.client_of(manager())


@pytest.fixture
def reviewer() -> Client:
    return people.client_of(people.person(Role.REVIEWER, body=build.authority()))


def words(response) -> str:
    return str(response.content.decode())


def test_a_wrong_value_is_stored_and_shown_with_its_fault(owner):
    application = begun(owner)
    assert send(owner, application, "save", plate="赣AI2345", vin="123").status_code == 303
    application.refresh_from_db()
    assert application.proposed["plate"] == "赣AI2345"
    page = words(owner.get(address_of(application)))
    assert 'value="赣AI2345"' in page
    assert 'aria-invalid="true"' in page
    assert "赣A12345" in page, "what was probably meant is offered"


def test_the_empty_fields_of_a_fresh_draft_are_not_called_wrong(owner):
    page = words(owner.get(address_of(begun(owner))))
    assert "aria-invalid" not in page


def test_submitting_names_every_fault_with_a_link_to_its_field_and_keeps_what_was_typed(owner):
    application = begun(owner)
    answer = send(owner, application, "submit", **{**RIGHT, "plate": "??", "licence_use": "A"})
    page = words(answer)
    assert answer.status_code == 422
    for name in ("plate", "licence_use"):
        assert f'href="#id_{name}"' in page
        assert f'id="id_{name}"' in page
    assert 'value="LZFF25M4X8D004248"' in page
    application.refresh_from_db()
    assert application.state == "draft"
    assert application.proposed["plate"] == "??"


def test_a_complete_application_is_handed_in_and_can_no_longer_be_typed_in(owner):
    application = submitted(owner)
    assert application.state == "submitted"
    page = words(owner.get(address_of(application)))
    assert 'name="plate"' not in page
    assert "赣A·54321" in page
    answer = send(owner, application, "save", **{**RIGHT, "plate": "赣A99999"})
    assert answer.status_code == 409
    application.refresh_from_db()
    assert application.proposed["plate"] == "赣A54321"


def test_a_field_is_checked_without_keeping_anything(owner):
    application = begun(owner)
    before = Application.objects.get().updated_at
    check = reverse("staff:application_check")
    wrong = owner.post(check, {"kind": "new", "field": "plate", "plate": "赣AO2345", "plate_kind": "02"}).json()
    assert wrong["fault"]
    assert wrong["suggestion"] == "赣A02345"
    assert not owner.post(check, {"kind": "new", "field": "plate", "plate": "赣A12345"}).json()["fault"]
    assert owner.post(check, {"kind": "new", "field": "vin", "vin": "LZFF25M408D004248"}).json()["warning"]
    assert owner.post(check, {"kind": "new", "field": "nothing"}).status_code == 422
    assert owner.post(check, {"kind": "??", "field": "plate"}).status_code == 422
    assert Application.objects.get(pk=application.pk).updated_at == before


def test_dates_are_checked_against_each_other(owner):
    check = reverse("staff:application_check")
    typed = {"kind": "new", "field": "scrap_due_on", "registered_on": "2024-03-15", "scrap_due_on": "2023-01-01"}
    assert owner.post(check, typed).json()["fault"]


def test_a_document_is_shown_cleaned_and_can_be_removed(owner):
    application = begun(owner)
    send(owner, application, "attach", purpose="photo_left", upload=picture(1), **RIGHT)
    document = application.documents.get()
    file = owner.get(address_of(application, "application_document", document_pk=document.pk))
    assert file.status_code == 200
    assert file.headers["Content-Type"] == document.cleaned_type
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Security-Policy"].startswith("sandbox")
    assert file.headers["Cache-Control"] == "no-store"
    assert file.headers["Content-Disposition"].startswith("inline")
    assert b"".join(file.streaming_content)[:2] == b"\xff\xd8"
    page = words(owner.get(address_of(application)))
    assert f"documents/{document.pk}/" in page
    assert 'value="赣A·54321"' in page, "attaching keeps what was typed"
    version = Application.objects.get(pk=application.pk).version
    answer = owner.post(address_of(application), {"kind": "new", "version": version, "remove": document.pk, **RIGHT})
    assert answer.status_code == 303
    assert not application.documents.exists()


def test_a_file_that_cannot_be_taken_is_refused_in_words_and_the_rest_is_kept(owner):
    application = begun(owner)
    upload = SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>" * 20, content_type="image/jpeg")
    answer = send(owner, application, "attach", purpose="photo_left", upload=upload, **RIGHT)
    assert answer.status_code == 422
    assert "a.jpg" in words(answer)
    application.refresh_from_db()
    assert application.proposed["plate"] == RIGHT["plate"]
    assert not application.documents.exists()


@pytest.mark.parametrize("body", [{}, {"purpose": "nonsense"}])
def test_adding_no_file_says_what_to_do(owner, body):
    application = begun(owner)
    answer = send(owner, application, "attach", **body)
    assert answer.status_code == 422
    assert 'href="#id_documents"' in words(answer)


def test_a_document_of_another_application_is_not_found(owner):
    mine, other = begun(owner), begun(owner)
    send(owner, other, "attach", purpose="photo_left", upload=picture(1))
    document = other.documents.get()
    assert owner.get(address_of(mine, "application_document", document_pk=document.pk)).status_code == 404
    assert owner.post(address_of(mine), {"version": mine.version, "remove": document.pk}).status_code == 404
    assert owner.post(address_of(mine), {"version": mine.version, "remove": "9" * 30}).status_code == 404
    assert other.documents.exists()


def test_somebody_who_was_first_is_named_and_nothing_typed_is_lost(owner):
    application = begun(owner)
    colleague = people.person(Role.FLEET_MANAGER, body=application.institution, name="同事甲")
    old = Application.objects.get(pk=application.pk).version
    send(people.client_of(colleague), application, "save", **{**RIGHT, "colour": "黄色"})
    answer = send(owner, application, "save", version=old, **{**RIGHT, "colour": "红色"})
    page = words(answer)
    assert answer.status_code == 409
    assert "同事甲" in page
    assert 'value="红色"' in page
    assert "黄色" in page, "what the other one stored stands beside it"
    application.refresh_from_db()
    assert application.proposed["colour"] == "黄色"
    assert f'name="version" value="{application.version}"' in page
    assert send(owner, application, "save", **{**RIGHT, "colour": "红色"}).status_code == 303


@pytest.mark.parametrize("version", ["", "-1", "x" * 500, "9" * 40, "１"])
def test_a_version_that_is_none_saves_nothing(owner, version):
    application = begun(owner)
    body = {"kind": "new", "do": "save", "version": version, "plate": "赣A11111"}
    assert owner.post(address_of(application), body).status_code == 409
    application.refresh_from_db()
    assert "赣A11111" not in application.proposed.values()


def test_scripts_and_whole_books_do_no_harm(owner):
    application = begun(owner)
    hostile: dict[str, Any] = {"licence_owner": "<script>alert(1)</script>", "plate": '"><img src=x onerror=alert(1)>'}
    assert send(owner, application, "save", **hostile).status_code == 303
    page = words(owner.get(address_of(application)))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page
    answer = send(owner, application, "save", colour="红" * 10_000)
    assert answer.status_code in {303, 422}
    assert "红" * 600 not in str(Application.objects.get(pk=application.pk).proposed)
    assert send(owner, application, "save", colour="a\x00b").status_code in {303, 422}


def test_an_unknown_button_does_nothing(owner):
    application = begun(owner)
    assert send(owner, application, "explode", **RIGHT).status_code == 422
    assert Application.objects.get(pk=application.pk).version == application.version


def test_withdrawing_ends_it(owner):
    application = begun(owner)
    assert send(owner, application, "withdraw").status_code == 303
    application.refresh_from_db()
    assert application.state == "withdrawn"
    assert send(owner, application, "submit", **RIGHT).status_code == 409


def test_another_hospital_finds_nothing_at_any_address(owner):
    application = begun(owner)
    send(owner, application, "attach", purpose="photo_left", upload=picture(1))
    document = application.documents.get()
    stranger = people.client_of(manager())
    gone = [
        stranger.get(address_of(application)),
        stranger.post(address_of(application), {"do": "save", "version": 1}),
        stranger.post(address_of(application, "application_decide"), {"do": "approve", "version": 1}),
        stranger.post(address_of(application, "application_answer"), {"do": "agree", "version": 1}),
        stranger.get(address_of(application, "application_document", document_pk=document.pk)),
    ]
    assert [answer.status_code for answer in gone] == [404] * 5


def test_a_colleague_of_another_duty_reads_and_cannot_act(owner):
    application = begun(owner)
    officer = people.client_of(people.person(Role.COMPLAINT_OFFICER, body=application.institution))
    page = officer.get(address_of(application))
    assert page.status_code == 200
    assert 'name="plate"' not in words(page)
    assert officer.get(reverse("staff:application_new")).status_code == 403
    assert officer.post(reverse("staff:application_check"), {"kind": "new", "field": "plate"}).status_code == 403
    assert send(officer, application, "save", **RIGHT).status_code == 403
    assert send(officer, application, "withdraw").status_code == 403
    application.refresh_from_db()
    assert application.state == "draft"


def test_a_draft_is_hidden_from_the_reviewer(owner, reviewer):
    assert reviewer.get(address_of(begun(owner))).status_code == 404


def test_a_vehicle_offers_what_its_status_allows_and_a_foreign_one_is_not_found(owner):
    institution = institution_of(owner)
    vehicle = build.ambulance(institution=institution)
    page = words(owner.get(f"{reverse('staff:application_new')}?ambulance={vehicle.pk}"))
    assert 'value="change"' in page
    assert 'value="new"' not in page
    foreign = build.ambulance()
    for text in (str(foreign.pk), "x", "9" * 40):
        assert owner.get(f"{reverse('staff:application_new')}?ambulance={text}").status_code == 404
    wrong = owner.post(reverse("staff:application_new"), {"kind": "retirement"})
    assert wrong.status_code == 422


def test_a_change_shows_what_is_registered_and_marks_what_differs(owner):
    institution = institution_of(owner)
    vehicle = build.ambulance(institution=institution, colour="白色")
    application = begun(owner, "change", vehicle)
    page = words(owner.get(address_of(application)))
    assert 'class="old"' not in page
    send(owner, application, "save", **{**prefilled(application), "colour": "橙色"})
    page = words(owner.get(address_of(application)))
    assert '<span class="old">白色</span>' in page
    assert '<span class="new">橙色</span>' in page


def prefilled(application: Application) -> dict[str, Any]:
    """What stands in the form of an existing vehicle."""
    return {
        name: "true" if value is True else str(value)
        for name, value in Application.objects.get(pk=application.pk).proposed.items()
        if value not in (None, False)
    }


def test_a_transfer_is_agreed_to_by_the_other_side(owner):
    institution = institution_of(owner)
    vehicle = build.ambulance(institution=institution)
    other = people.client_of(manager())
    wrong = owner.post(
        f"{reverse('staff:application_new')}?ambulance={vehicle.pk}", {"kind": "transfer", "receiver": "nobody"}
    )
    assert wrong.status_code == 422
    application = begun(owner, "transfer", vehicle, receiver=institution_of(other).credit_code)
    assert other.get(address_of(application)).status_code == 404
    answer = send(owner, application, "submit", reason="调拨", **{**prefilled(application), "fleet_number": "调01"})
    assert answer.status_code == 303, told(answer)
    page = words(other.get(address_of(application)))
    assert 'value="agree"' in page
    declined = other.post(
        address_of(application, "application_answer"),
        {"do": "decline", "version": Application.objects.get(pk=application.pk).version},
    )
    assert declined.status_code in {409, 422}, "declining needs a reason"
    assert owner.post(address_of(application, "application_answer"), {"do": "agree", "version": 2}).status_code == 403
    version = Application.objects.get(pk=application.pk).version
    agreed = other.post(address_of(application, "application_answer"), {"do": "agree", "version": version})
    assert agreed.status_code == 303
    application.refresh_from_db()
    assert application.state == "submitted"


def test_a_button_that_is_none_answers_no_transfer(owner):
    """Whatever was no yes used to be a no."""
    vehicle = build.ambulance(institution=institution_of(owner))
    other = people.client_of(manager())
    application = begun(owner, "transfer", vehicle, receiver=institution_of(other).credit_code)
    send(owner, application, "submit", reason="调拨", **{**prefilled(application), "fleet_number": "调01"})
    application.refresh_from_db()
    typed = {"do": "explode", "reason": "无泊位", "version": application.version}
    assert other.post(address_of(application, "application_answer"), typed).status_code == 422
    assert Application.objects.get(pk=application.pk).state == "awaiting_other"


def test_nothing_is_begun_for_a_receiver_that_has_closed(owner):
    vehicle = build.ambulance(institution=institution_of(owner))
    closed = build.institution(closed_on=timezone.localdate())
    address = f"{reverse('staff:application_new')}?ambulance={vehicle.pk}"
    answer = owner.post(address, {"kind": "transfer", "receiver": closed.credit_code})
    assert answer.status_code == 422
    assert closed.credit_code in words(answer), "what was typed is lost"
    assert not Application.objects.exists()


@pytest.mark.parametrize("name", ["左侧.exe", "a.jpg.html", "=cmd|calc"])
def test_a_document_never_leaves_under_the_ending_of_a_program(owner, name):
    application, file = begun(owner), picture(1)
    file.name = name
    send(owner, application, "attach", purpose="photo_left", upload=file, **RIGHT)
    document = application.documents.get()
    answer = owner.get(address_of(application, "application_document", document_pk=document.pk))
    assert answer.headers["Content-Disposition"].rstrip('"').endswith(".jpg")


def test_reasons_of_a_return_stand_beside_their_fields(owner, reviewer):
    application = submitted(owner)
    decide(reviewer, application, "return", reason="请更正", tick="colour", reason_colour="照片上是黄色")
    page = words(owner.get(address_of(application)))
    assert "照片上是黄色" in page.split('id="id_colour"')[1].split("data-field")[0]
    assert "请更正" in page
    assert send(owner, application, "submit", **{**RIGHT, "colour": "黄色"}).status_code == 303


def test_the_list_shows_what_is_to_be_done_and_filters_by_state_and_kind(owner):
    draft, sent = begun(owner), submitted(owner)
    address = reverse("staff:applications")

    def shown(query: str) -> set[int]:
        page = words(owner.get(address + query))
        return {each.pk for each in (draft, sent) if f'href="{address_of(each)}"' in page}

    assert shown("") == {draft.pk}
    assert shown("?state=elsewhere") == {sent.pk}
    assert shown("?state=all") == {draft.pk, sent.pk}
    assert shown("?state=submitted") == {sent.pk}
    assert shown("?state=all&kind=change") == set()
    assert shown("?state=all&kind=%00nonsense") == {draft.pk, sent.pk}
    assert owner.get(f"{address}?after=nonsense").status_code == 404


def test_a_list_of_many_costs_as_many_queries_as_a_list_of_few(owner, django_assert_max_num_queries):
    for _number in range(3):
        begun(owner)
    with django_assert_max_num_queries(LIST):
        owner.get(f"{reverse('staff:applications')}?state=all")
    first = Application.objects.earliest("pk")
    Application.objects.bulk_create(
        Application(
            kind="new",
            institution=first.institution,
            authority=first.authority,
            created_at=first.created_at,
            updated_at=first.updated_at,
            proposed={"plate": f"赣A{number:05d}"},
        )
        for number in range(200)
    )
    with django_assert_max_num_queries(LIST):
        page = words(owner.get(f"{reverse('staff:applications')}?state=all"))
    assert 'rel="next"' in page


def test_the_form_costs_a_fixed_number_of_queries(owner, django_assert_max_num_queries):
    application = begun(owner)
    attach_all(owner, application, **RIGHT)
    with django_assert_max_num_queries(12):
        assert owner.get(address_of(application)).status_code == 200
