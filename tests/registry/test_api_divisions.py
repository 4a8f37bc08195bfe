"""Divisions by program: the tree from above, or found by a part of a name; closed ones are not offered."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from directory.models import Division
from edge.limits import limiter
from registry import api
from tests import build

pytestmark = pytest.mark.django_db

URL = "/api/v1/divisions/"


@pytest.fixture(autouse=True)
def china():
    limiter().clear()
    for code in build.DIVISIONS:
        build.division(code)


def codes(query: str = "") -> list[str]:
    response = Client().get(URL + query)
    assert response.status_code == 200, response.content
    return [row["code"] for row in response.json()]


def faults(query: str) -> set[tuple[str, str]]:
    response = Client().get(URL + query)
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    return {(error["field"], error["code"]) for error in response.json()["errors"]}


def test_without_a_question_the_provinces_are_listed(django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert codes() == ["110000", "360000", "500000"]


def test_an_empty_question_asks_for_nothing():
    assert codes("?q=&parent=") == codes()


def test_a_row_says_where_it_belongs():
    rows = Client().get(f"{URL}?parent=360100").json()
    assert rows == [{"code": "360102", "name": "东湖区", "level": 3, "parent": "360100"}]


def test_the_districts_of_a_municipality_lie_directly_under_it():
    assert codes("?parent=110000") == ["110105"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("?q=南昌", ["360100"]), ("?q=区", ["110105", "360102", "500103"]), ("?q=3601", ["360100", "360102"])],
)
def test_a_division_is_found_by_a_part_of_its_name_or_code_at_any_level(query, found):
    assert codes(query) == found


def test_both_questions_together_narrow_each_other():
    assert codes("?parent=360100&q=区") == ["360102"]
    assert codes("?parent=110000&q=渝") == []


def test_what_nobody_is_called_is_an_empty_list():
    assert codes("?q=nowhere") == codes("?parent=360102") == []


def test_a_closed_division_is_not_offered():
    Division.objects.filter(code="360102").update(closed_on=date(2026, 1, 1))
    assert codes("?parent=360100") == []
    assert faults("?parent=360102") == {("parent", "unknown")}


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("?parent=36", ("parent", "division_code")),
        ("?parent=３６００００", ("parent", "division_code")),
        ("?parent=999999", ("parent", "unknown")),
        ("?after=x", ("after", "division_code")),
        (f"?q={'区' * 51}", ("q", "max_length")),
        ("?q=%07", ("q", "blank")),
    ],
)
def test_a_malformed_question_is_refused_in_words(query, fault):
    assert fault in faults(query)


def test_a_long_answer_comes_in_pages_that_lead_to_each_other(monkeypatch):
    monkeypatch.setattr(api, "DIVISIONS_A_PAGE", 2)
    first = Client().get(f"{URL}?q=区")
    assert [row["code"] for row in first.json()] == ["110105", "360102"]
    address, _, relation = first.headers["Link"].partition("; ")
    assert relation == 'rel="next"'
    second = Client().get(address.strip("<>"))
    assert [row["code"] for row in second.json()] == ["500103"]
    assert "Link" not in second.headers


def test_the_list_may_be_kept_for_an_hour_and_is_confirmed_by_its_tag():
    first = Client().get(URL)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert Client().get(URL, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
