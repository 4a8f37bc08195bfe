"""No small count can be read off a table of statistics, nor worked out from it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.suppression import Hidden, Table, is_protected, suppressed, suppressed_within

FIVE = 5
SMALL, WITHHELD = Hidden.SMALL, Hidden.WITHHELD
counts_of_few = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 14), min_size=1, max_size=4)
counts_of_many = st.dictionaries(st.integers(0, 30), st.integers(0, 300), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ({"a": 12, "b": 30}, {"a": 12, "b": 30}, 42),
        ({"a": 0, "b": 30}, {"a": 0, "b": 30}, 30),
        ({"a": 3, "b": 9, "c": 30}, {"a": SMALL, "b": WITHHELD, "c": 30}, 42),
        ({"a": 1, "b": 5, "c": 9, "d": 40}, {"a": SMALL, "b": 5, "c": WITHHELD, "d": 40}, 55),
        ({"a": 2, "b": 1}, {"a": SMALL, "b": SMALL}, SMALL),
        ({"a": 3, "b": 0}, {"a": SMALL, "b": 0}, SMALL),
        ({"a": 4, "b": 4, "c": 4}, {"a": WITHHELD, "b": WITHHELD, "c": WITHHELD}, 12),
        ({"a": 1, "b": 5}, {"a": WITHHELD, "b": WITHHELD}, 6),
        ({}, {}, 0),
        ({"a": 0}, {"a": 0}, 0),
    ],
)
def test_tables_as_they_are_shown(counts, cells, total):
    table = suppressed(counts, FIVE)
    assert (table.cells, table.total) == (cells, total)


def readings(table: Table, threshold: int) -> list[dict]:
    """Every table that somebody who reads this one must think possible."""
    keys = [key for key, shown in table.cells.items() if isinstance(shown, Hidden)]
    if table.total is SMALL:
        totals = range(1, threshold)
    else:
        totals = [table.total - sum(one for one in table.cells.values() if isinstance(one, int))]
    most = max(totals)
    ranges = [
        range(1, threshold) if table.cells[key] is SMALL else range(0 if table.is_withheld else threshold, most + 1)
        for key in keys
    ]
    return [dict(zip(keys, each, strict=True)) for each in product(*ranges) if sum(each) in totals]


@given(counts_of_few)
def test_whoever_adds_and_subtracts_learns_no_small_count(counts):
    table = suppressed(counts, FIVE)
    small = {key for key, count in counts.items() if 0 < count < FIVE}
    possible = readings(table, FIVE)
    assert {key: counts[key] for key in possible[0]} in possible
    for key in small:
        values = {each[key] for each in possible}
        if table.is_withheld:
            assert len(values) > 1
        elif table.total is SMALL:
            assert len(values) > 1 or len(small) > 1 or sum(counts.values()) == counts[key]
            assert counts[key] in values
        else:
            assert values == set(range(1, FIVE))


@given(counts_of_many, st.integers(3, 10))
def test_no_small_count_is_shown_and_what_is_shown_is_true(counts, threshold):
    table = suppressed(counts, threshold)
    assert set(table.cells) == set(counts)
    for key, shown in table.cells.items():
        if isinstance(shown, int):
            assert shown == counts[key]
            assert not 0 < shown < threshold
        elif shown is SMALL:
            assert 0 < counts[key] < threshold
    total = sum(counts.values())
    assert table.total == (SMALL if 0 < total < threshold else total)


@given(counts_of_many, st.integers(3, 10))
def test_one_hidden_cell_never_stands_alone_beside_its_total(counts, threshold):
    table = suppressed(counts, threshold)
    hidden = [shown for shown in table.cells.values() if isinstance(shown, Hidden)]
    if isinstance(table.total, int):
        assert len(hidden) != 1


@given(counts_of_many)
def test_nothing_is_hidden_without_need(counts):
    if not any(0 < count < FIVE for count in counts.values()):
        assert suppressed(counts, FIVE).cells == counts


@given(counts_of_few)
def test_parts_of_a_hidden_cell_never_add_up_to_it(counts):
    for parent in Hidden:
        table = suppressed_within(parent, counts, FIVE)
        if parent is WITHHELD:
            assert all(shown is WITHHELD for shown in table.cells.values())
        elif sum(counts.values()) < FIVE:
            assert not any(isinstance(shown, int) and shown for shown in table.cells.values())


def test_the_rule_of_protection_is_strict():
    assert is_protected([1], [8], FIVE)
    assert not is_protected([1], [7], FIVE)  # 8 = 1 + 7: the small one could not be 4 beside a withheld 5
    assert not is_protected([4], [], FIVE)
    assert not is_protected([1, 1], [], FIVE)
    assert is_protected([2, 3], [], FIVE)


@pytest.mark.parametrize(("counts", "threshold"), [({"a": -1}, 5), ({"a": 1}, 2)])
def test_nonsense_is_refused(counts, threshold):
    with pytest.raises(ValueError, match="threshold"):
        suppressed(counts, threshold)
