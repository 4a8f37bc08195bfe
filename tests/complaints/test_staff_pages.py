"""Complaints at the desk of an authority: the list and one case, without the story or who told it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from complaints.models import Deadline
from tests import build
from tests.complaints.entries import EMAIL, NARRATIVE, PHONE, filed
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
CASES = "/staff/complaints/"


@pytest.fixture
def desk():
    return build.authority()


@pytest.fixture
def handler(desk):
    return client_of(person(Role.HANDLER, body=desk))


def test_the_list_shows_reference_deadline_and_who_handles_it(handler, desk):
    complaint = filed(plate="赣A12345")
    page = handler.get(f"{CASES}?lang=en").content.decode()
    assert complaint.reference in page
    assert "赣A·12345" in page
    assert desk.name in page
    assert handler.get(reverse("cases:case", args=[complaint.pk])).status_code == 200


def test_neither_list_nor_case_tells_the_story_or_who_told_it(handler):
    complaint = filed(contact_email=EMAIL, place="东湖区民德路")
    for address in (CASES, reverse("cases:case", args=[complaint.pk])):
        page = handler.get(address).content.decode()
        for secret in (NARRATIVE[:8], "李雷", PHONE, EMAIL, "民德路", complaint.receipt_hash):
            assert secret not in page


@pytest.mark.parametrize("rows", [2, 30])
def test_the_list_costs_the_same_for_any_number_of_rows(handler, rows, django_assert_max_num_queries):
    for _ in range(rows):
        filed()
    with django_assert_max_num_queries(11):  # nine, and two savepoints that only a test has
        assert handler.get(CASES).status_code == 200


def test_filters_narrow_the_list(handler):
    first, second = filed(plate="赣A12345"), filed(plate="赣A54321")
    Deadline.objects.filter(handling__complaint=second).update(due_on=second.received_at.date() - timedelta(days=400))
    for query, seen in (
        (f"q={first.reference.lower()}", {first}),
        ("q=赣a·54321", {second}),
        ("due=overdue", {second}),
        ("state=withdrawn", set()),
        ("kind=service", {first, second}),
    ):
        page = handler.get(f"{CASES}?{query}").content.decode()
        assert {one for one in (first, second) if one.reference in page} == seen, query


@pytest.mark.parametrize("query", ["kind=nonsense", "after=%00", "after=[1,2]", "q=" + "x" * 500, "due=never"])
def test_odd_filters_are_answered_in_words(handler, query):
    filed()
    assert handler.get(f"{CASES}?{query}").status_code in {200, 302}


def test_another_jurisdiction_and_another_duty_are_kept_out(desk):
    complaint = filed()
    address = reverse("cases:case", args=[complaint.pk])
    stranger = client_of(person(Role.HANDLER, body=build.authority(division=build.division("110000"))))
    assert stranger.get(address).status_code == 404
    assert complaint.reference not in stranger.get(CASES).content.decode()
    reviewer = client_of(person(Role.REVIEWER, body=desk))
    assert reviewer.get(address).status_code == 403
    officer = client_of(person(Role.COMPLAINT_OFFICER, body=build.institution()))
    assert officer.get(CASES).status_code == 403
    assert "no-store" in client_of(person(Role.SUPERVISOR, body=desk)).get(CASES).headers["Cache-Control"]
