"""Is the audit record whole? Every hash computed again, every link followed, every fault named by its row.

What this can find by itself: a row altered, removed from the middle or the beginning, moved, or put in; a head that
does not fit. What it cannot: whoever may lift the triggers can cut off the end, or compute the whole chain anew from
some row on. Heads that were published outside before (`accounts.published_heads`) find that too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from accounts.audit import row_hash
from accounts.models import AuditHead, AuditRow

BATCH: Final = 5_000
"""Rows read at once, by key: no long transaction, and nobody who writes has to wait."""
MOST_FAULTS: Final = 50
"""After so many the rest says nothing new."""
PRUNED: Final = "audit.pruned"
"""The deed whose row says up to which number, and with which hash there, old rows were removed on purpose."""


@dataclass
class Report:
    """What a walk along the chain has found. `rows` were read; `number` and `hash` are the last row's."""

    rows: int = 0
    number: int = 0
    hash: str = ""
    pruned_through: int = 0
    """The record begins after this number: what came before was removed on purpose, and a row says so."""
    faults: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify(*, start: int = 1, published: Mapping[int, str] | None = None) -> Report:
    """Walk the chain from row `start` to its end and say what is wrong with it.

    `published` are heads known from outside, number → hash: each must still be what its row says. Rows that others
    append meanwhile are walked too. At most `MOST_FAULTS` faults are named.
    """
    head = AuditHead.objects.first() or AuditHead(number=0, hash="")
    report = Report()
    report.number, report.hash = _beginning(start, report)
    known: dict[int, set[str]] = {}
    for number, digest in (*(published or {}).items(), (head.number, head.hash)):
        known.setdefault(number, set()).add(digest)
    if not known.get(report.number, {report.hash}) <= {report.hash}:
        report.faults.append(f"row {report.number} is not the one that was known as the end of the record")
    for row in _rows(start):
        if len(report.faults) >= MOST_FAULTS:
            return report
        _look_at(row, report, known.get(row.number, set()))
    if (last := max(known)) > report.number:
        report.faults.append(f"{_span(report.number + 1, last)} missing at the end")
    _look_at_head(report)
    return report


def _rows(start: int) -> Iterator[AuditRow]:
    """All rows from number `start` on, in order; from 1 also what somebody has put before it."""
    last = start - 1 if start > 1 else -1
    while True:
        rows = AuditRow.objects.filter(number__gt=last).order_by("number")[:BATCH]
        try:
            batch = list(rows)
        except (TypeError, ValueError):  # SQLite keeps an instant that is none
            batch = [_readable(number) for number in rows.values_list("number", flat=True)]
        if not batch:
            return
        yield from batch
        last = batch[-1].number


def _readable(number: int) -> AuditRow:
    """The row, or as much of it as can be read: then its hash cannot be right."""
    try:
        return AuditRow.objects.get(number=number)
    except (TypeError, ValueError):
        return AuditRow.objects.only("number", "previous_hash", "hash").get(number=number)


def _is_unaltered(row: AuditRow) -> bool:
    try:
        return row_hash(row) == row.hash
    except (TypeError, ValueError):  # a value that nobody could have recorded
        return False


def _beginning(start: int, report: Report) -> tuple[int, str]:
    """Number and hash that the first row walked must follow."""
    before = AuditRow.objects.filter(number=start - 1).values_list("number", "hash").first() if start > 1 else None
    if before:
        return before
    pruned = AuditRow.objects.filter(action=PRUNED, is_success=True).order_by("-number").first()
    if pruned is None:
        return (0, "") if start <= 1 else _unknown(start, report)
    through, digest = pruned.detail.get("through"), pruned.detail.get("hash")
    if not isinstance(through, int) or not isinstance(digest, str):
        report.faults.append(f"row {pruned.number} does not say where the record begins")
        return 0, ""
    report.pruned_through = through
    return (through, digest) if start <= through + 1 else _unknown(start, report)


def _unknown(start: int, report: Report) -> tuple[int, str]:
    report.faults.append(f"row {start - 1} is missing: the walk cannot begin after it")
    return start - 1, ""


def _look_at(row: AuditRow, report: Report, known: set[str]) -> None:
    """Hold one row against itself, against the row before, and against what is known about it."""
    expected = report.number + 1
    if row.number < expected:
        report.faults.append(f"row {row.number} was put in before the beginning")
        return
    if row.number > expected:
        report.faults.append(f"{_span(expected, row.number - 1)} missing")
    elif row.previous_hash != report.hash:
        report.faults.append(f"row {row.number} does not follow row {row.number - 1}: one of them was altered")
    if not _is_unaltered(row):
        report.faults.append(f"row {row.number} was altered or moved")
    if not known <= {row.hash}:
        report.faults.append(f"row {row.number} is not the one that was known as the end of the record")
    report.rows += 1
    report.number, report.hash = row.number, row.hash


def _look_at_head(report: Report) -> None:
    """The head must stand at the last row, or further where somebody has written meanwhile."""
    head = AuditHead.objects.first() or AuditHead(number=0, hash="")
    if head.number < report.number:
        report.faults.append(f"{_span(head.number + 1, report.number)} beyond the head, which stands at {head.number}")
    elif head.number == report.number and head.hash != report.hash:
        report.faults.append(f"the head does not have the hash of row {head.number}")


def _span(first: int, last: int) -> str:
    return f"row {first} is" if first == last else f"rows {first} to {last} are"
