"""A deadline as a drawing: one cell a day, a sign for each sort, and the same in words beside it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import translation

from complaints.clock_strip import CELL, HEAD, SIGNS, Strip, draw, legend
from complaints.clock_words import Explanation, explain
from directory.clock import Limit
from directory.workdays import Calendar, Why

STYLES = Path(__file__).resolve().parents[2] / "config" / "static" / "cases.css"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def explained(start: date, limit: str, *pauses, overrides=None, today=None) -> Explanation:
    return explain(start, Limit.parse(limit), Calendar(overrides or {}), pauses, today=today)


def drawn(explanation: Explanation, today: date | None = None) -> Strip:
    strip = draw(explanation, today)
    assert strip is not None
    return strip


def shown(explanation: Explanation, today: date | None = None) -> str:
    page = Template("{% load clock %}{% clock explanation today %}")
    return page.render(Context({"explanation": explanation, "today": today}))


SPRING = explained(date(2026, 2, 13), "5wd")
DECISION = explained(date(2026, 11, 25), "60d", (date(2026, 12, 1), date(2026, 12, 8)))


def test_there_is_one_cell_a_day_from_the_first_to_the_last():
    for clock in (SPRING, DECISION):
        strip = drawn(clock)
        ordinals = [cell.day.toordinal() for cell in strip.cells]
        assert ordinals == list(range(clock.start.toordinal(), clock.due.due_on.toordinal() + 1))
        assert [cell.day for cell in strip.cells if cell.is_due] == [clock.due.due_on]


def test_no_two_cells_lie_on_each_other_and_all_lie_on_the_drawing():
    for clock in (SPRING, DECISION, explained(date(2026, 11, 20), "5wd")):
        strip = drawn(clock)
        places = {(cell.x, cell.y) for cell in strip.cells}
        assert len(places) == len(strip.cells)
        assert all(0 <= x <= strip.width - CELL and HEAD <= y <= strip.height - CELL for x, y in places)


def test_a_short_time_is_one_line():
    strip = drawn(explained(date(2026, 11, 20), "5wd"))
    assert {cell.y for cell in strip.cells} == {HEAD}
    assert [label.words for label in strip.labels] == ["Fr", "Nov", "Sa", "Su", "Mo", "Tu", "We", "Th", "Fr"]


def test_a_longer_time_goes_week_by_week_with_each_day_in_its_column():
    strip = drawn(DECISION)
    assert len({cell.x for cell in strip.cells}) == 7
    assert {cell.day.weekday() for cell in strip.cells if cell.x == min(each.x for each in strip.cells)} == {0}
    months = [label.words for label in strip.labels if label.x < CELL]
    assert months == ["Nov", "Dec", "Jan", "Feb"]


def test_over_a_year_of_weeks_nothing_is_drawn_and_the_words_remain():
    clock = explained(date(2026, 1, 5), "400d")
    assert draw(clock) is None
    html = shown(clock)
    assert "clock-strip" not in html
    assert "400 days: 6 January" in html


def test_each_day_shows_its_sort_and_is_told_in_words():
    cells = {cell.day: cell for cell in drawn(SPRING).cells}
    assert cells[date(2026, 2, 13)].sort == "start"
    assert cells[date(2026, 2, 14)].sort == "worked"
    assert cells[date(2026, 2, 15)].sort == Why.HOLIDAY
    assert cells[date(2026, 2, 24)].words == "Tuesday, 24 February 2026 · Counted"


@pytest.mark.parametrize(
    "why", [why for why in Why if why not in {Why.WORKING, Why.WORKED_WEEKEND, Why.OVERRIDE_WORKED}]
)
def test_every_reason_to_pass_over_a_day_has_a_sign(why):
    assert SIGNS[why]


def test_no_two_sorts_share_a_sign_so_that_no_colour_is_needed():
    assert len(set(SIGNS.values())) == len(SIGNS)


def test_today_is_marked_when_it_lies_on_the_drawing():
    strip = drawn(SPRING, date(2026, 2, 20))
    assert [cell.day for cell in strip.cells if cell.is_today] == [date(2026, 2, 20)]
    assert strip.shows_today
    assert not drawn(SPRING, date(2026, 3, 20)).shows_today


def test_the_legend_has_every_sort_with_its_days():
    lines = [(line.sort, line.words, line.days) for line in legend(DECISION)]
    assert lines == [
        ("start", "Runs from, not counted", "25 November"),
        ("counted", "Counted", "60 days: 26 November – 1 December, 9 December – 30 January 2027, 1 February 2027"),
        ("paused", "Waiting for more information", "7 days: 2–8 December"),
        ("weekend", "Weekend", "1 day: 31 January 2027"),
    ]


def test_the_part_of_the_page_is_folded_well_formed_and_needs_no_style_of_its_own():
    html = shown(DECISION, today=date(2026, 12, 10))
    tree = ElementTree.fromstring(html.strip())
    assert tree.tag == "details"
    (drawing,) = tree.findall("svg")
    assert drawing.get("role") == "img"
    assert "Wednesday, 25 November 2026" in drawing.get("aria-label", "")
    assert len(drawing.findall("g")) == len(drawn(DECISION).cells)
    assert "style" not in html
    assert "<script" not in html
    assert html.count("clock-today") == 2  # on the day, and in the legend


def test_the_part_of_the_page_says_in_words_what_the_drawing_shows():
    text = " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", shown(SPRING), flags=re.DOTALL)).split())
    assert "Time allowed 5 working days" in text
    assert "Last day Friday, 27 February 2026" in text
    assert "Public holiday 9 days: 15–23 February" in text


def test_every_class_of_the_drawing_is_one_of_the_style_sheet_or_plain():
    css = STYLES.read_text()
    html = shown(DECISION, today=date(2026, 12, 10)) + shown(SPRING)
    used = set(re.findall(r"clock-[a-z_-]+", html))
    plain = {f"clock-{sort}" for sort in SIGNS} - {"clock-counted", "clock-worked", "clock-paused"}
    assert not {name for name in used - plain - {"clock-due"} if f".{name}" not in css}
