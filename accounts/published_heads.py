"""The list of heads that is kept outside the database: one line per verification, only ever added to.

A line is `number hash instant`, the instant in UTC. Whoever mirrors the file to a place that the operators of the
database cannot write to can prove later that the record up to that line is the same.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from accounts.audit_verify import Report

LINE: Final = re.compile(r"(?P<number>\d{1,18}) (?P<hash>[0-9a-f]{64}) \S+")


class BadHeadFile(ValueError):
    """A line that is no head, or two heads of one number that differ."""


def read_heads(path: Path) -> dict[int, str]:
    """Number → hash. A file that is not there yet has none. Raises BadHeadFile, naming the line, and OSError."""
    heads: dict[int, str] = {}
    if not path.exists():
        return heads
    for place, line in enumerate(path.read_text(encoding="ascii", errors="replace").splitlines(), start=1):
        found = LINE.fullmatch(line)
        if not found:
            raise BadHeadFile(f"{path}, line {place}: expected `number hash instant`.")
        number, digest = int(found["number"]), found["hash"]
        if heads.setdefault(number, digest) != digest:
            raise BadHeadFile(f"{path}, line {place}: head {number} stands there twice, with different hashes.")
    return heads


def add_head(path: Path, report: Report, now: datetime) -> None:
    """Append the end of a record that was found whole at `now`, unless it has no rows. Raises OSError."""
    if report.hash:
        with path.open("a", encoding="ascii") as file:
            file.write(f"{report.number} {report.hash} {now.astimezone(UTC).isoformat(timespec='seconds')}\n")
