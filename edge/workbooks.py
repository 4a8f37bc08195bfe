"""Workbooks (XLSX, ECMA-376) of one sheet, sent while their rows are read: nothing waits in memory or on disk.

A workbook is a zip archive of XML parts. Its parts other than the sheet are known beforehand and leave first; the sheet
follows row by row. Texts stand in their cells (inline strings): a shared table of strings would be complete only after
the last row. Nothing here writes a formula.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape

from django.http import StreamingHttpResponse

from edge.exports import attachment, safe_cell

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCH: Final = 200
"""Rows packed at once."""
PACKING: Final = 3
"""Effort of the compression, 1 to 9; measured in docs/decisions/0012-lists.md."""
SHEET: Final = "xl/worksheets/sheet1.xml"
DAY_ZERO: Final = date(1899, 12, 30)
FIRST_DAY: Final = date(1900, 3, 1)
"""Spreadsheets believe in a 29 February 1900; days before it are written as text."""
MOST_EXACT: Final = 10**15
"""Spreadsheets keep fifteen digits of a number; longer ones are written as text."""
LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Text that a spreadsheet would read as the code of a character."""

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{_TYPE}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}">'
        '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    ),
}
"""Every part but the sheet. Style 1 is a day."""
SHEET_BEGINS: Final = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    "<sheetData>"
)
SHEET_ENDS: Final = "</sheetData></worksheet>"


def stream_xlsx(header: Iterable[object], rows: Iterable[Iterable[object]], name: str) -> StreamingHttpResponse:
    """A workbook called `name`, sent while `rows` is read; the first bytes leave before the first row is asked for.

    `rows` may be a generator: nothing but the rows of one batch is held. Every cell is made safe (`safe_cell`); days
    are real dates. A sending that breaks off leaves an archive that no program opens.
    """
    return StreamingHttpResponse(workbook_chunks(header, rows), content_type=XLSX_TYPE, headers=attachment(name))


def workbook_chunks(header: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """The bytes of the file, some at a time."""
    out = _Outgoing()
    # Opened by name, a part gets no time: the same rows make the same file.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=PACKING) as book:
        for name, text in PARTS.items():
            with book.open(name, "w") as part:
                part.write((_XML + text).encode())
        yield out.taken()
        with book.open(SHEET, "w") as sheet:
            sheet.write(SHEET_BEGINS.encode())
            for chunk in sheet_rows(header, rows):
                sheet.write(chunk.encode())
                if ready := out.taken():
                    yield ready
            sheet.write(SHEET_ENDS.encode())
    yield out.taken()


def sheet_rows(header: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The rows as XML, `BATCH` of them at a time, the head first."""
    lines = [row_xml(1, header)]
    for number, row in enumerate(rows, start=2):
        lines.append(row_xml(number, row))
        if len(lines) >= BATCH:
            yield "".join(lines)
            lines = []
    yield "".join(lines)


def row_xml(number: int, cells: Iterable[object]) -> str:
    """One row. An empty cell is left out."""
    shown = "".join(cell_xml(f"{column_name(place)}{number}", value) for place, value in enumerate(cells))
    return f'<row r="{number}">{shown}</row>'


def cell_xml(where: str, value: object) -> str:
    """One cell: a day as a date, numbers and truths as such, everything else as text that was made safe."""
    if isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_DAY:
        return f'<c r="{where}" s="1"><v>{(value - DAY_ZERO).days}</v></c>'
    safe = safe_cell(value)
    if safe is None or safe == "":
        return ""
    if isinstance(safe, bool):
        return f'<c r="{where}" t="b"><v>{int(safe)}</v></c>'
    if isinstance(safe, int | float) and math.isfinite(safe) and abs(safe) < MOST_EXACT:
        return f'<c r="{where}"><v>{safe!r}</v></c>'
    return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{written(str(safe))}</t></is></c>'


def written(text: str) -> str:
    """Text as it stands in the XML of a sheet: nothing of it is read as markup or as the code of a character."""
    if "_x" in text:
        text = LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(text).replace("\r", "_x000D_")


def column_name(place: int) -> str:
    """The letters of a column: 0 is A, 25 Z, 26 AA."""
    return _COLUMNS[place] if place < len(_COLUMNS) else _letters(place)


def _letters(place: int) -> str:
    name = ""
    place += 1
    while place:
        place, left = divmod(place - 1, 26)
        name = chr(ord("A") + left) + name
    return name


_COLUMNS: Final[Sequence[str]] = [_letters(place) for place in range(64)]


class _Outgoing:
    """What the archive writes to: a place that cannot be gone back in, emptied by whoever sends."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take it."""
        self._waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        """Everything written since the last time."""
        ready, self._waiting = b"".join(self._waiting), []
        return ready
