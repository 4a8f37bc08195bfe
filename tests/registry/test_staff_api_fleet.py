"""Hospital systems read their fleet, keep a copy of it, and change what needs no application."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiScope, AuditRow
from edge.limits import limiter
from registry.choices import AmbulanceStatus, MarkingState
from registry.models import Ambulance, FieldChange
from tests import build
from tests.complaints.api_calls import problem
from tests.people import client_of
from tests.registry.staff_api import STAFF, System

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    limiter.cache_clear()
    limiter().clear()
    yield
    limiter.cache_clear()


@pytest.fixture
def hospital():
    return build.institution()


@pytest.fixture
def system(hospital):
    return System(hospital)


@pytest.fixture
def stranger():
    return System(build.institution())


def plates(answer):
    assert answer.status_code == 200, answer.content
    return [row["plate"] for row in answer.json()]


def test_the_list_holds_the_own_fleet_and_nobody_elses(system, hospital):
    mine = build.ambulance(institution=hospital)
    build.ambulance()
    assert plates(system.get("ambulances/")) == [mine.plate]


def test_a_vehicle_tells_what_is_registered_and_how_it_stands(system, hospital):
    vehicle = build.ambulance(institution=hospital, in_120_network=True)
    told = system.get(f"ambulances/{vehicle.pk}/").json()
    assert told["id"] == vehicle.pk
    assert (told["vin"], told["division"], told["standing"]) == (vehicle.vin, "360102", "in_service_120")
    assert told["certified_by"] == vehicle.certified_by.name


def test_a_vehicle_that_the_public_cannot_look_up_has_no_standing(system, hospital):
    vehicle = build.ambulance(institution=hospital, status=AmbulanceStatus.DRAFT)
    assert system.get(f"ambulances/{vehicle.pk}/").json()["standing"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "ambulances/{}/"), ("patch", "ambulances/{}/"), ("get", "ambulances/{}/markings/")],
)
def test_another_institutions_vehicle_does_not_exist(stranger, hospital, method, path):
    vehicle = build.ambulance(institution=hospital)
    for pk in (vehicle.pk, vehicle.pk + 1000, 10**30):
        answer = stranger.call(method, path.format(pk), {} if method == "patch" else None)
        problem(answer, 404, "not-found")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "suspended"}, "suspended"),
        ({"type": "A"}, "transport"),
        ({"network": "yes"}, "network"),
        ({"codes": "unmounted"}, "unmounted"),
        ({"due": "overdue"}, "overdue"),
        ({"due": "30"}, "overdue"),
    ],
)
def test_a_list_is_narrowed_as_on_the_page(system, hospital, asked, found):
    def make(**fields):
        return build.ambulance(institution=hospital, **fields)

    made = {
        "plain": make(),
        "suspended": make(status=AmbulanceStatus.SUSPENDED),
        "transport": make(vehicle_type="A"),
        "network": make(in_120_network=True),
        "unmounted": build.marking(ambulance=make(), state=MarkingState.ISSUED).ambulance,
        "overdue": make(inspection_valid_until=datetime(2025, 1, 1, tzinfo=UTC).date()),
    }
    assert plates(system.get("ambulances/", **asked)) == [made[found].plate]


def test_a_vehicle_is_found_by_plate_and_by_vin(system, hospital):
    vehicle, _other = build.ambulance(institution=hospital), build.ambulance(institution=hospital)
    assert plates(system.get("ambulances/", q=vehicle.plate)) == [vehicle.plate]
    assert plates(system.get("ambulances/", q=vehicle.vin.lower())) == [vehicle.plate]


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "splendid"},
        {"type": "Z"},
        {"due": "8"},
        {"sort": "secret"},
        {"limit": "0"},
        {"limit": "201"},
        {"updated_after": "2026-11-23T18:05:00"},
        {"updated_after": "yesterday"},
        {"after": "nowhere"},
        {"after": '["x", true]'},
        {"q": "x\x00y"},
    ],
)
def test_a_filter_that_is_none_is_named(system, asked):
    [fault] = problem(system.get("ambulances/", **asked), 400, "invalid")["errors"]
    assert fault["field"] == next(iter(asked))


def test_a_copy_is_kept_page_by_page_by_what_changed(system, hospital):
    vehicles = [build.ambulance(institution=hospital) for _ in range(5)]
    begin = datetime(2026, 11, 1, tzinfo=UTC)
    for number, vehicle in enumerate(reversed(vehicles)):
        Ambulance.objects.filter(pk=vehicle.pk).update(updated_at=begin + timedelta(hours=number))
    seen, answer = [], system.get("ambulances/", updated_after="2026-11-01T08:30:00+08:00", limit=2)
    while True:
        seen += plates(answer)
        link = answer.headers.get("Link")
        if not link:
            break
        assert link.endswith('>; rel="next"')
        answer = system.get(link[1 : link.index(">")])
    assert seen == [vehicle.plate for vehicle in reversed(vehicles)][1:]


def test_station_and_device_change_at_once_and_on_record(system, hospital):
    vehicle = build.ambulance(institution=hospital, station="西站")
    answer = system.patch(f"ambulances/{vehicle.pk}/", {"station": " 东站 ", "plate": "赣A00001"})
    assert (answer.status_code, answer.json()["station"]) == (200, "东站")
    vehicle.refresh_from_db()
    assert vehicle.station == "东站"
    change = FieldChange.objects.get(ambulance=vehicle)
    assert (change.field, change.old, change.new) == ("station", "西站", "东站")
    row = AuditRow.objects.get(action="ambulance.changed")
    assert (row.actor, row.detail["via"]) == (system.maker, system.key.prefix)
    assert system.key.prefix in row.actor_name


def test_what_is_painted_is_not_changed_without_an_application(system, hospital):
    vehicle = build.ambulance(institution=hospital)
    system.patch(f"ambulances/{vehicle.pk}/", {"plate": "赣A00001", "colour": "红", "status": "retired"})
    fresh = Ambulance.objects.get(pk=vehicle.pk)
    assert (fresh.plate, fresh.colour, fresh.status) == (vehicle.plate, vehicle.colour, vehicle.status)


@pytest.mark.parametrize("body", [{"station": "x" * 101}, {"station": None}, {"station": ["a"]}, [], "x", None])
def test_a_body_of_the_wrong_shape_is_refused(system, hospital, body):
    vehicle = build.ambulance(institution=hospital)
    answer = system.call("patch", f"ambulances/{vehicle.pk}/", "null" if body is None else body)
    assert answer.json()["code"] in {"invalid", "malformed"}, answer.content
    assert answer.status_code == 400


def test_a_retired_vehicle_is_not_changed(system, hospital):
    vehicle = build.ambulance(institution=hospital, status=AmbulanceStatus.RETIRED)
    problem(system.patch(f"ambulances/{vehicle.pk}/", {"station": "东站"}), 409, "not-in-this-state")


def test_the_codes_of_a_vehicle_are_told_with_their_state(system, hospital):
    vehicle = build.ambulance(institution=hospital)
    code = build.marking(ambulance=vehicle).code
    build.marking(ambulance=vehicle, state=MarkingState.REVOKED)
    told = system.get(f"ambulances/{vehicle.pk}/markings/").json()
    assert {row["state"] for row in told} == {"mounted", "revoked"}
    [live] = [row for row in told if row["state"] == "mounted"]
    assert live["code"] == code
    assert live["url"].upper().endswith(f"/A/{code}")


def test_without_a_key_nobody_is_told_anything_not_even_staff(hospital, system):
    vehicle = build.ambulance(institution=hospital)
    for client in (Client(), client_of(system.maker)):
        for path in ("ambulances/", f"ambulances/{vehicle.pk}/", "applications/"):
            answer = client.get(STAFF + path)
            problem(answer, 401, "not-signed-in")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_that_reads_does_not_write_and_one_that_writes_does_not_read(hospital):
    vehicle = build.ambulance(institution=hospital)
    reader, writer = (System(hospital, [scope]) for scope in (ApiScope.FLEET_READ, ApiScope.FLEET_WRITE))
    assert reader.get("ambulances/").status_code == 200
    problem(reader.patch(f"ambulances/{vehicle.pk}/", {"station": "东"}), 403, "scope-missing")
    problem(reader.post("applications/", {"kind": "new"}), 403, "scope-missing")
    problem(writer.get("ambulances/"), 403, "scope-missing")
    assert writer.patch(f"ambulances/{vehicle.pk}/", {"station": "东"}).status_code == 200


def test_a_key_works_on_after_its_maker_has_left(system, hospital):
    build.ambulance(institution=hospital)
    system.maker.is_active = False
    system.maker.save()
    assert len(plates(system.get("ambulances/"))) == 1


def test_nothing_is_kept_by_a_cache(system):
    assert system.get("ambulances/").headers["Cache-Control"] == "no-store"


def test_guessing_keys_is_limited_like_reading(settings, system):
    settings.ENV = settings.ENV.model_copy(update={"LIMIT_API": "3/10 minutes"})
    limiter.cache_clear()
    system.token = "00000000.guess"
    for _ in range(3):
        assert system.get("ambulances/").status_code == 401
    problem(system.get("ambulances/"), 429, "too-many-requests")


def test_each_key_has_its_own_count_from_wherever_it_asks(settings, system):
    """One data centre speaks for many hospitals through one address."""
    settings.ENV = settings.ENV.model_copy(update={"LIMIT_KEYS": "2/10 minutes", "LIMIT_API": "1/10 minutes"})
    limiter.cache_clear()
    other = System(build.institution())
    for _ in range(2):
        assert system.get("ambulances/").status_code == 200
        assert other.get("ambulances/").status_code == 200
    problem(system.get("ambulances/"), 429, "too-many-requests")


def test_a_key_that_may_too_little_asks_no_more_often(settings, hospital):
    settings.ENV = settings.ENV.model_copy(update={"LIMIT_KEYS": "2/10 minutes"})
    limiter.cache_clear()
    system = System(hospital, [ApiScope.FORWARDED_READ])
    for _ in range(2):
        problem(system.get("ambulances/"), 403, "scope-missing")
    problem(system.get("ambulances/"), 429, "too-many-requests")


def test_a_list_costs_the_same_however_long_it_is(system, hospital):
    for _ in range(2):
        build.ambulance(institution=hospital)
    system.get("ambulances/")  # the use of the key is noted once a minute
    with CaptureQueriesContext(
        connection,
    ) as few:
        system.get("ambulances/")
    for _ in range(40):
        build.ambulance(institution=hospital)
    with CaptureQueriesContext(connection) as many:
        assert len(plates(system.get("ambulances/"))) == 42
    assert len(few) == len(many) <= 3
