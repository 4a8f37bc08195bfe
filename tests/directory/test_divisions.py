"""The divisions: loaded again and again, closed but never lost."""

from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.divisions import (
    SHIPPED_AS_OF,
    SHIPPED_DIVISIONS,
    SHIPPED_SUCCESSORS,
    BadDivisionTable,
    DivisionRow,
    LoadReport,
    OlderThanLoaded,
    load_divisions,
    read_divisions,
    read_successors,
)
from directory.formats import BadFormat
from directory.models import Division
from directory.nearest import division_and_ancestors

FIRST, NEXT, LATER = date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1)
HEADER = "code,name,level,parent_code\n"


def country(*without: str) -> list[DivisionRow]:
    """Jiangxi with Nanchang and twenty districts, and Beijing with one."""
    rows = [
        DivisionRow("110000", "北京市", 1),
        DivisionRow("110101", "东城区", 3, "110000"),
        DivisionRow("360000", "江西省", 1),
        DivisionRow("360100", "南昌市", 2, "360000"),
        *(DivisionRow(f"3601{n}", f"第{n}区", 3, "360100") for n in range(10, 30)),
    ]
    return [row for row in rows if row.code not in without]


def changed(which: str, **values: Any) -> list[DivisionRow]:
    return [replace(row, **values) if row.code == which else row for row in country()]


def load(rows, day, successors=(), **options) -> LoadReport:
    return load_divisions(rows, dict(successors), as_of=day, **options)


def state() -> list[tuple[object, ...]]:
    return list(
        Division.objects.order_by("code").values_list(
            "code", "name", "level", "parent_id", "valid_from", "closed_on", "successor_id"
        )
    )


@pytest.fixture
def loaded(db):
    load(country(), FIRST)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("360121", ("360121", "360100", "360000")),
        ("360100", ("360100", "360000")),
        ("360000", ("360000",)),
        ("110101", ("110101", "110100", "110000")),
        ("429004", ("429004", "429000", "420000")),
    ],
)
def test_the_ancestors_of_a_code_come_nearest_first(code, found):
    assert division_and_ancestors(code) == found


@pytest.mark.parametrize("code", ["", "000000", "36", "36010", "3601000", "36010a", "36010１", "360100\n", "' OR 1"])
def test_what_is_no_code_has_no_ancestors(code):
    with pytest.raises(BadFormat) as refusal:
        division_and_ancestors(code)
    assert refusal.value.code == "division_code"


def test_the_shipped_table_is_whole_and_each_parent_is_the_nearest_ancestor():
    rows = {row.code: row for row in read_divisions(SHIPPED_DIVISIONS)}
    levels = [row.level for row in rows.values()]
    assert [levels.count(level) for level in (1, 2, 3)] == [34, 333, 2847]
    for row in rows.values():
        nearest = next((code for code in division_and_ancestors(row.code)[1:] if code in rows), "")
        assert row.parent_code == nearest


def test_the_shipped_successors_lead_from_codes_out_of_use_to_codes_in_use():
    in_use = {row.code for row in read_divisions(SHIPPED_DIVISIONS)}
    successors = read_successors(SHIPPED_SUCCESSORS)
    assert successors["371200"] == "370100"
    assert not in_use & set(successors)
    assert set(successors.values()) <= in_use


def test_the_first_load_creates_everything_and_claims_no_beginning(loaded):
    assert Division.objects.count() == 24
    district = Division.objects.get(code="360110")
    assert (district.name, district.level, district.parent_id, district.valid_from) == ("第10区", 3, "360100", None)


def test_loading_twice_writes_nothing(loaded):
    before = state()
    with CaptureQueriesContext(connection) as queries:
        assert load(country(), NEXT) == LoadReport()
    assert [each["sql"] for each in queries if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert state() == before


def test_a_new_code_is_valid_from_the_day_of_its_table(loaded):
    report = load([*country(), DivisionRow("360199", "新区", 3, "360100")], NEXT)
    assert report == LoadReport(created=1)
    assert Division.objects.get(code="360199").valid_from == NEXT


@pytest.mark.parametrize(
    "values", [{"name": "改名区"}, {"level": 2, "parent_code": "360000"}, {"parent_code": "360000"}]
)
def test_a_changed_row_is_updated_and_keeps_its_beginning(loaded, values):
    Division.objects.filter(code="360110").update(valid_from=FIRST)
    assert load(changed("360110", **values), NEXT) == LoadReport(updated=1)
    division = Division.objects.get(code="360110")
    assert {name: getattr(division, name.replace("code", "id")) for name in values} == values
    assert (division.valid_from, division.closed_on) == (FIRST, None)


def test_a_vanished_code_is_closed_with_its_successor_and_not_deleted(loaded):
    report = load(country("360110"), NEXT, {"360110": "360111"})
    assert report == LoadReport(closed=1)
    division = Division.objects.get(code="360110")
    assert (division.closed_on, division.successor_id) == (NEXT, "360111")
    assert load(country("360110"), LATER, {"360110": "360111"}) == LoadReport()
    assert Division.objects.get(code="360110").closed_on == NEXT


def test_a_vanished_code_without_a_known_successor_is_closed_and_told_later(loaded):
    assert load(country("360110"), NEXT) == LoadReport(closed=1)
    assert Division.objects.get(code="360110").successor_id is None
    assert load(country("360110"), LATER, {"360110": "360111"}) == LoadReport(updated=1)
    division = Division.objects.get(code="360110")
    assert (division.closed_on, division.successor_id) == (NEXT, "360111")


def test_a_known_successor_is_not_forgotten_when_the_list_no_longer_names_it(loaded):
    load(country("360110"), NEXT, {"360110": "360111"})
    assert load(country("360110"), LATER) == LoadReport()
    assert Division.objects.get(code="360110").successor_id == "360111"


def test_a_code_can_be_followed_by_one_that_is_new_in_the_same_table(loaded):
    rows = [*country("360110"), DivisionRow("360199", "新区", 3, "360100")]
    assert load(rows, NEXT, {"360110": "360199"}) == LoadReport(created=1, closed=1)


def test_a_returning_code_is_reopened_and_loses_its_successor(loaded):
    load(country("360110"), NEXT, {"360110": "360111"})
    assert load(country(), LATER, {"360110": "360111"}) == LoadReport(reopened=1)
    division = Division.objects.get(code="360110")
    assert (division.closed_on, division.successor_id) == (None, None)


def test_the_successor_of_a_code_in_use_waits(loaded):
    assert load(country(), NEXT, {"360110": "360111"}) == LoadReport()
    assert Division.objects.get(code="360110").successor_id is None


def test_a_province_can_vanish_with_everything_under_it_when_it_is_meant(loaded):
    rows = [row for row in country() if row.code.startswith("11")]
    report = load(rows, NEXT, allow_many_closures=True)
    assert report == LoadReport(closed=22)
    assert Division.objects.filter(closed_on=None).count() == 2


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no rows"),
        ([*country(), DivisionRow("360110", "又一区", 3, "360100")], "360110 appears twice"),
        (changed("360110", parent_code="360200"), "parent of 360110, 360200, is not in the table"),
        (changed("360110", parent_code=""), "parent of 360110, empty, is not in the table"),
        (changed("360110", parent_code="360110"), "360110 cannot be the parent of 360110"),
        (changed("360110", parent_code="360111"), "360111 cannot be the parent of 360110"),
        (changed("360110", parent_code="110000"), "110000 cannot be the parent of 360110"),
        (changed("360000", parent_code="110000"), "Province 360000 has a parent"),
        (changed("360110", name=""), "360110 has no name"),
        (changed("360110", code="36011"), "'36011' is no division code"),
        (changed("360110", code="36011O"), "'36011O' is no division code"),
        (country()[:2], "would close 22 of 24"),
        (country("360110", "360111", "360112"), "would close 3 of 24"),
    ],
)
def test_an_inconsistent_or_truncated_table_is_refused_and_nothing_is_written(loaded, rows, reason):
    before = state()
    with pytest.raises(BadDivisionTable, match=reason):
        load(rows, NEXT)
    assert state() == before


def test_an_empty_table_is_refused_even_when_many_closures_are_allowed(loaded):
    with pytest.raises(BadDivisionTable, match="no rows"):
        load([], NEXT, allow_many_closures=True)


def test_exactly_a_tenth_may_close_without_a_word(db):
    rows = [*country(), *(DivisionRow(f"3601{n}", f"第{n}区", 3, "360100") for n in range(30, 36))]
    load(rows, FIRST)
    assert load([row for row in rows if row.code not in {"360110", "360111", "360112"}], NEXT) == LoadReport(closed=3)


def test_codes_closed_before_do_not_count_as_vanishing_again(loaded):
    for year, code in enumerate(["360110", "360111", "360112", "360113"], start=2027):
        gone = [f"3601{n}" for n in range(10, int(code[-2:]) + 1)]
        assert load(country(*gone), date(year, 1, 1)) == LoadReport(closed=1)


def test_a_table_from_before_the_last_change_is_refused(loaded):
    load(country("360110"), NEXT)
    before = state()
    with pytest.raises(OlderThanLoaded, match="2027-01-01"):
        load(country(), NEXT - timedelta(days=1))
    assert state() == before


def test_a_table_can_be_corrected_on_the_day_it_was_loaded(loaded):
    load(country("360110"), NEXT)
    assert load(country(), NEXT) == LoadReport(reopened=1)


@pytest.mark.parametrize(
    ("successors", "reason"),
    [
        ({"360110": "999999"}, "999999, is no division that was ever loaded"),
        ({"360110": "360110"}, "lead back"),
        ({"360110": "360111", "360111": "360110"}, "lead back"),
        ({"990001": "990002", "990002": "990003", "990003": "990002"}, "lead back"),
    ],
)
def test_a_successor_that_leads_nowhere_is_refused_and_nothing_is_written(loaded, successors, reason):
    before = state()
    with pytest.raises(BadDivisionTable, match=reason):
        load([*country("360110"), DivisionRow("360199", "新区", 3, "360100")], NEXT, successors)
    assert state() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "first line must be code,name,level,parent_code"),
        (b"code,name\n110000,x\n", "first line must be"),
        (b"110000,x,1,\n", "first line must be"),
        (b"code;name;level;parent_code\n", "first line must be"),
        (HEADER.encode() + b"110000,x,1\n", "line 2: 3 cells instead of 4"),
        (HEADER.encode() + b"110000,x,1,\n\n", "line 3: 0 cells"),
        (HEADER.encode() + b"110000,x,one,\n", "line 2: level must be"),
        (HEADER.encode() + b"110000,x,4,\n", "line 2: level must be"),
        (HEADER.encode() + "110000,北京市,1,\n".encode("gbk"), "not UTF-8"),
        (HEADER.encode() + b'110000,"x\n', "not a CSV file"),
        ("\ufeff".encode("utf-16-le") + HEADER.encode("utf-16-le"), "not UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_by_its_line(tmp_path, content, reason):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(BadDivisionTable, match=reason):
        read_divisions(path)


def test_a_file_saved_by_a_spreadsheet_with_a_mark_and_spaces_is_read(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("\ufeffcode,name,level,parent_code\r\n110000, 北京市 ,1,\r\n".encode())
    assert read_divisions(path) == [DivisionRow("110000", "北京市", 1)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("old,new\n", "first line must be code,successor"),
        ("code,successor\n360110,360111\n360110,360112\n", "line 3: 360110 has a successor already"),
        ("code,successor\n360110,\n", "line 2: both must be codes"),
        ("code,successor\n36,360111\n", "line 2: both must be codes"),
    ],
)
def test_a_list_of_successors_with_a_fault_is_refused_by_its_line(tmp_path, content, reason):
    path = tmp_path / "successors.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadDivisionTable, match=reason):
        read_successors(path)


def command(*arguments: str) -> str:
    said = StringIO()
    call_command("load_divisions", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture
def table(tmp_path):
    """Writes rows to a file and returns its path."""

    def write(rows: list[DivisionRow]) -> str:
        path = tmp_path / "table.csv"
        lines = [f"{row.code},{row.name},{row.level},{row.parent_code}\n" for row in rows]
        path.write_text(HEADER + "".join(lines), encoding="utf-8")
        return str(path)

    return write


def test_the_command_loads_the_shipped_table_once(db):
    assert command() == "Divisions as of 2026-09-11: 3214 created, 0 updated, 0 closed, 0 reopened.\n"
    assert command() == "Divisions as of 2026-09-11: 0 created, 0 updated, 0 closed, 0 reopened.\n"


def test_the_command_closes_by_the_day_it_is_told(loaded, table):
    said = command("--file", table(country("360110")), "--as-of", "2026-03-01")
    assert said == "Divisions as of 2026-03-01: 0 created, 0 updated, 1 closed, 0 reopened.\n"
    assert Division.objects.get(code="360110").closed_on == date(2026, 3, 1)


def test_the_command_takes_today_for_a_file_without_a_day(loaded, table):
    command("--file", table(country("360110")))
    assert Division.objects.get(code="360110").closed_on == timezone.localdate()


def test_the_command_closes_much_only_when_it_is_really_meant(loaded, table):
    path = table(country()[:2])
    with pytest.raises(CommandError, match="--really"):
        command("--file", path)
    assert not Division.objects.exclude(closed_on=None).exists()
    assert "22 closed" in command("--file", path, "--really")


def test_the_command_leaves_a_newer_table_alone_when_it_starts_again(db, table):
    command()
    newer = [*read_divisions(SHIPPED_DIVISIONS), DivisionRow("360199", "新区", 3, "360100")]
    command("--file", table(newer), "--as-of", str(SHIPPED_AS_OF + timedelta(days=1)))
    assert "newer table" in command()
    assert Division.objects.get(code="360199").closed_on is None


def test_the_command_refuses_an_older_file_that_was_asked_for(loaded, table):
    load(country("360110"), date(2026, 6, 1))
    with pytest.raises(CommandError, match="already loaded"):
        command("--file", table(country()), "--as-of", "2026-05-31")


@pytest.mark.parametrize("day", ["11.9.2026", "2026-13-01", "soon"])
def test_the_command_refuses_what_is_no_day(day):
    with pytest.raises(CommandError, match="no day like 2026-09-11"):
        command("--as-of", day)


def test_the_command_refuses_a_day_to_come(table):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(CommandError, match="has not come yet"):
        command("--file", table(country()), "--as-of", str(tomorrow))


def test_the_command_says_when_a_file_is_missing(db, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        command("--file", str(tmp_path / "none.csv"))
