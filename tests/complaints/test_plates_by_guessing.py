"""Somebody tries plates on the complaint pages, to learn which vehicles there are and whose."""

from __future__ import annotations

import pytest

from complaints.models import Complaint
from edge.limits import limiter
from tests import build
from tests.complaints.build import Person, authorities, text_of

pytestmark = pytest.mark.django_db

HERE = "127.0.0.1"


@pytest.fixture
def vehicle():
    authorities()
    return build.ambulance(plate="赣A12345")


def use_up():
    while limiter().hit("lookups", HERE):
        pass


def test_a_plate_on_the_first_page_counts_as_a_look_up(vehicle):
    page = text_of(Person().client.get("/complaints/new/", {"plate": vehicle.plate}))
    assert vehicle.institution.name in page
    assert limiter().used("lookups", HERE) == 1


def test_a_scanned_code_counts_nothing(vehicle):
    Person().client.get("/complaints/new/", {"code": build.marking(ambulance=vehicle).code})
    assert limiter().used("lookups", HERE) == 0


def test_over_the_limit_the_pages_tell_nothing_of_a_plate_and_take_the_complaint(vehicle):
    use_up()
    person = Person()
    first = text_of(person.client.get("/complaints/new/", {"plate": vehicle.plate}))
    assert vehicle.institution.name not in first
    assert vehicle.plate in first
    person.begin("service", plate=vehicle.plate)
    assert not person.answers["vehicle_is_known"]
    person.answer("vehicle", plate=vehicle.plate)
    person.answer("where", division=vehicle.division_id, place="民德路")
    person.answer("story", narrative="没有收据。")
    assert vehicle.institution.name not in text_of(person.look("review"))
    assert person.answer("review").status_code == 303
    assert Complaint.objects.get().ambulance == vehicle


def test_plates_tried_one_after_the_other_in_one_draft_are_counted(vehicle):
    person = Person()
    person.begin("service")
    for _attempt in range(3):
        person.answer("vehicle", plate=vehicle.plate)
    assert limiter().used("lookups", HERE) == 3
    use_up()
    person.answer("vehicle", plate=vehicle.plate)
    assert vehicle.institution.name not in text_of(person.look("review"))
