"""Which of the authorities that exist gets a case."""

from __future__ import annotations

import pytest

from complaints.kinds import Kind
from complaints.responsible import responsible_for
from complaints.vehicles import subject_of
from directory.kinds import AuthorityKind, InstitutionKind
from tests import build
from tests.complaints.entries import entry

pytestmark = pytest.mark.django_db


def leads(**fields):
    filed = entry(**fields)
    return [one.authority for one in responsible_for(filed.kind, subject_of(filed)) if one.role == "lead"]


def test_who_certified_the_vehicle_answers_for_it_wherever_it_drives():
    certifier = build.authority(division=build.division("500103"))
    build.authority(division=build.division("110105"))
    marking = build.marking(ambulance=build.ambulance(certified_by=certifier))
    build.division("110105")
    assert leads(ambulance_code=marking.code, division_code="110105") == [certifier]


def test_police_is_that_of_the_place_of_the_event():
    here = build.authority(kind=AuthorityKind.POLICE, division=build.division("110105"))
    build.authority(kind=AuthorityKind.POLICE, division=build.division("360102"))
    marking = build.marking()
    assert leads(kind=Kind.SIREN_MISUSE, ambulance_code=marking.code, division_code="110105") == [here]


def test_the_nearest_authority_above_the_place_is_taken():
    build.authority(division=build.division("360000"))
    city = build.authority(division=build.division("360100"))
    build.authority(division=build.division("110000"))
    assert leads(division_code="360102") == [city]


def test_a_district_of_a_municipality_falls_to_the_municipality():
    city = build.authority(division=build.division("110000"))
    assert leads(division_code=build.division("110105").code) == [city]


def test_an_authority_of_another_province_is_never_taken():
    build.authority(division=build.division("110105"))
    assert leads(division_code="360102") == [None]


def test_an_authority_that_closed_is_passed_over():
    build.authority(division=build.division("360102"), is_active=False)
    city = build.authority(division=build.division("360100"))
    assert leads(division_code="360102") == [city]


def test_health_stands_in_where_there_is_no_authority_of_chinese_medicine():
    health = build.authority()
    institution = build.institution(kind=InstitutionKind.TCM_HOSPITAL)
    police = build.authority(kind=AuthorityKind.POLICE)
    marking = build.marking(ambulance=build.ambulance(institution=institution, certified_by=police))
    assert leads(ambulance_code=marking.code) == [health]


def test_an_illegal_ambulance_with_a_registered_plate_stays_with_the_place_where_it_was_seen():
    certifier = build.authority(division=build.division("500103"))
    here = build.authority(division=build.division("110105"))
    ambulance = build.ambulance(certified_by=certifier)
    found = leads(kind=Kind.ILLEGAL_AMBULANCE, plate=ambulance.plate, division_code="110105")
    assert found[0] == here


def test_the_authorities_are_found_in_one_query(django_assert_num_queries):
    for kind in AuthorityKind:
        build.authority(kind=kind)
    filed = entry(kind=Kind.ILLEGAL_AMBULANCE)
    subject = subject_of(filed)
    with django_assert_num_queries(1):
        assert len(responsible_for(filed.kind, subject)) == 4
