"""The reviewer's page: everything beside each other, one decision, and who was first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from directory.kinds import AuthorityKind
from registry.models import Ambulance, Application
from tests import build, people
from tests.registry.application_forms import (
    RIGHT,
    address_of,
    begun,
    decide,
    institution_of,
    manager,
    picture,
    send,
    submitted,
    told,
)
from tests.registry.test_application_pages import prefilled, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    return people.client_of(manager())


def reviewer_client(**fields) -> Client:
    return people.client_of(people.person(Role.REVIEWER, body=build.authority(), **fields))


@pytest.fixture
def reviewer() -> Client:
    return reviewer_client(name="审核员甲")


def test_what_is_asked_stands_beside_documents_and_decisions(owner, reviewer):
    application = submitted(owner)
    page = words(reviewer.get(address_of(application)))
    assert "赣A·54321" in page
    assert page.count("data-picture=") == application.documents.count()
    for do in ("approve", "return", "refuse"):
        assert f'name="do" value="{do}"' in page
    assert 'name="reason_plate"' in page


def test_differences_are_marked_by_a_sign_and_words(owner, reviewer):
    institution = institution_of(owner)
    vehicle = build.ambulance(institution=institution, colour="白色", licence_owner="南昌市第一人民医院")
    application = begun(owner, "change", vehicle)
    typed = {**prefilled(application), "colour": "橙色"}
    for purpose in ("vehicle_licence", "photo_left"):
        send(owner, application, "attach", purpose=purpose, upload=picture(len(purpose)), **typed)
    answer = send(owner, application, "submit", **typed)
    assert answer.status_code == 303, told(answer)
    page = words(reviewer.get(address_of(application)))
    row = page.split('id="row_colour"')[1].split("</tr>")[0]
    assert "is-different" in row
    assert '<span class="old">白色</span>' in row
    assert '<span class="new">橙色</span>' in row
    assert "→" in row
    assert "is-different" not in page.split('id="row_vin"')[1].split("</tr>")[0]


def test_approving_registers_the_vehicle_and_offers_the_next_one(owner, reviewer):
    first = submitted(owner)
    second = submitted(people.client_of(manager()), plate="赣A54322", vin=build.vin(77), fleet_number="急02")
    answer = decide(reviewer, first, "approve")
    assert answer.status_code == 303, told(answer)
    vehicle = Ambulance.objects.get(plate="赣A54321")
    assert vehicle.status == "in_service"
    assert vehicle.markings.exists()
    page = words(reviewer.get(answer.headers["Location"]))
    assert f'href="{address_of(second)}" data-next' in page
    assert 'value="approve"' not in page


def test_the_second_of_two_reviewers_is_told_who_did_what(owner, reviewer):
    application = submitted(owner)
    seen = application.version
    assert decide(reviewer, application, "approve", version=seen).status_code == 303
    late = reviewer_client(name="审核员乙")
    answer = decide(late, application, "refuse", version=seen, reason="重复")
    page = words(answer)
    assert answer.status_code == 409
    assert "审核员甲" in page
    assert Application.objects.get(pk=application.pk).state == "approved"


def test_returning_without_any_reason_is_refused_and_ticks_stay(owner, reviewer):
    application = submitted(owner)
    answer = decide(reviewer, application, "return")
    assert answer.status_code == 422
    assert Application.objects.get(pk=application.pk).state == "submitted"
    assert decide(reviewer, application, "refuse").status_code == 422
    assert decide(reviewer, application, "explode", reason="x").status_code == 422


def test_a_tick_alone_asks_to_look_again(owner, reviewer):
    application = submitted(owner)
    answer = decide(reviewer, application, "return", reason="请更正", tick="vin", reason_plate="与行驶证不符")
    assert answer.status_code == 303
    application.refresh_from_db()
    assert set(application.field_reasons) == {"vin", "plate"}
    assert application.field_reasons["plate"] == "与行驶证不符"


def test_a_reason_of_a_whole_book_is_refused_and_stays_in_the_form(owner, reviewer):
    application = submitted(owner)
    answer = decide(reviewer, application, "return", reason="请更正", reason_plate="长" * 10_000)
    assert answer.status_code == 422
    assert "长" * 10_000 in words(answer)
    assert Application.objects.get(pk=application.pk).state == "submitted"


def test_reasons_for_fields_that_do_not_exist_are_dropped_and_scripts_are_text(owner, reviewer):
    application = submitted(owner)
    hostile: dict[str, Any] = {"tick": "is_superuser", "reason_nothing": "x", "reason_plate": "<b>错</b>"}
    assert decide(reviewer, application, "return", reason="<script>alert(1)</script>", **hostile).status_code == 303
    application.refresh_from_db()
    assert set(application.field_reasons) == {"plate"}
    page = words(owner.get(address_of(application)))
    assert "<script>alert" not in page
    assert "<b>错" not in page


def test_what_is_registered_elsewhere_is_found(owner, reviewer):
    application = submitted(owner)
    build.ambulance(plate="赣A54321")
    page = words(reviewer.get(address_of(application)))
    assert 'class="findings"' in page
    assert '#row_plate"' in page
    answer = decide(reviewer, application, "approve")
    assert answer.status_code == 422
    assert Application.objects.get(pk=application.pk).state == "submitted"


def test_gaps_of_the_crew_are_told_without_names(owner, reviewer):
    owner.post(reverse("staff:crew_add"), {"name": "李小明", "role": "driver"})
    application = submitted(owner)
    page = words(reviewer.get(address_of(application)))
    assert "李小明" not in page
    assert "chip-mind" in page


def test_another_provinces_reviewer_finds_nothing(owner):
    application = submitted(owner)
    document = application.documents.earliest("pk")
    beijing = build.authority(division=build.division("110105"))
    stranger = people.client_of(people.person(Role.REVIEWER, body=beijing))
    gone = [
        stranger.get(address_of(application)),
        decide(stranger, application, "approve"),
        stranger.get(address_of(application, "application_document", document_pk=document.pk)),
        stranger.post(address_of(application, "application_answer"), {"do": "agree", "version": 1}),
    ]
    assert [answer.status_code for answer in gone] == [404] * 4
    assert address_of(application) not in words(stranger.get(f"{reverse('staff:applications')}?state=all"))


def test_other_authorities_do_not_see_applications(owner):
    application = submitted(owner)
    police = build.authority(kind=AuthorityKind.POLICE)
    stranger = people.client_of(people.person(Role.REVIEWER, body=police))
    assert stranger.get(address_of(application)).status_code == 404


def test_a_colleague_of_another_duty_reads_and_cannot_decide(owner):
    application = submitted(owner)
    handler = people.client_of(people.person(Role.HANDLER, body=build.authority()))
    page = handler.get(address_of(application))
    assert page.status_code == 200
    assert 'value="approve"' not in words(page)
    assert decide(handler, application, "approve").status_code == 403
    assert Application.objects.get(pk=application.pk).state == "submitted"


def test_the_institution_cannot_decide_for_itself(owner):
    application = submitted(owner)
    assert decide(owner, application, "approve").status_code == 403


def test_the_queue_begins_with_who_waits_longest_and_tells_what_is_overdue(owner, reviewer):
    first = submitted(owner)
    second = submitted(people.client_of(manager()), plate="赣A54322", vin=build.vin(77), fleet_number="急02")
    long_ago = timezone.now() - timedelta(days=40)
    Application.objects.filter(pk=second.pk).update(
        submitted_at=long_ago, due_on=(long_ago + timedelta(days=28)).date()
    )
    address = reverse("staff:applications")
    page = words(reviewer.get(address))
    assert page.index(address_of(second)) < page.index(address_of(first))
    for query in ("?waiting=20", "?due=over"):
        page = words(reviewer.get(address + query))
        assert address_of(second) in page
        assert address_of(first) not in page


def test_the_page_of_a_review_costs_a_fixed_number_of_queries(owner, reviewer, django_assert_max_num_queries):
    application = submitted(owner)
    with django_assert_max_num_queries(24):
        assert reviewer.get(address_of(application)).status_code == 200


def test_nothing_of_it_is_kept_by_a_browser(owner, reviewer):
    application = submitted(owner)
    for client in (owner, reviewer):
        assert client.get(address_of(application)).headers["Cache-Control"] == "no-store"
        assert client.get(reverse("staff:applications")).headers["Cache-Control"] == "no-store"


def test_a_refusal_is_told_to_the_institution(owner, reviewer):
    application = submitted(owner, **RIGHT)
    assert decide(reviewer, application, "refuse", reason="不是救护车").status_code == 303
    assert "不是救护车" in words(owner.get(address_of(application)))
