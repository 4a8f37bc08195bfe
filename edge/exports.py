"""Tables as files: cells that no spreadsheet program runs, streamed while they are read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

from django.http import StreamingHttpResponse
from django.utils import timezone

MOST_CHARACTERS: Final = 32_000
"""A spreadsheet holds 32,767 in one cell and cuts the rest silently; here the cut is marked."""
CUT: Final = " […]"
FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]")
"""What spreadsheet programs take for a formula, full-width forms included, also behind blanks."""
UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
"""What XML 1.0, and so a workbook, cannot hold."""
BATCH: Final = 500
"""Lines sent at once."""

Cell = str | int | float | bool | None
"""What a cell holds in the end."""


def safe_cell(value: object) -> Cell:
    """`value` as a cell that is data and nothing else.

    Numbers stay numbers. Instants become local time (`TIME_ZONE`) to the second, days ISO dates. Text that would
    start a formula gets an apostrophe before it, characters no file can hold become U+FFFD, and what is longer than
    `MOST_CHARACTERS` is cut where everybody sees it.
    """
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime):
        local = timezone.localtime(value) if value.tzinfo else value
        return local.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    text = UNWRITABLE.sub("\ufffd", str(value))
    if FORMULA.match(text):
        text = f"'{text}"
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - len(CUT)] + CUT


def stream_csv(header: Iterable[object], rows: Iterable[Iterable[object]], name: str) -> StreamingHttpResponse:
    """A CSV file called `name`, UTF-8 with a byte order mark (else Excel garbles Chinese), sent while `rows` is read.

    `rows` may be a generator: nothing but the lines of one batch is held in memory. Every cell is made safe.
    """
    return StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8", headers=attachment(name)
    )


def csv_lines(header: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The text of the file, some hundred lines at a time."""
    writer = csv.writer(_Echo())
    lines = ["\ufeff", _line(writer, header)]
    for row in rows:
        lines.append(_line(writer, row))
        if len(lines) >= BATCH:
            yield "".join(lines)
            lines = []
    yield "".join(lines)


def attachment(name: str) -> dict[str, str]:
    """Headers of a file that is saved under `name`, shown by no browser and kept by no cache."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


class _Echo:
    """A file that keeps nothing: what is written to it is what the writer returns."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def _line(writer: Any, row: Iterable[object]) -> str:
    # csv's writer returns what its file's write() returned.
    return str(writer.writerow([safe_cell(value) for value in row]))
