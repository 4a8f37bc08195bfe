"""The tables of statistics: what was counted, and nothing of what must stay hidden."""

from __future__ import annotations

import pytest
from django.utils import translation

from complaints import charts
from complaints.kinds import Kind
from complaints.statistics_tables import Figures, Timed, file_rows, shown_words, statistics_of
from complaints.suppression import Hidden

SMALL, WITHHELD = Hidden.SMALL, Hidden.WITHHELD


def told(**values):
    with translation.override("en"):
        return statistics_of(Figures(2026, **values), 5)


def counts(statistics, name):
    return {line.words: line.count for line in statistics.named(name).lines}


def test_months_kinds_and_natures_come_from_one_count():
    found = told(filed={(1, Kind.SERVICE): 12, (2, Kind.OVERCHARGING): 20, (2, Kind.ILLEGAL_AMBULANCE): 8})
    assert found.total == 40
    assert counts(found, "months")["2026-01"] == 12
    assert counts(found, "months")["2026-02"] == 28
    assert counts(found, "months")["2026-03"] == 0
    assert counts(found, "natures") == {"Complaint": 32, "Report of illegality": 8, "Praise": 0}
    assert counts(found, "kinds")["Illegal ambulance"] == 8


def test_a_small_kind_is_not_told_by_its_nature():
    filed = {(1, Kind.ILLEGAL_AMBULANCE): 3, (1, Kind.UNLAWFUL_OPERATION): 20, (1, Kind.SERVICE): 50}
    found = told(filed=filed)
    nature = counts(found, "natures")["Report of illegality"]
    kinds = counts(found, "kinds")
    assert nature == 23
    assert kinds["Illegal ambulance"] is SMALL
    assert kinds["Ambulance rented, lent or contracted out"] is WITHHELD


def test_kinds_of_a_hidden_nature_do_not_add_up_to_it():
    filed = {(1, Kind.PRAISE): 2, (1, Kind.ILLEGAL_AMBULANCE): 30, (1, Kind.SERVICE): 50, (1, Kind.OVERCHARGING): 60}
    found = told(filed=filed)
    assert counts(found, "natures") == {"Complaint": 110, "Report of illegality": WITHHELD, "Praise": SMALL}
    assert counts(found, "kinds")["Illegal ambulance"] is WITHHELD
    assert counts(found, "kinds")["Praise"] is SMALL


def test_institutions_with_few_complaints_share_a_line():
    many = {(number, f"医院{number:02d}"): 10 + number for number in range(1, 25)}
    found = told(institutions={**many, (99, "小医院"): 2, (0, ""): 9})
    lines = counts(found, "institutions")
    assert len(lines) == 22
    assert "小医院" not in lines
    assert lines["All other institutions"] == sum(sorted(many.values())[:4]) + 2
    assert lines["No institution known"] == 9


def timed(days, is_on_time, count=1, *, month=1, desk=1):
    return tuple(Timed(desk, month, days, is_on_time) for _ in range(count))


def test_times_are_told_only_of_enough_parts():
    found = told(
        authorities={(1, "甲"): 12, (2, "乙"): 30},
        timed=(*timed(10, True, 5), *timed(40, False, 1), *timed(None, False, 2), *timed(5, True, 4, desk=2, month=2)),
    )
    assert (found.on_time, found.days) == (75, 10)
    first, second = sorted(found.named("authorities").lines, key=lambda line: line.words, reverse=True)
    assert (first.words, first.on_time, first.days) == ("甲", 62, 10)
    assert (second.words, second.on_time, second.days) == ("乙", None, None)
    assert found.named("months").lines[1].on_time is None


@pytest.mark.parametrize(
    ("stars", "mean"), [({5: 20, 1: 10}, "3.7"), ({5: 20, 1: 1, 2: 30}, ""), ({5: 2}, ""), ({}, "")]
)
def test_the_mean_rating_never_tells_a_hidden_count(stars, mean):
    assert told(stars=stars).stars == mean


def test_a_file_holds_the_same_and_no_more():
    found = told(filed={(1, Kind.SERVICE): 3, (2, Kind.SERVICE): 40, (3, Kind.SERVICE): 50}, findings={"partly": 2})
    with translation.override("en"):
        rows = [tuple(row) for row in file_rows(found)]
    assert ("By month of receipt", "2026-01", "<5", None, None) in rows
    assert ("By month of receipt", "2026-02", "–", None, None) in rows
    assert ("By finding", "Total", "<5", None, None) in rows
    assert 3 not in [row[2] for row in rows]


def test_hidden_counts_in_words():
    assert [shown_words(one, 5) for one in (0, 7, SMALL, WITHHELD)] == ["0", "7", "<5", "–"]


def test_a_hidden_bar_is_as_high_as_any_other_hidden_one():
    drawn = charts.bars([("01", SMALL, "<5"), ("02", WITHHELD, "–"), ("03", 40, "40"), ("04", 0, "0")])
    heights = [bar.height for bar in drawn.bars]
    assert heights[0] == heights[1] == charts.STUB
    assert heights[2] == charts.HEIGHT - charts.BOTTOM - charts.TOP
    assert heights[3] == 0
    assert all(0 <= bar.x <= charts.WIDTH - bar.width for bar in drawn.bars)
    assert charts.bars([]).bars == ()


def test_a_line_is_broken_where_nothing_can_be_said():
    drawn = charts.line([("01", 100), ("02", None), ("03", 50), ("04", 0)])
    assert drawn.path.count("M") == 2
    assert [dot.words for dot in drawn.dots] == ["100%", "50%", "0%"]
    assert charts.line([]).path == ""
