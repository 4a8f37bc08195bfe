"""A workbook is sent while its rows are read, opens everywhere, and holds data and nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from edge.workbooks import BATCH, PARTS, SHEET, XLSX_TYPE, column_name, stream_xlsx, workbook_chunks

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def opened(chunks: Iterator[bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(chunks)))


def cells(rows: list[list[object]]) -> list[list[ElementTree.Element]]:
    """The cells of each row below the head, read by another library than the one that wrote them."""
    sheet = ElementTree.fromstring(opened(workbook_chunks(["h"], rows)).read(SHEET))
    return [list(row.iter(f"{MAIN}c")) for row in sheet.iter(f"{MAIN}row")][1:]


def only_cell(value: object) -> ElementTree.Element:
    [[cell]] = cells([[value]])
    return cell


def test_the_archive_is_whole_and_every_part_is_xml():
    book = opened(workbook_chunks(["名称", "b"], [["救护车", 5]]))
    assert book.testzip() is None
    assert set(book.namelist()) == {*PARTS, SHEET}
    for name in book.namelist():
        ElementTree.fromstring(book.read(name))


def test_the_first_bytes_leave_before_a_row_is_asked_for_and_the_rest_as_rows_come():
    read = 0

    def rows() -> Iterator[list[object]]:
        nonlocal read
        for number in range(50 * BATCH):
            read += 1
            yield [f"{number * 7919 % 100_003:x}-{number * 104_729 % 1_000_003:x}" for _ in range(6)]

    chunks = workbook_chunks(["h"], rows())
    next(chunks)
    assert read == 0
    next(chunks)
    assert 0 < read < 10 * BATCH
    assert len(list(chunks)) > 10


def test_the_same_rows_make_the_same_file():
    assert list(workbook_chunks(["h"], [["a"]])) == list(workbook_chunks(["h"], [["a"]]))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1"])
def test_no_text_becomes_a_formula(text):
    cell = only_cell(text)
    assert cell.get("t") == "inlineStr"
    assert "".join(cell.itertext()) == f"'{text}"
    assert cell.find(f"{MAIN}f") is None


@pytest.mark.parametrize("text", ["a<b>&\"c'", " edges ", "line\nline", "]]>", "救护车", "</t></is></c>"])
def test_text_comes_back_as_it_was(text):
    assert "".join(only_cell(text).itertext()) == text


@pytest.mark.parametrize(
    ("text", "kept"), [("_x000D_", "_x005F_x000D_"), ("a\rb", "a_x000D_b"), ("_x_", "_x_"), ("a\x0bb", "a\ufffdb")]
)
def test_what_a_spreadsheet_would_read_as_another_character_is_escaped(text, kept):
    assert "".join(only_cell(text).itertext()) == kept


@pytest.mark.parametrize(
    ("value", "kind", "kept"),
    [
        (5, None, "5"),
        (-2.5, None, "-2.5"),
        (True, "b", "1"),
        (date(2026, 11, 23), None, "46349"),
        (date(1900, 3, 1), None, "61"),
        (date(1899, 1, 1), "inlineStr", "1899-01-01"),
        (datetime(2026, 11, 22, 16, 30, tzinfo=UTC), "inlineStr", "2026-11-23 00:30:00"),
        (Decimal("6.67"), "inlineStr", "6.67"),
        (123456789012345678, "inlineStr", "123456789012345678"),
        (float("nan"), "inlineStr", "nan"),
    ],
)
def test_a_value_keeps_its_kind(value, kind, kept):
    cell = only_cell(value)
    assert cell.get("t") == kind
    assert "".join(cell.itertext()) == kept
    assert (cell.get("s") == "1") is (kind is None and kept in {"46349", "61"})


def test_an_empty_cell_is_left_out_and_the_next_one_keeps_its_place():
    [[cell]] = cells([[None, "", "x"]])
    assert cell.get("r") == "C2"


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_by_letters(place, name):
    assert column_name(place) == name


def test_the_answer_is_a_file_to_keep():
    answer = stream_xlsx(["h"], [["a"]], "救护车.xlsx")
    assert answer.streaming
    assert answer["Content-Type"] == XLSX_TYPE
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_reading_that_breaks_off_leaves_no_archive_that_opens():
    def rows() -> Iterator[list[object]]:
        yield ["a"]
        raise RuntimeError("the database went away")

    taken: list[bytes] = []
    with pytest.raises(RuntimeError, match="went away"):
        taken.extend(workbook_chunks(["h"], rows()))
    with pytest.raises(zipfile.BadZipFile):
        opened(iter(taken))
