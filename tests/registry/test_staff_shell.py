"""What every page of the desk shares: the rail by duty, time left in words, the search, refusals."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from registry.due import time_left, written_wait
from registry.sections import GROUPS
from tests.registry.staff_pages import desks

TODAY = date(2026, 11, 23)
RAILS = {
    "fleet_manager": {"desk", "applications", "ambulances", "crew", "prices"},
    "institution_admin": {"desk", "applications", "ambulances", "crew", "prices", "people", "keys", "audit"},
    "complaint_officer": {"desk", "applications", "forwarded", "ambulances", "prices"},
    "reviewer": {"desk", "applications", "ambulances", "institutions"},
    "authority_admin": {"desk", "applications", "ambulances", "institutions", "people", "keys"},
    "supervisor": {"desk", "applications", "ambulances", "institutions", "supervision", "audit"},
    "police": {"desk", "ambulances", "institutions", "supervision", "audit"},
    "system_admin": {"desk", "authorities", "people", "platforms", "audit"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("who", RAILS)
def test_the_rail_holds_the_rooms_of_the_duty_and_each_lets_the_person_in(who):
    client = desks().clients[who]
    rail = re.search(r'<nav class="rail".*?</nav>', client.get(reverse("staff:desk")).content.decode(), re.DOTALL)
    assert rail is not None
    found = [href for href in re.findall(r'href="([^"#]+)"', rail[0]) if "second-factor" not in href]
    names = {"desk" if href == "/staff/" else href.split("/")[2] for href in found}
    assert RAILS[who] <= names
    assert names - RAILS[who] <= {"webhooks", "complaints", "forwarded", "reveals", "supervision"}
    assert {client.get(href).status_code for href in found} == {200}


def test_every_section_has_its_page():
    for group in GROUPS:
        for section in group:
            assert reverse(section.name)


@pytest.mark.django_db
def test_who_is_not_signed_in_sees_no_rail_and_no_search():
    page = Client().get(reverse("account_login")).content.decode()
    assert 'class="rail"' not in page
    assert "data-search" not in page


@pytest.mark.django_db
def test_a_refusal_says_what_to_do_and_leads_back():
    response = desks().clients["fleet_manager"].get(reverse("staff:institutions"))
    assert response.status_code == 403
    assert reverse("staff:desk") in response.content.decode()


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-800, "over 2 years", "stop"),
        (-90, "over 3 months", "stop"),
        (-2, "2 days over", "stop"),
        (-1, "1 day over", "stop"),
        (0, "today", "mind"),
        (1, "tomorrow", "mind"),
        (7, "7 days left", "mind"),
        (8, "8 days left", ""),
        (60, "60 days left", ""),
        (61, "2 months left", ""),
        (1000, "3 years left", ""),
    ],
)
def test_time_left_is_told_in_words_and_tone(days, words, tone):
    with translation.override("en"):
        left = time_left(TODAY + timedelta(days=days), TODAY)
        assert (left.words, left.tone) == (words, tone)


def test_a_wait_is_told_in_days():
    with translation.override("en"):
        assert [written_wait(days) for days in (0, 1, 3)] == ["since today", "for 1 day", "for 3 days"]
