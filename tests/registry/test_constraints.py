"""What the database itself refuses, whatever the program does."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from registry.choices import AmbulanceStatus, MarkingState
from tests import build

pytestmark = pytest.mark.django_db

FORBIDDEN_AMBULANCES = {
    "plate_with_letter_o": {"plate": "赣AO1234"},
    "plate_without_head": {"plate": "XA12345"},
    "short_plate_as_new_energy": {"plate": "赣A12345", "plate_kind": "51"},
    "long_plate_as_ordinary": {"plate": "赣AD12345", "plate_kind": "02"},
    "vin_too_short": {"vin": "LZFF25M4X8D00424"},
    "vin_with_letter_i": {"vin": "LZFF25M4X8D00424I"},
    "unknown_type": {"vehicle_type": "E"},
    "unknown_status": {"status": "parked"},
    "in_service_but_licensed_otherwise": {"licence_use": "A"},
    "in_service_without_inspection": {"inspection_valid_until": None},
    "in_service_without_registration_date": {"registered_on": None},
    "in_service_without_scope": {"is_for_pre_hospital": False},
    "retired_without_day": {"status": AmbulanceStatus.RETIRED, "retired_on": None},
    "in_service_with_day_of_retirement": {"retired_on": date(2026, 1, 1)},
    "scrapped_before_it_was_registered": {"scrap_due_on": date(2020, 1, 1)},
}
FORBIDDEN_MARKINGS = {
    "code_too_short": {"code": "234567"},
    "code_in_small_letters": {"code": "aceacefhjkmn"},
    "unknown_position": {"position": "ROOF"},
    "mounted_without_time": {"state": MarkingState.MOUNTED, "mounted_at": None},
    "revoked_without_reason": {"state": MarkingState.REVOKED, "revoke_reason": ""},
    "revoked_without_time": {"state": MarkingState.REVOKED, "revoked_at": None},
    "live_with_reason": {"revoke_reason": "lost"},
}


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


@pytest.mark.parametrize("fields", FORBIDDEN_AMBULANCES.values(), ids=FORBIDDEN_AMBULANCES)
def test_the_database_refuses_an_impossible_ambulance(fields):
    refused(lambda: build.ambulance(**fields))


@pytest.mark.parametrize("fields", FORBIDDEN_MARKINGS.values(), ids=FORBIDDEN_MARKINGS)
def test_the_database_refuses_an_impossible_marking(fields):
    refused(lambda: build.marking(**fields))


@pytest.mark.parametrize("kind", ["01", "02", "51", "52"])
def test_plates_of_every_kind_are_taken(kind):
    assert build.ambulance(plate_kind=kind).pk


def test_a_plate_is_free_again_after_retirement():
    retired = build.ambulance(status=AmbulanceStatus.RETIRED)
    assert build.ambulance(plate=retired.plate, vin=retired.vin).pk


@pytest.mark.parametrize("field", ["plate", "vin"])
def test_plate_and_vin_belong_to_one_registered_vehicle(field):
    first = build.ambulance()
    refused(lambda: build.ambulance(**{field: getattr(first, field)}))


def test_one_plate_may_exist_in_two_kinds():
    first = build.ambulance(plate_kind="02")
    assert build.ambulance(plate=first.plate, plate_kind="01").pk


def test_a_fleet_number_is_unique_inside_one_institution_only():
    first = build.ambulance()
    assert build.ambulance(fleet_number=first.fleet_number).pk
    refused(lambda: build.ambulance(fleet_number=first.fleet_number, institution=first.institution))


def test_a_code_is_never_used_twice_even_after_it_was_revoked():
    gone = build.marking(state=MarkingState.REVOKED)
    refused(lambda: build.marking(code=gone.code))


def test_two_active_authorities_of_a_kind_never_share_a_division():
    first = build.authority()
    refused(lambda: build.authority(name="另一个", division=first.division))
    assert build.authority(name="另一个", division=first.division, is_active=False).pk


def test_an_institution_without_a_complaint_phone_is_refused():
    refused(lambda: build.institution(complaint_phone=""))


def test_a_negative_price_is_refused():
    refused(lambda: build.price(per_km=-1))


def test_an_unknown_kind_of_plate_is_refused():
    ambulance = build.ambulance()
    refused(lambda: type(ambulance).objects.filter(pk=ambulance.pk).update(plate_kind="99"))
