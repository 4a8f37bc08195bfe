"""Which pages a kind asks, in which order, and what of the answers reaches the complaint. No database."""

from __future__ import annotations

from decimal import Decimal

import pytest

from complaints.answers import entry_of
from complaints.entry import Fault
from complaints.hints import HINTS
from complaints.kinds import FACTS, Kind
from complaints.steps import ASKED_ON, TITLES, Step, after, before, is_open, missing, steps_for, steps_of


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("known", [True, False])
def test_the_pages_of_every_kind_begin_with_the_kind_and_end_with_the_review(kind, known):
    steps = steps_for(kind, vehicle_is_known=known)
    assert steps[0] is Step.KIND
    assert steps[-1] is Step.REVIEW
    assert len(set(steps)) == len(steps)
    assert (Step.VEHICLE in steps) is (not known and not FACTS[kind].about_authority)
    assert (Step.AUTHORITY in steps) is FACTS[kind].about_authority
    assert (Step.WISH in steps) is FACTS[kind].asks_money
    assert (Step.RIDE in steps) is (Step.CHARGE in steps) is FACTS[kind].asks_money
    assert (Step.DIFFERENCES in steps) is (kind is Kind.CARD_MISMATCH)


def test_the_day_and_the_distance_are_asked_before_the_price_that_depends_on_them():
    steps = steps_for(Kind.OVERCHARGING, vehicle_is_known=False)
    assert steps.index(Step.WHEN) < steps.index(Step.RIDE) < steps.index(Step.CHARGE)
    assert steps.index(Step.VEHICLE) < steps.index(Step.CHARGE)


@pytest.mark.parametrize("kind", Kind)
def test_back_undoes_on(kind):
    steps = steps_for(kind, vehicle_is_known=False)
    for step in steps[:-1]:
        assert before(after(step, steps), steps) is step
    assert before(steps[0], steps) is steps[0]
    assert after(steps[-1], steps) is steps[-1]


def test_the_vehicle_page_opens_even_when_the_card_gave_the_vehicle_and_leads_back_into_the_walk():
    steps = steps_for(Kind.SERVICE, vehicle_is_known=True)
    assert is_open(Step.VEHICLE, steps)
    assert before(Step.VEHICLE, steps) is Step.KIND
    assert after(Step.VEHICLE, steps) is Step.WHEN
    assert not is_open(Step.CHARGE, steps)


def test_every_page_has_a_title_every_kind_has_hints_and_every_fault_a_page():
    assert set(TITLES) == set(Step)
    assert set(HINTS) == set(Kind)
    assert set(ASKED_ON.values()) <= set(Step)
    assert {"division", "ambulance_code", "files"} <= set(ASKED_ON)
    assert Fault("division", "required", "x").field in ASKED_ON


def test_without_a_place_and_a_story_nothing_can_be_sent():
    assert missing({"kind": "service"}) == [Step.WHERE, Step.STORY]
    assert missing({"kind": "service", "vehicle_is_known": True}) == [Step.STORY]
    assert missing({"kind": "service", "division": "360102", "narrative": "x"}) == []


def test_ticked_differences_tell_the_story_only_where_they_are_asked():
    ticked = {"division": "360102", "differences": ["plate"]}
    assert missing({"kind": "card_mismatch", **ticked}) == []
    assert missing({"kind": "service", **ticked}) == [Step.STORY]


@pytest.mark.parametrize("kind", ["", "no-kind", "<script>"])
def test_answers_of_no_known_kind_are_refused(kind):
    with pytest.raises(ValueError, match="Kind"):
        steps_of({"kind": kind})


MONEY = {"distance_km": "12.5", "amount_charged": "300", "waiting_minutes": "20", "differences": ["plate"]}


def test_amounts_reach_the_complaint_of_a_kind_that_asks_for_money():
    entry = entry_of({"kind": "overcharging", **MONEY})
    assert (entry.distance_km, entry.amount_charged) == (Decimal("12.5"), Decimal(300))
    assert entry.answers == {"waiting_minutes": "20"}


def test_answers_to_pages_that_a_changed_kind_no_longer_asks_stay_out_of_the_complaint():
    entry = entry_of({"kind": "service", **MONEY})
    assert entry.distance_km is entry.amount_charged is None
    assert entry.answers == {}


@pytest.mark.parametrize(
    ("given", "precision"),
    [
        ({"when_time": "18:05"}, "minute"),
        ({"when_time": ""}, "day"),
        ({"when_time": "18:05", "when_is_about": True}, "about"),
    ],
)
def test_how_exact_the_time_is_goes_along(given, precision):
    entry = entry_of({"kind": "service", "occurred_at": "2026-11-22T18:05:00+08:00", **given})
    assert entry.answers["when_precision"] == precision
    assert entry.occurred_at is not None
    assert str(entry.occurred_at.tzinfo) == "UTC+08:00"
