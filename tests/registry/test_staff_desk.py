"""The desk: what waits for each body, the oldest on top, counted within the jurisdiction."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.formats import display_plate
from registry.applications import ApplicationKind, ApplicationState
from registry.choices import AmbulanceStatus, MarkingState
from registry.models import Application, CrewMember
from tests import build
from tests.registry.staff_pages import desks, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return desks()


def desk(house, who):
    response = house.clients[who].get(reverse("staff:desk"))
    assert response.status_code == 200
    return response


def application(house, **fields):
    now = timezone.now()
    values = {
        "kind": ApplicationKind.NEW,
        "institution": house.hospital,
        "authority": house.authority,
        "state": ApplicationState.SUBMITTED,
        "created_at": now,
        "updated_at": now,
        "submitted_at": now,
        "due_on": timezone.localdate() + timedelta(days=5),
    }
    return Application.objects.create(**{**values, **fields})


def fill(house, count):
    """Some of everything that waits for the hospital and for its authority."""
    today, now = timezone.localdate(), timezone.now()
    for number in range(count):
        vehicle = build.ambulance(institution=house.hospital, inspection_valid_until=today + timedelta(days=number - 5))
        build.marking(ambulance=vehicle, state=MarkingState.ISSUED)
        application(house, state=ApplicationState.RETURNED, updated_at=now - timedelta(days=number))
        application(house, due_on=today + timedelta(days=number - 5))
        CrewMember.objects.create(
            institution=house.hospital,
            name="张三",
            role="driver",
            certificate_valid_until=today + timedelta(days=number),
        )


def test_a_hospital_finds_what_it_must_do_the_oldest_on_top(house):
    fill(house, 3)
    work = desk(house, "fleet_manager").context["work"]
    assert len(work) == 12
    assert [task.day for task in work] == sorted(task.day for task in work)


def test_a_hospital_finds_nothing_of_another(house):
    fill(house, 2)
    assert desk(house, "other_fleet_manager").context["work"] == []


def test_what_is_in_order_is_no_work(house):
    far = timezone.localdate() + timedelta(days=61)
    build.marking(ambulance=build.ambulance(institution=house.hospital, inspection_valid_until=far))
    build.ambulance(institution=house.hospital, status=AmbulanceStatus.RETIRED, inspection_valid_until=build.REGISTERED)
    CrewMember.objects.create(institution=house.hospital, name="李四", role="driver", certificate_valid_until=far)
    CrewMember.objects.create(
        institution=house.hospital,
        name="王五",
        role="driver",
        certificate_valid_until=build.REGISTERED,
        left_on=build.REGISTERED,
    )
    application(house)
    response = desk(house, "fleet_manager")
    assert response.context["work"] == []
    assert 'class="empty"' in response.content.decode()


def test_a_scrapping_date_is_not_hidden_behind_inspections(house):
    today = timezone.localdate()
    for _ in range(20):
        build.ambulance(institution=house.hospital, inspection_valid_until=today + timedelta(days=3))
    worn = build.ambulance(institution=house.hospital, scrap_due_on=today - timedelta(days=1))
    assert desk(house, "fleet_manager").context["work"][0].about == display_plate(worn.plate)


def test_a_transfer_waits_at_the_receiving_hospital_and_not_at_the_giving_one(house):
    vehicle = build.ambulance(institution=house.hospital)
    application(
        house,
        kind=ApplicationKind.TRANSFER,
        ambulance=vehicle,
        receiving_institution=house.other_hospital,
        state=ApplicationState.AWAITING_OTHER,
        submitted_at=None,
    )
    assert len(desk(house, "other_fleet_manager").context["work"]) == 1
    assert desk(house, "fleet_manager").context["work"] == []


def test_an_authority_finds_the_queue_with_the_first_due_on_top(house):
    today = timezone.localdate()
    later, overdue = application(house), application(house, due_on=today - timedelta(days=1))
    application(house, state=ApplicationState.DRAFT, submitted_at=None)
    response = desk(house, "reviewer")
    assert [each.pk for each in response.context["queue"]] == [overdue.pk, later.pk]
    total = response.context["jurisdiction"].total
    assert (total["waiting"], total["overdue"]) == (2, 1)


def test_an_authority_sees_nothing_of_another_province(house):
    fill(house, 2)
    response = desk(house, "other_reviewer")
    assert response.context["queue"] == []
    assert not response.context["jurisdiction"].total


def test_the_jurisdiction_is_counted_by_the_divisions_right_below(house):
    build.ambulance(institution=house.hospital)
    build.ambulance(institution=house.hospital, status=AmbulanceStatus.SUSPENDED)
    build.ambulance(institution=house.hospital, status=AmbulanceStatus.RETIRED)
    branches = {one.code: one for one in desk(house, "reviewer").context["jurisdiction"].branches}
    assert branches["360102"].vehicles == 2
    assert branches["360102"].counts["institutions"] == 2
    province = {one.code: one for one in desk(house, "police").context["jurisdiction"].branches}
    assert province["360100"].vehicles == 2


def test_what_lies_directly_under_the_jurisdiction_is_not_lost(house):
    division = build.division("360100")
    build.ambulance(institution=build.institution(division=division))
    found = desk(house, "reviewer").context["jurisdiction"]
    assert found.vehicles == sum(branch.vehicles for branch in found.branches) == 1


def test_an_authority_outside_the_divisions_counts_by_authority(house):
    corps = build.authority(division=None, own_code="BT01", name="第一师卫健委")
    below = build.authority(division=None, own_code="BT0102", name="二团卫健委")
    build.ambulance(institution=house.hospital, certified_by=below)
    people = desks_of(corps)
    found = people.get(reverse("staff:desk")).context["jurisdiction"]
    assert {one.code: one.vehicles for one in found.branches} == {"BT01": 0, "BT0102": 1}


def desks_of(body):
    from accounts.roles import Role  # noqa: PLC0415 - only this test needs a person of its own
    from tests.people import client_of, person  # noqa: PLC0415

    return client_of(person(Role.REVIEWER, body=body))


def test_other_authorities_find_the_register_and_no_queue(house):
    application(house)
    response = desk(house, "police")
    assert response.context["queue"] == []
    assert "waiting" not in response.context["jurisdiction"].total


def test_the_system_administrator_finds_authorities_and_no_vehicle(house):
    vehicle = build.ambulance(institution=house.hospital)
    response = desk(house, "system_admin")
    kinds = {row.kind: row for _, row in response.context["kinds"]}
    assert (kinds["health"].count, kinds["health"].with_people) == (2 + 1, 2)
    assert vehicle.plate not in response.content.decode()


def test_an_authority_with_people_and_no_administrator_is_named(house):
    without = desk(house, "system_admin").context["without"]
    assert house.authority not in without
    assert house.people["police"].authority in without


@pytest.mark.parametrize("who", ["fleet_manager", "reviewer", "police", "system_admin"])
def test_a_desk_takes_few_queries_however_much_waits(house, who):
    counts = []
    for more in (2, 25):
        fill(house, more)
        counts.append(queries(house.clients[who], reverse("staff:desk")))
    assert counts[0] == counts[1]
    assert counts[1] <= 11


def test_the_desk_of_a_complaint_officer_leads_to_no_page_that_is_closed_to_it(house):
    fill(house, 2)
    page = desk(house, "complaint_officer")
    addresses = {block.href for block in page.context["blocks"]} | {task.href for task in page.context["work"]}
    assert not any(address.startswith(reverse("staff:crew")) for address in addresses)
    for address in addresses:
        assert house.clients["complaint_officer"].get(address).status_code == 200, address
    blocks = desk(house, "fleet_manager").context["blocks"]
    assert reverse("staff:crew") in {block.href for block in blocks}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("赣A12345", "赣A·12345"), ("赣a 12345", "赣A·12345"), ("", ""), (None, ""), ("字" * 400, "字字·" + "字" * 10)],
)
def test_the_plate_of_an_application_is_shown_as_it_is_painted_however_it_was_typed(typed, shown):
    assert Application(proposed={"plate": typed}).painted_plate == shown
