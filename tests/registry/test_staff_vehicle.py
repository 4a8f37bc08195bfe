"""One vehicle at the desk: who sees it, what each duty may do there, and what that leaves behind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRow
from directory.models import Institution
from registry.choices import AmbulanceStatus, MarkingState, RevokeReason
from registry.models import FieldChange, Marking, StatusChange
from registry.strips import Step, strip_of
from tests import build
from tests.registry.staff_pages import desks, queries

pytestmark = pytest.mark.django_db
INSIDE = ("fleet_manager", "institution_admin", "complaint_officer", "reviewer", "supervisor", "police")
OUTSIDE = ("other_fleet_manager", "other_reviewer")


@pytest.fixture
def house():
    return desks()


@pytest.fixture
def vehicle(house):
    return build.ambulance(institution=house.hospital, certified_by=house.authority)


def page(vehicle):
    return reverse("staff:ambulance", args=[vehicle.pk])


def act(vehicle, action):
    return reverse("staff:ambulance_act", kwargs={"pk": vehicle.pk, "action_name": action})


def act_on(marking, action):
    return reverse(
        "staff:code_act", kwargs={"pk": marking.ambulance_id, "marking_pk": marking.pk, "action_name": action}
    )


def test_everybody_inside_sees_it_and_nobody_outside(house, vehicle):
    assert {who: house.clients[who].get(page(vehicle)).status_code for who in INSIDE} == dict.fromkeys(INSIDE, 200)
    assert {who: house.clients[who].get(page(vehicle)).status_code for who in OUTSIDE} == dict.fromkeys(OUTSIDE, 404)


def test_the_page_takes_few_queries_however_long_the_story(house, vehicle):
    for number in range(40):
        StatusChange.objects.create(ambulance=vehicle, new_status="in_service", changed_at=build.ISSUED)
        FieldChange.objects.create(ambulance=vehicle, field="station", new=str(number), changed_at=build.ISSUED)
    for position in ("LEFT", "RIGHT", "REAR"):
        build.marking(ambulance=vehicle, position=position)
    counts = [queries(house.clients[who], page(vehicle)) for who in ("fleet_manager", "reviewer")]
    assert max(counts) <= 10


@pytest.mark.parametrize(
    ("who", "status", "expected"),
    [
        ("fleet_manager", "in_service", ["change"]),
        ("institution_admin", "suspended", ["change"]),
        ("fleet_manager", "retired", []),
        ("complaint_officer", "in_service", []),
        ("reviewer", "in_service", ["suspend"]),
        ("reviewer", "suspended", ["return"]),
        ("reviewer", "retired", []),
        ("province_reviewer", "in_service", ["suspend"]),
        ("supervisor", "in_service", []),
        ("police", "in_service", []),
    ],
)
def test_each_duty_is_offered_what_the_table_says(house, who, status, expected):
    vehicle = build.ambulance(institution=house.hospital, certified_by=house.authority, status=status)
    response = house.clients[who].get(page(vehicle))
    assert [action.value for action in response.context["actions"]] == expected


def test_a_vehicle_of_an_institution_that_closed_is_taken_off_the_register_by_the_reviewer(house, vehicle):
    """Nobody is left who could apply for it, and whoever owns the vehicle now could not register it."""
    marking, client = build.marking(ambulance=vehicle), house.clients["reviewer"]
    assert client.post(act(vehicle, "retire"), {"reason": "机构已注销"}).status_code == 409, "its owner still works"
    Institution.objects.filter(pk=house.hospital.pk).update(closed_on=timezone.localdate() + timedelta(days=1))
    assert client.post(act(vehicle, "retire"), {"reason": "机构已注销"}).status_code == 409, "one day early"
    Institution.objects.filter(pk=house.hospital.pk).update(closed_on=timezone.localdate())
    assert [each.value for each in client.get(page(vehicle)).context["actions"]] == ["suspend", "retire"]
    assert house.clients["supervisor"].post(act(vehicle, "retire"), {"reason": "x"}).status_code == 403
    assert client.post(act(vehicle, "retire"), {"reason": " "}).status_code == 422
    assert client.post(act(vehicle, "retire"), {"reason": "机构已注销"}).status_code == 302
    vehicle.refresh_from_db()
    marking.refresh_from_db()
    assert (vehicle.status, vehicle.retired_on) == (AmbulanceStatus.RETIRED, timezone.localdate())
    assert marking.state == MarkingState.REVOKED
    assert AuditRow.objects.get(action="ambulance.retired").actor == house.people["reviewer"]
    assert build.ambulance(plate=vehicle.plate, vin=vehicle.vin).status == AmbulanceStatus.IN_SERVICE


def test_what_is_not_offered_is_refused(house):
    """Every person × status × step: 200 where it is offered, 403 for another's duty, 409 for a wrong state."""
    wrong = []
    for status in ("in_service", "suspended", "retired"):
        vehicle = build.ambulance(institution=house.hospital, certified_by=house.authority, status=status)
        for who, action in product(INSIDE, ("change", "suspend", "return", "retire")):
            offered = {each.value for each in house.clients[who].get(page(vehicle)).context["actions"]}
            owner = who in {"fleet_manager", "institution_admin"}
            is_own = action == "change" if owner else who == "reviewer" and action != "change"
            expected = 200 if action in offered else (409 if is_own else 403)
            for method in ("get", "post"):
                if method == "post" and expected == 200:
                    continue
                status_code = getattr(house.clients[who], method)(act(vehicle, action)).status_code
                if status_code != expected:
                    wrong.append(f"{who} {method} {action} when {status}: {status_code}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_nobody_outside_reaches_a_step(house, vehicle):
    marking = build.marking(ambulance=vehicle, state=MarkingState.ISSUED)
    addresses = [act(vehicle, "suspend"), act(vehicle, "change"), act_on(marking, "mount"), act_on(marking, "revoke")]
    for who, address in product(OUTSIDE, addresses):
        assert house.clients[who].get(address).status_code == 404
        assert house.clients[who].post(address, {"reason": "x"}).status_code == 404
    vehicle.refresh_from_db()
    assert vehicle.status == AmbulanceStatus.IN_SERVICE
    assert not AuditRow.objects.filter(action__startswith="ambulance").exists()


def test_a_reviewer_suspends_with_a_reason_and_returns_it_to_service(house, vehicle):
    client = house.clients["reviewer"]
    assert client.post(act(vehicle, "suspend"), {"reason": " "}).status_code == 422
    assert client.post(act(vehicle, "suspend"), {"reason": "未按规定更新"}).status_code == 302
    vehicle.refresh_from_db()
    assert vehicle.status == AmbulanceStatus.SUSPENDED
    change = vehicle.status_changes.get()
    assert (change.reason, change.changed_by) == ("未按规定更新", house.people["reviewer"])
    assert "未按规定更新" in client.get(page(vehicle)).content.decode()
    assert client.post(act(vehicle, "suspend"), {"reason": "再次"}).status_code == 409
    client.post(act(vehicle, "return"), {"reason": "已整改"})
    vehicle.refresh_from_db()
    assert vehicle.status == AmbulanceStatus.IN_SERVICE
    rows = AuditRow.objects.filter(action__startswith="ambulance.").order_by("number")
    assert [(row.action, row.actor) for row in rows] == [
        ("ambulance.suspended", house.people["reviewer"]),
        ("ambulance.returned", house.people["reviewer"]),
    ]


def test_a_fleet_manager_changes_station_and_device_at_once_with_history(house, vehicle):
    client = house.clients["fleet_manager"]
    assert vehicle.station in client.get(act(vehicle, "change")).content.decode()
    response = client.post(
        act(vehicle, "change"), {"station": "新站", "positioning_device": vehicle.positioning_device}
    )
    assert response.status_code == 302
    change = FieldChange.objects.get()
    assert (change.field, change.new, change.changed_by) == ("station", "新站", house.people["fleet_manager"])
    shown = client.get(page(vehicle)).content.decode()
    assert '<span class="new">新站</span>' in shown
    assert f'<span class="old">{vehicle.station}</span>' in shown


def test_a_fleet_manager_notes_a_code_as_mounted_once(house, vehicle):
    marking = build.marking(ambulance=vehicle, state=MarkingState.ISSUED)
    client = house.clients["fleet_manager"]
    assert client.get(act_on(marking, "mount")).status_code == 200
    assert client.post(act_on(marking, "mount")).status_code == 302
    marking.refresh_from_db()
    assert marking.state == MarkingState.MOUNTED
    assert client.post(act_on(marking, "mount")).status_code == 409


def test_a_code_is_replaced_for_a_reason_of_the_list_only(house, vehicle):
    marking = build.marking(ambulance=vehicle)
    client = house.clients["fleet_manager"]
    for reason in ("", "vehicle_retired", "misused"):
        assert client.post(act_on(marking, "reissue"), {"reason": reason}).status_code == 422
    assert client.post(act_on(marking, "reissue"), {"reason": RevokeReason.DAMAGED}).status_code == 302
    marking.refresh_from_db()
    assert marking.replaced_by is not None
    assert marking.replaced_by.state == MarkingState.ISSUED


def test_only_a_reviewer_revokes_a_code(house, vehicle):
    marking = build.marking(ambulance=vehicle)
    assert house.clients["fleet_manager"].post(act_on(marking, "revoke"), {"reason": "misused"}).status_code == 403
    assert house.clients["supervisor"].post(act_on(marking, "revoke"), {"reason": "misused"}).status_code == 403
    assert house.clients["reviewer"].post(act_on(marking, "revoke"), {"reason": "misused"}).status_code == 302
    assert Marking.objects.get(pk=marking.pk).state == MarkingState.REVOKED


def test_a_code_is_only_reached_through_its_own_vehicle(house, vehicle):
    stranger = build.marking(ambulance=build.ambulance(institution=house.other_hospital), state=MarkingState.ISSUED)
    address = reverse("staff:code_act", kwargs={"pk": vehicle.pk, "marking_pk": stranger.pk, "action_name": "mount"})
    assert house.clients["fleet_manager"].post(address).status_code == 404
    stranger.refresh_from_db()
    assert stranger.state == MarkingState.ISSUED


def test_gaps_in_the_crew_are_told(house, vehicle):
    response = house.clients["reviewer"].get(page(vehicle))
    assert len(response.context["gaps"]) == 3


STEPS = [
    Step(date(2026, 1, 1), "in_service"),
    Step(date(2026, 6, 1), "suspended"),
    Step(date(2026, 7, 1), "in_service"),
]
TODAY = date(2026, 11, 23)


def told(steps, **dates):
    strip = strip_of(steps, **{"inspection_valid_until": None, "scrap_due_on": None, "today": TODAY, **dates})
    assert strip is not None
    return [(str(each.start), str(each.end), each.tone) for each in strip.segments]


def test_a_strip_tells_each_status_from_when_to_when():
    assert told(STEPS) == [
        ("2026-01-01", "2026-05-31", "good"),
        ("2026-06-01", "2026-06-30", "stop"),
        ("2026-07-01", "2026-11-23", "good"),
    ]


def test_a_strip_shows_a_passed_inspection_from_the_day_after():
    assert told(STEPS, inspection_valid_until=date(2026, 11, 20))[-2:] == [
        ("2026-07-01", "2026-11-20", "good"),
        ("2026-11-21", "2026-11-23", "mind"),
    ]


def test_past_scrapping_outranks_a_passed_inspection():
    both = {"inspection_valid_until": date(2026, 11, 20), "scrap_due_on": date(2026, 10, 1)}
    assert {tone for start, _, tone in told(STEPS, **both) if start > "2026-10-01"} == {"stop"}


def test_a_strip_of_one_day_and_of_nothing():
    assert told([Step(TODAY, "in_service")]) == [("2026-11-23", "2026-11-23", "good")]
    assert strip_of([], inspection_valid_until=None, scrap_due_on=None, today=TODAY) is None


def test_the_story_is_told_in_shanghai_days(house, vehicle):
    late = datetime(2026, 11, 1, 17, 30, tzinfo=UTC)
    StatusChange.objects.create(ambulance=vehicle, new_status="in_service", changed_at=late)
    assert "2026年11月2日" in house.clients["fleet_manager"].get(page(vehicle)).content.decode()


def test_a_truth_that_changed_is_told_in_the_language_of_the_page(house, vehicle):
    FieldChange.objects.create(ambulance=vehicle, field="in_120_network", old="yes", new="no", changed_at=build.ISSUED)
    shown = house.clients["fleet_manager"].get(page(vehicle)).content.decode()
    assert '<span class="old">是</span>' in shown
    assert '<span class="new">否</span>' in shown


def test_places_and_photos_are_told_in_words(house, vehicle):
    build.division("110105")
    for field, old, new in (("division", "360102", "110105"), ("photo", "0a1b.jpg", "2c3d.jpg")):
        FieldChange.objects.create(ambulance=vehicle, field=field, old=old, new=new, changed_at=build.ISSUED)
    shown = house.clients["fleet_manager"].get(page(vehicle)).content.decode()
    assert '<span class="old">东湖区</span>' in shown
    assert '<span class="new">朝阳区</span>' in shown
    assert "0a1b" not in shown
    assert '<span class="new">新照片</span>' in shown
