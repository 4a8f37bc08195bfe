"""Who gets a complaint: every combination, as an official would read it in data/routing.csv."""

import csv
from itertools import product
from pathlib import Path

import pytest
from django.utils import translation

from complaints.kinds import FACTS, Kind, Nature, facts_of
from complaints.routing import (
    UNREGISTERED,
    PlaceRule,
    certifier_answers,
    place_rule,
    route,
)
from directory.kinds import AuthorityKind, InstitutionKind

ROWS = list(csv.DictReader((Path(__file__).parent / "data" / "routing.csv").open(encoding="utf-8")))


def as_read(kinds: tuple[AuthorityKind, ...], *, registered: bool) -> str:
    return " ".join(f"{kind}:{place_rule(kind, vehicle_is_registered=registered)}" for kind in kinds)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}-{row['institution']}")
def test_every_combination_goes_where_the_table_says(row):
    registered = row["institution"] != UNREGISTERED
    institution = InstitutionKind(row["institution"]) if registered else UNREGISTERED
    found = route(Kind(row["kind"]), institution)
    assert as_read(found.leads, registered=registered) == row["leads"]
    assert as_read(found.co, registered=registered) == row["co_handling"]


def test_the_table_covers_every_combination_exactly_once():
    listed = [(row["kind"], row["institution"]) for row in ROWS]
    assert sorted(listed) == sorted(product(Kind.values, [*InstitutionKind.values, UNREGISTERED]))


def test_nobody_handles_one_complaint_twice():
    for kind, institution in product(Kind, [*InstitutionKind, UNREGISTERED]):
        found = route(kind, institution)
        everybody = found.leads + found.co
        assert found.leads
        assert len(set(everybody)) == len(everybody)


def test_the_certifier_answers_for_its_vehicle_whether_health_or_tcm():
    assert certifier_answers(AuthorityKind.HEALTH, AuthorityKind.TCM)
    assert certifier_answers(AuthorityKind.TCM, AuthorityKind.HEALTH)


@pytest.mark.parametrize(
    ("wanted", "certifier"),
    [
        (AuthorityKind.POLICE, AuthorityKind.HEALTH),
        (AuthorityKind.HEALTH, AuthorityKind.POLICE),
        (AuthorityKind.MARKET_REGULATION, AuthorityKind.MARKET_REGULATION),
        (AuthorityKind.HEALTH, None),
    ],
)
def test_a_certifier_answers_for_no_other_department(wanted, certifier):
    assert not certifier_answers(wanted, certifier)


def test_an_unregistered_vehicle_has_no_certifier():
    assert {place_rule(kind, vehicle_is_registered=False) for kind in AuthorityKind} == {PlaceRule.PLACE}


def test_every_kind_has_its_facts_and_a_line_for_the_public():
    assert set(FACTS) == set(Kind)
    for language, stop in (("en", "."), ("zh-hans", "。")):
        with translation.override(language):
            assert all(str(facts.description).endswith(stop) for facts in FACTS.values())


def test_contact_details_may_reach_an_institution_only_for_service_complaints():
    assert {kind for kind in Kind if facts_of(kind).may_share_contact} == {
        Kind.SERVICE,
        Kind.OVERCHARGING,
        Kind.REFUSAL_OR_DELAY,
        Kind.CREW_OR_EQUIPMENT,
    }


def test_a_clue_of_illegality_never_shares_who_gave_it():
    reports = {kind for kind in Kind if facts_of(kind).is_report}
    assert Kind.ILLEGAL_AMBULANCE in reports
    assert not any(facts_of(kind).may_share_contact for kind in reports)
    assert facts_of("praise").nature is Nature.PRAISE


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="bribery"):
        facts_of("bribery")
