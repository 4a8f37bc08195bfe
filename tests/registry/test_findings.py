"""What a reviewer is shown first."""

from datetime import date

import pytest

from accounts.scope import NOTHING
from registry.choices import AmbulanceStatus
from registry.difference_hash import BANDS, BITS, NEAR, difference_hash, distance, is_telling
from registry.findings import Severity, findings_of
from registry.models import Application, ApplicationDocument, CrewMember
from registry.services import approve
from tests import build
from tests.registry.applications import TODAY, Purpose, World, asked, by, document, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def codes(application, scope=NOTHING):
    return {finding.code for finding in findings_of(application, today=TODAY, scope=scope)}


def found(application, code, scope=NOTHING):
    return next(f for f in findings_of(application, today=TODAY, scope=scope) if f.code == code)


def qualified(world, *roles):
    for role in roles:
        CrewMember.objects.create(institution=world.hospital, name="某人", role=role)


def sound(world, **fields):
    """An application in which nothing is to be found."""
    qualified(world, "driver")
    return world.submitted(proposed={"licence_owner": world.hospital.name, **fields})


def test_a_sound_application_has_no_findings(world):
    assert findings_of(sound(world), today=TODAY) == []


def test_a_vehicle_registered_in_the_own_jurisdiction_is_named_with_its_owner(world):
    application = sound(world)
    other = build.ambulance(vin=application.proposed["vin"], certified_by=world.authority)
    finding = found(application, "registered_elsewhere", world.reviewer.scope)
    assert finding.severity is Severity.STOP
    assert finding.fields == ("vin",)
    assert other.institution.name in str(finding.message)


def test_of_a_vehicle_registered_beyond_the_jurisdiction_nothing_is_told_but_that_it_is(world):
    application = sound(world)
    there = build.authority(division=build.division("110000"))
    hospital = build.institution(division=build.division("110105"), name="朝阳某医院")
    other = build.ambulance(plate=application.proposed["plate"], certified_by=there, institution=hospital)
    finding = found(application, "registered_elsewhere", world.reviewer.scope)
    assert finding.fields == ("plate",)
    assert hospital.name not in str(finding.message)
    assert other.vin not in str(finding.message)


def test_a_retired_vehicle_with_the_same_plate_is_only_a_note(world):
    application = sound(world)
    build.ambulance(plate=application.proposed["plate"], status=AmbulanceStatus.RETIRED)
    assert found(application, "was_registered").severity is Severity.NOTE


def test_a_second_application_for_the_same_vehicle_is_seen_but_a_strangers_draft_is_not(world):
    application = sound(world)
    other = World(hospital=build.institution())
    draft = other.begun(proposed={"vin": application.proposed["vin"]})
    assert "asked_elsewhere" not in codes(application)
    Application.objects.filter(pk=draft.pk).update(state="submitted", proposed=asked(vin=application.proposed["vin"]))
    assert "asked_elsewhere" in codes(application)


def test_a_closed_institution_stops_and_an_unusual_licence_number_is_noted(world):
    application = sound(world)
    world.hospital.closed_on = date(2026, 11, 1)
    world.hospital.licence_number = "PDY123"
    world.hospital.save()
    application.refresh_from_db()
    assert {"institution_closed", "licence_number_unusual"} <= codes(application)


def test_dates_past_a_wrong_check_digit_and_another_owner_are_told(world):
    vin = build.vin(5)
    wrong = vin[:8] + ("0" if vin[8] != "0" else "1") + vin[9:]
    application = sound(world, vin=wrong, inspection_valid_until="2026-11-22", licence_owner="某汽车租赁公司")
    assert {"vin_check_digit", "past", "owner_differs"} <= codes(application)
    assert found(application, "past").fields == ("inspection_valid_until",)


def test_the_same_file_handed_in_for_another_vehicle_is_found(world):
    mine, other = sound(world), world.submitted()
    for application in (mine, other):
        document(application, Purpose.PHOTO_LEFT, media="image", sha256="a" * 64)
    finding = found(mine, "photo_used_elsewhere")
    assert finding.fields == ("document_photo_left",)


def test_the_same_picture_saved_again_is_found_and_another_one_is_not(world, tmp_path):
    hashes = {
        name: hash_of(tmp_path, name, *args) for name, args in {"a": (3,), "b": (3, (150, 100)), "c": (4,)}.items()
    }
    assert distance(hashes["a"], hashes["b"]) <= NEAR < distance(hashes["a"], hashes["c"])
    mine, other = sound(world), world.submitted()
    document(mine, Purpose.PHOTO_LEFT, media="image", picture_hash=hashes["a"])
    taken = document(other, Purpose.PHOTO_REAR, media="image", picture_hash=hashes["c"])
    assert "photo_used_elsewhere" not in codes(mine)
    ApplicationDocument.objects.filter(pk=taken.pk).update(picture_hash=hashes["b"])
    assert "photo_used_elsewhere" in codes(mine)


def hash_of(folder, name, *args):
    path = folder / f"{name}.jpg"
    path.write_bytes(photo(*args).read())
    return difference_hash(path)


@pytest.mark.parametrize("bits", range(NEAR + 1))
def test_every_hash_within_reach_shares_a_band(bits):
    one = 0x9F3A_51C7_0E8B_D264
    for start in range(BITS):
        other = one
        for step in range(bits):
            other ^= 1 << (start + step * 13) % BITS
        a, b = f"{one:016x}", f"{other:016x}"
        assert distance(a, b) == bits
        assert any(a[first:last] == b[first:last] for first, last in BANDS)


def test_a_plain_surface_resembles_nothing():
    assert not is_telling("")
    assert not is_telling("0000000000000003")
    assert is_telling("9f3a51c70e8bd264")


def test_the_same_vehicles_own_earlier_photo_is_no_finding(world):
    first = sound(world)
    document(first, Purpose.PHOTO_RIGHT, media="image", sha256="b" * 64)
    vehicle = approve(application=first, version=first.version, **by(world.reviewer)).ambulance
    second = world.submitted("change", ambulance=vehicle)
    document(second, Purpose.PHOTO_RIGHT, media="image", sha256="b" * 64)
    assert "photo_used_elsewhere" not in codes(second)


def test_missing_documents_and_crew_gaps_are_named_by_field(world):
    application = sound(world, is_for_pre_hospital=True)
    application.documents.filter(purpose="photo_rear").delete()
    assert found(application, "document_missing").fields == ("document_photo_rear",)
    assert found(application, "crew_gap").fields == ("is_for_pre_hospital",)
    qualified(world, "physician", "nurse")
    assert "crew_gap" not in codes(application)


def test_findings_come_in_at_most_eight_queries(world, django_assert_max_num_queries):
    application = sound(world)
    for purpose in Purpose:
        document(application, purpose, media="image", picture_hash="9f3a51c70e8bd264")
    scope = world.reviewer.scope
    fresh = Application.objects.get(pk=application.pk)
    with django_assert_max_num_queries(8):
        findings_of(fresh, today=TODAY, scope=scope)


def test_the_gravest_comes_first(world):
    application = sound(world, licence_owner="别人")
    world.hospital.closed_on = date(2026, 1, 1)
    world.hospital.save()
    application.refresh_from_db()
    weights = [list(Severity).index(f.severity) for f in findings_of(application, today=TODAY)]
    assert weights == sorted(weights)
    assert len(set(weights)) > 1
