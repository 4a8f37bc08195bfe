"""A file that is handed out holds data and nothing else."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from edge.exports import MOST_CHARACTERS, csv_lines, safe_cell, stream_csv


@pytest.mark.parametrize(
    "text", ["=1+1", "+861", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x", "\u3000=1"]
)
def test_what_a_spreadsheet_would_run_is_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["京A12345", "1=1", "a@example.org", "", "南昌市第一人民医院", "'=1"])
def test_harmless_text_stays_as_it_is(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize("value", [-1, 0, 3.5, True, False, None])
def test_numbers_stay_numbers(value):
    assert safe_cell(value) is value


def test_instants_are_local_and_days_are_dates():
    assert safe_cell(datetime(2026, 11, 22, 16, 30, 1, tzinfo=UTC)) == "2026-11-23 00:30:01"
    assert safe_cell(date(2026, 11, 23)) == "2026-11-23"


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\x7f", "\ud800", "\uffff"])
def test_characters_that_no_file_holds_are_replaced(character):
    assert safe_cell(f"a{character}b") == "a\ufffdb"


def test_a_control_character_does_not_hide_a_formula():
    assert str(safe_cell("\x0b=1+1")).startswith(("'", "\ufffd"))


def test_what_is_too_long_is_cut_visibly():
    cell = str(safe_cell("长" * 40_000))
    assert len(cell) == MOST_CHARACTERS
    assert cell.endswith("长 […]")


def test_the_file_is_read_back_as_it_was_and_opens_in_chinese_excel():
    rows: list[list[object]] = [["急,救", 'a"b', "line\nline", 5], ["=1", None, "x", True]]
    answer = stream_csv(["名称", "b", "c", "d"], rows, "救护车 2026.csv")
    content = answer.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read == [["名称", "b", "c", "d"], ["急,救", 'a"b', "line\nline", "5"], ["'=1", "", "x", "True"]]
    assert answer["Content-Disposition"].startswith("attachment; filename=\"____2026.csv\"; filename*=UTF-8''%E6")
    assert answer["Cache-Control"] == "no-store"


def test_rows_are_asked_for_only_as_the_file_is_sent():
    asked = []

    def rows():
        for number in range(2000):
            asked.append(number)
            yield [number]

    lines = csv_lines(["n"], rows())
    assert stream_csv(["n"], rows(), "n.csv").streaming
    assert asked == []
    next(lines)
    assert 0 < len(asked) < 600


def test_a_name_cannot_break_out_of_its_header():
    header = stream_csv([], [], 'a"; x=\r\nSet-Cookie: y.csv')["Content-Disposition"]
    assert "\n" not in header
    assert header.count('"') == 2
