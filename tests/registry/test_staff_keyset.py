"""Paging by place: every row once, in order, forwards and back, whatever comes and goes."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict

from registry.fleet_filters import ORDERS
from registry.keyset import BadPlace, Order, counted, page_of, walk
from registry.lists import changed, count_in_words, listed
from registry.models import Ambulance
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def fleet():
    owner = build.institution()
    for number in range(23):
        build.ambulance(institution=owner, inspection_valid_until=date(2027, 1, 1 + number % 3))
    return Ambulance.objects.all()


def forwards(rows, order, size):
    place, pages = "", []
    while True:
        page = page_of(rows, order, size=size, after=place)
        pages.append(page)
        if not page.later:
            return pages
        place = page.later


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("size", [1, 5, 22, 23, 24])
def test_walking_forwards_meets_every_row_once_in_order(fleet, name, size):
    order = ORDERS[name]
    found = [row.pk for page in forwards(fleet, order, size) for row in page.rows]
    assert found == [row.pk for row in order.sorted(fleet)]


@pytest.mark.parametrize("name", ORDERS)
def test_walking_back_shows_the_same_pages(fleet, name):
    order, size = ORDERS[name], 5
    pages = forwards(fleet, order, size)
    place, back = pages[-1].earlier, []
    while place:
        page = page_of(fleet, order, size=size, before=place)
        back.append([row.pk for row in page.rows])
        place = page.earlier
    assert back == [[row.pk for row in page.rows] for page in pages[-2::-1]]


def test_a_row_that_vanishes_shifts_no_page(fleet):
    order = ORDERS["plate"]
    first = page_of(fleet, order, size=5)
    expected = [row.pk for row in order.sorted(fleet)][5:10]
    first.rows[-1].delete()
    assert [row.pk for row in page_of(fleet, order, size=5, after=first.later).rows] == expected


def test_a_walk_reads_in_portions(fleet, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len(list(walk(fleet, ORDERS["plate"], size=10))) == 23


@pytest.mark.parametrize(
    "place",
    [
        "x",
        "[]",
        '["a"]',
        '["a", "b"]',
        "[1, 2]",
        '["a", true]',
        '["a", 99999999999999999999]',
        '["\\u0000", 1]',
        '{"a": 1}',
        "null",
    ],
)
def test_a_place_that_is_none_is_refused(fleet, place):
    with pytest.raises(BadPlace):
        page_of(fleet, ORDERS["plate"], size=5, after=place)


@pytest.mark.parametrize("value", ["x", "2027-13-01", "2027-01-01T00:00:00", ""])
def test_a_place_with_a_wrong_date_is_refused(fleet, value):
    with pytest.raises(BadPlace):
        page_of(fleet, Order("updated_at"), size=5, after=f'["{value}", 1]')


def test_counting_stops(fleet, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert counted(fleet, limit=10) == 11
    assert counted(fleet) == 23


def test_a_count_beyond_the_limit_is_told_as_more_than():
    assert "1" in count_in_words(1001)
    assert count_in_words(1001) != count_in_words(1000)


def test_a_list_that_fits_one_page_is_not_counted(fleet, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = listed(fleet, ORDERS["plate"], QueryDict(""), size=30)
    assert (found.first, found.earlier, found.later) == ("", "", "")


def test_changing_a_filter_goes_back_to_the_first_page():
    assert changed(QueryDict("status=draft&after=x&type="), sort="plate") == "?status=draft&sort=plate"
