"""The divisions of China (GB/T 2260): read from a table, kept up to date without ever losing a code.

Codes change every year. A code that vanishes from the table is closed, with its successor where one is known, since
vehicles, complaints and deadlines still refer to it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.db import transaction

from directory.models import Division
from directory.nearest import division_and_ancestors

DATA: Final = Path(__file__).resolve().parent / "data"
SHIPPED_DIVISIONS: Final = DATA / "divisions.csv"
SHIPPED_SUCCESSORS: Final = DATA / "successors.csv"
SHIPPED_AS_OF: Final = date(2026, 9, 11)
"""The day for which the Ministry of Civil Affairs published the table that comes with the program."""

DIVISION_HEADER: Final = ["code", "name", "level", "parent_code"]
SUCCESSOR_HEADER: Final = ["code", "successor"]
CHUNK: Final = 500
"""Rows written at once."""

_CODE = re.compile(r"[1-9][0-9]{5}")


class BadDivisionTable(ValueError):
    """A table that is refused as a whole. The message says which line or code, and what to do."""


class OlderThanLoaded(BadDivisionTable):
    """The table describes a day before changes that are already recorded."""


@dataclass(frozen=True)
class DivisionRow:
    """One line of the table. Level 1 is a province, 2 a prefecture, 3 a county; a province has no parent."""

    code: str
    name: str
    level: int
    parent_code: str = ""


@dataclass(frozen=True)
class LoadReport:
    """How many codes a load has created, updated, closed and reopened."""

    created: int = 0
    updated: int = 0
    closed: int = 0
    reopened: int = 0

    def __str__(self) -> str:
        return f"{self.created} created, {self.updated} updated, {self.closed} closed, {self.reopened} reopened"


def read_divisions(path: Path) -> list[DivisionRow]:
    """The rows of a table in UTF-8 with the header `code,name,level,parent_code`.

    Raises BadDivisionTable, naming the line, when it is no such table, and OSError when it cannot be read.
    """
    rows = []
    for line, (code, name, level, parent_code) in _lines(path, DIVISION_HEADER):
        if level not in {"1", "2", "3"}:
            raise BadDivisionTable(f"{path.name}, line {line}: level must be 1, 2 or 3, not {level!r}.")
        rows.append(DivisionRow(code, name, int(level), parent_code))
    return rows


def read_successors(path: Path) -> dict[str, str]:
    """Closed code → the code that took over, from a file in UTF-8 with the header `code,successor`.

    Raises BadDivisionTable, naming the line, when it is no such file, and OSError when it cannot be read.
    """
    successors: dict[str, str] = {}
    for line, (code, successor) in _lines(path, SUCCESSOR_HEADER):
        if code in successors:
            raise BadDivisionTable(f"{path.name}, line {line}: {code} has a successor already.")
        if not (_CODE.fullmatch(code) and _CODE.fullmatch(successor)):
            raise BadDivisionTable(f"{path.name}, line {line}: both must be codes of six digits.")
        successors[code] = successor
    return successors


def _lines(path: Path, header: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Number and trimmed cells of each line below the header."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            if next(lines, None) != header:
                raise BadDivisionTable(f"{path.name}: the first line must be {','.join(header)}.")
            for cells in lines:
                if len(cells) != len(header):
                    raise BadDivisionTable(
                        f"{path.name}, line {lines.line_num}: {len(cells)} cells instead of {len(header)}."
                    )
                yield lines.line_num, [cell.strip() for cell in cells]
    except UnicodeDecodeError as error:
        raise BadDivisionTable(f"{path.name} is not UTF-8. Save it as CSV in UTF-8.") from error
    except csv.Error as error:
        raise BadDivisionTable(f"{path.name} is not a CSV file: {error}.") from error


@transaction.atomic
def load_divisions(
    rows: Iterable[DivisionRow],
    successors: Mapping[str, str],
    *,
    as_of: date,
    allow_many_closures: bool = False,
) -> LoadReport:
    """Make the table of divisions agree with `rows`, the whole country on the day `as_of`.

    New codes are created (valid from `as_of`, unless the table was empty: then nobody knows), changed ones
    updated, vanished ones closed on `as_of` with their successor, returned ones reopened. The same rows a second
    time change nothing.

    Raises BadDivisionTable, having written nothing, for an inconsistent table, and for one that would close more
    than a tenth of the open codes without `allow_many_closures`; OlderThanLoaded for one from before the latest
    recorded change.
    """
    table = _consistent(rows)
    _refuse_circles(successors)
    known: dict[str, Division] = Division.objects.in_bulk()
    _refuse_older(known, as_of)
    vanished = [division for code, division in known.items() if code not in table and division.closed_on is None]
    open_before = sum(division.closed_on is None for division in known.values())
    if len(vanished) * 10 > open_before and not allow_many_closures:
        raise BadDivisionTable(
            f"This table would close {len(vanished)} of {open_before} divisions. Is it complete? "
            "If it is meant, say so with --really."
        )
    created, updated, reopened = _upsert(table, known, valid_from=as_of if known else None)
    closed, told = _close(table, known, successors, as_of)
    return LoadReport(created=created, updated=updated + told, closed=closed, reopened=reopened)


def _consistent(rows: Iterable[DivisionRow]) -> dict[str, DivisionRow]:
    """The rows by code. Refuses an empty table, malformed or repeated codes, and parents that do not fit."""
    table: dict[str, DivisionRow] = {}
    for row in rows:
        if not _CODE.fullmatch(row.code):
            raise BadDivisionTable(f"{row.code!r} is no division code: six digits are needed.")
        if row.code in table:
            raise BadDivisionTable(f"Code {row.code} appears twice.")
        if not row.name:
            raise BadDivisionTable(f"Code {row.code} has no name.")
        table[row.code] = row
    if not table:
        raise BadDivisionTable("The table has no rows. An empty table cannot close the country.")
    for row in table.values():
        _refuse_wrong_parent(row, table)
    return table


def _refuse_wrong_parent(row: DivisionRow, table: Mapping[str, DivisionRow]) -> None:
    """A province has no parent; any other division has one of a higher rank, in the table, that shares its prefix."""
    if row.level == 1 and not row.parent_code:
        return
    parent = table.get(row.parent_code)
    if row.level == 1:
        raise BadDivisionTable(f"Province {row.code} has a parent, {row.parent_code}.")
    if parent is None:
        raise BadDivisionTable(f"The parent of {row.code}, {row.parent_code or 'empty'}, is not in the table.")
    if parent.level >= row.level or parent.code not in division_and_ancestors(row.code):
        raise BadDivisionTable(f"{parent.code} cannot be the parent of {row.code}.")


def _refuse_circles(successors: Mapping[str, str]) -> None:
    """Following successors must come to an end."""
    for code in successors:
        passed, at = {code}, successors[code]
        while at in successors and at not in passed:
            passed.add(at)
            at = successors[at]
        if at in passed:
            raise BadDivisionTable(f"The successors of {code} lead back to {at}.")


def _refuse_older(known: Mapping[str, Division], as_of: date) -> None:
    """Nothing may be recorded as happening before what is already recorded."""
    days = [day for each in known.values() for day in (each.valid_from, each.closed_on) if day]
    if days and max(days) > as_of:
        raise OlderThanLoaded(
            f"This table is of {as_of}, but changes up to {max(days)} are already loaded. Load a newer one."
        )


def _upsert(
    table: Mapping[str, DivisionRow], known: Mapping[str, Division], *, valid_from: date | None
) -> tuple[int, int, int]:
    """Write the rows that differ. Returns how many were created, updated and reopened."""
    created = [row for code, row in table.items() if code not in known]
    reopened = [row for code, row in table.items() if code in known and known[code].closed_on is not None]
    updated = [
        row
        for code, row in table.items()
        if code in known and known[code].closed_on is None and not _agrees(row, known[code])
    ]
    Division.objects.bulk_create(
        [
            Division(
                code=row.code,
                name=row.name,
                level=row.level,
                parent_id=row.parent_code or None,
                valid_from=valid_from,
            )
            for row in [*created, *updated, *reopened]
        ],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["code"],
        # Not valid_from: an existing code keeps the day it began.
        update_fields=["name", "level", "parent", "closed_on", "successor"],
    )
    return len(created), len(updated), len(reopened)


def _agrees(row: DivisionRow, division: Division) -> bool:
    """Whether the stored division says what the row says."""
    return (row.name, row.level, row.parent_code) == (division.name, division.level, division.parent_id or "")


def _close(
    table: Mapping[str, DivisionRow], known: Mapping[str, Division], successors: Mapping[str, str], as_of: date
) -> tuple[int, int]:
    """Close what vanished, and tell closed codes a successor that became known. Returns how many of each."""
    closed, told = [], []
    for code, division in known.items():
        if code in table:
            continue
        successor = successors.get(code, division.successor_id)
        if successor and successor not in table and successor not in known:
            raise BadDivisionTable(f"The successor of {code}, {successor}, is no division that was ever loaded.")
        if division.closed_on is None:
            division.closed_on = as_of
            closed.append(division)
        elif successor != division.successor_id:
            told.append(division)
        division.successor_id = successor
    Division.objects.bulk_update([*closed, *told], ["closed_on", "successor"], batch_size=CHUNK)
    return len(closed), len(told)
