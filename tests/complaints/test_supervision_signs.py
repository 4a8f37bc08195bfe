"""Signs of suppression: found where figures say so, never by chance or from a handful of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.signs import (
    CaseRef,
    Concluded,
    Edit,
    Mismatch,
    Share,
    SignKind,
    Told,
    edited,
    fast,
    mismatches,
    one_sided,
    refiled,
)

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def concluded(officer: int, finding: str, count: int = 1, *, desk: int = 1, hours: int = 500, vehicle=None):
    return [
        Concluded(
            CaseRef(officer * 1000 + number, f"AB{officer:02d}-{number:04d}"),
            vehicle,
            desk,
            f"desk {desk}",
            officer,
            f"officer {officer}",
            finding,
            NOW - hours * HOUR,
            NOW,
        )
        for number in range(count)
    ]


def found(officer: int, against: int, others: int, **fields):
    return [
        *concluded(officer, "not_substantiated", against, **fields),
        *concluded(officer, "substantiated", others, **fields),
    ]


@given(st.integers(1, 200), st.data())
def test_the_bound_lies_below_the_share_and_rises_with_the_number(total, data):
    hits = data.draw(st.integers(0, total))
    share = Share(hits, total)
    assert 0 <= share.at_least <= share.rate + 1e-9
    assert Share(hits * 10, total * 10).at_least >= share.at_least - 1e-9


def test_known_bounds():
    assert Share(0, 0).at_least == 0
    assert Share(10, 10).at_least == pytest.approx(0.601, abs=0.001)
    assert Share(50, 100).at_least == pytest.approx(0.376, abs=0.001)


def test_an_officer_who_finds_against_nearly_everybody_stands_out():
    rows = [*found(1, 19, 1), *found(2, 6, 14), *found(3, 5, 15)]
    (sign,) = one_sided(rows, at_least=10)
    assert sign.kind is SignKind.ONE_SIDED
    assert sign.about == "officer 1 · desk 1"
    assert sign.figures == {"hits": 19, "total": 20, "percent": 95, "others": 28}
    assert len(sign.cases) == 19


@pytest.mark.parametrize(
    "rows",
    [
        [*found(1, 9, 0), *found(2, 5, 15)],  # too few of the officer's own
        [*found(1, 20, 0), *found(2, 1, 3)],  # too few of anybody else's
        [*found(1, 20, 0)],  # nobody to compare with
        [*found(1, 12, 8), *found(2, 9, 11)],  # chance
        [*found(1, 20, 0), *found(2, 20, 0)],  # the whole desk is so
    ],
)
def test_chance_and_few_cases_accuse_nobody(rows):
    assert list(one_sided(rows, at_least=10)) == []


def test_a_desk_of_one_is_compared_with_the_others_in_sight():
    rows = [*found(1, 20, 0), *found(2, 5, 25, desk=2)]
    assert [sign.about for sign in one_sided(rows, at_least=10)] == ["officer 1 · desk 1"]


def test_several_conclusions_within_hours_stand_out():
    rows = [
        *concluded(1, "not_substantiated", 3, hours=5),
        *concluded(2, "partly", 2, hours=5),
        *concluded(3, "partly", 9),
    ]
    (sign,) = fast(rows, within=24 * HOUR, at_least=3)
    assert (sign.about, sign.figures["total"], sign.figures["usual"]) == ("officer 1 · desk 1", 3, 20)
    assert list(fast([], within=24 * HOUR, at_least=3)) == []


@pytest.mark.parametrize(("hours", "is_seen"), [(0, True), (47, True), (49, False), (-1, False)])
def test_a_record_changed_shortly_before_the_conclusion_stands_out(hours, is_seen):
    rows = concluded(1, "not_substantiated", 1, vehicle=7)
    signs = list(edited(rows, [Edit(7, NOW - hours * HOUR), Edit(8, NOW)], within=48 * HOUR))
    assert bool(signs) is is_seen
    assert list(edited(concluded(1, "partly"), [Edit(7, NOW)], within=48 * HOUR)) == []


def test_a_fleet_whose_codes_are_missing_again_and_again_stands_out():
    reports = [Mismatch(CaseRef(n, f"AB01-{n:04d}"), 1, "医院甲", is_code_missing=n > 0) for n in range(3)]
    other = Mismatch(CaseRef(9, "AB01-0009"), 2, "医院乙", is_code_missing=True)
    (sign,) = mismatches([*reports, other], at_least=3, days=180)
    assert (sign.about, sign.figures) == ("医院甲", {"total": 3, "missing": 2, "days": 180})
    assert [case.pk for case in sign.cases] == [1, 2, 0], "missing codes first"


def test_what_was_declined_and_told_again_by_the_same_contact_stands_out():
    first, second, third = (CaseRef(n, f"AB01-{n:04d}") for n in (1, 2, 3))
    declined = [Told(first, "x", NOW, "desk"), Told(second, "y", NOW, "desk")]
    again = [Told(first, "x", NOW - HOUR), Told(third, "x", NOW + HOUR), Told(second, "y", NOW - HOUR)]
    (sign,) = refiled(declined, again, at_least=1)
    assert (sign.about, sign.figures, sign.cases) == ("desk", {"total": 1}, (first, third))
    assert list(refiled(declined, again, at_least=2)) == []
