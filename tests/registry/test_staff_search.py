"""One search over everything in scope, except what is sealed."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.codes import printed
from registry.models import Application, CrewMember
from tests import build
from tests.registry.staff_pages import desks, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return desks()


def found(house, who, text):
    response = house.clients[who].get(reverse("staff:search"), {"q": text})
    assert response.status_code == 200
    return response.context["found"]


def things(house):
    """A vehicle with a code and an application, and the texts each is found by."""
    vehicle = build.ambulance(institution=house.hospital, plate="赣A12345", fleet_number="急·77")
    marking = build.marking(ambulance=vehicle)
    now = timezone.now()
    application = Application.objects.create(
        kind="renewal",
        institution=house.hospital,
        ambulance=vehicle,
        authority=house.authority,
        state="submitted",
        created_at=now,
        updated_at=now,
        submitted_at=now,
    )
    return {
        "vehicles": ["赣A12345", "赣a·12345", "赣A12", "A12345", vehicle.vin, "急·77"],
        "codes": [marking.code, printed(marking.code).lower()],
        "institutions": ["东湖"],
        "applications": [str(application.pk), f"#{application.pk}"],
    }


@pytest.mark.parametrize("who", ["fleet_manager", "reviewer"])
def test_a_text_is_found_as_what_it_is(house, who):
    for group, texts in things(house).items():
        for text in texts:
            assert len(getattr(found(house, who, text), group)) == 1, f"{group} by {text}"


@pytest.mark.parametrize("who", ["other_fleet_manager", "other_reviewer"])
def test_nothing_of_it_is_found_outside_the_scope(house, who):
    for texts in things(house).values():
        for text in texts:
            assert found(house, who, text).is_empty, text


def test_other_authorities_find_vehicles_but_no_application(house):
    texts = things(house)
    assert found(house, "police", texts["vehicles"][0]).vehicles
    assert found(house, "police", texts["applications"][0]).applications == []


def test_sealed_text_is_not_searched(house):
    CrewMember.objects.create(institution=house.hospital, name="欧阳修文", role="driver")
    assert found(house, "fleet_manager", "欧阳修文").is_empty


@pytest.mark.parametrize("text", ["", " ", "\u202e", "x" * 101, "'; DROP", "%", "_", "9" * 30, "\x00"])
def test_odd_texts_find_nothing_and_harm_nothing(house, text):
    assert found(house, "reviewer", text).is_empty


def test_a_search_takes_few_queries(house):
    for _ in range(60):
        build.ambulance(institution=house.hospital)
    assert len(found(house, "reviewer", "赣A").vehicles) == 20
    assert queries(house.clients["reviewer"], f"{reverse('staff:search')}?q=赣A") <= 10
