"""Signs that complaints are kept down rather than handled. Pure.

A sign is no proof: each says what was seen and leads to the cases, for a supervisor to read. Thresholds keep chance and
small numbers out; they are handed in, so that nothing here depends on a setting.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from statistics import median

from complaints.findings import Finding

Z = 2.576
"""Sureness of 99 %: with many officers looked at every day, 95 % would accuse one in twenty by chance."""


class SignKind(StrEnum):
    """What was seen."""

    ONE_SIDED = "one_sided"
    MISMATCHES = "mismatches"
    EDITED = "edited"
    REFILED = "refiled"
    FAST = "fast"


@dataclass(frozen=True)
class CaseRef:
    """A case to look at."""

    pk: int
    reference: str


@dataclass(frozen=True)
class Concluded:
    """One concluded part, without anything that is sealed."""

    case: CaseRef
    ambulance_id: int | None
    authority_id: int
    authority: str
    officer_id: int
    officer: str
    finding: str
    opened_at: datetime
    concluded_at: datetime


@dataclass(frozen=True)
class Mismatch:
    """A report that a vehicle of an institution does not match its card."""

    case: CaseRef
    institution_id: int
    institution: str
    is_code_missing: bool
    """Whether it says that a code is missing, covered or cannot be read."""


@dataclass(frozen=True)
class Edit:
    """A vehicle's record was changed."""

    ambulance_id: int
    at: datetime


@dataclass(frozen=True)
class Told:
    """One filing by somebody whose contact is known by its hash: at `at` it was received, or declined."""

    case: CaseRef
    contact: str
    at: datetime
    authority: str = ""


@dataclass(frozen=True)
class Sign:
    """One thing that stands out: whom it is about, the figures behind it, the cases."""

    kind: SignKind
    about: str
    figures: dict[str, int]
    cases: tuple[CaseRef, ...]


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    @property
    def rate(self) -> float:
        """The share itself; nothing of nothing is nothing."""
        return self.hits / self.total if self.total else 0.0

    @property
    def at_least(self) -> float:
        """The least that the true share may be, by Wilson's score interval: few cases prove little."""
        if not self.total:
            return 0.0
        n, p = self.total, self.rate
        middle = p + Z * Z / (2 * n)
        spread = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, (middle - spread) / (1 + Z * Z / n))

    def __sub__(self, other: Share) -> Share:
        return Share(self.hits - other.hits, self.total - other.total)


def one_sided(concluded: Iterable[Concluded], *, at_least: int) -> Iterator[Sign]:
    """Officers who find "not substantiated" surely more often than the rest of their desk.

    Compared is with the others of the same authority; where they have concluded too little, with everybody else in
    sight; where that is too little as well, with nobody.
    """
    rows = list(concluded)
    by_officer: dict[tuple[int, int], list[Concluded]] = defaultdict(list)
    for one in rows:
        by_officer[one.authority_id, one.officer_id].append(one)
    desks = Counter(one.authority_id for one in rows)
    hits = Counter(one.authority_id for one in rows if _is_against(one))
    everybody = Share(hits.total(), desks.total())
    for (authority_id, _), theirs in by_officer.items():
        own = Share(sum(map(_is_against, theirs)), len(theirs))
        desk = Share(hits[authority_id], desks[authority_id]) - own
        others = desk if desk.total >= at_least else everybody - own
        if own.total >= at_least and others.total >= at_least and own.at_least > others.rate:
            figures = {"hits": own.hits, "total": own.total, "percent": _percent(own), "others": _percent(others)}
            about = f"{theirs[0].officer} · {theirs[0].authority}"
            yield Sign(SignKind.ONE_SIDED, about, figures, tuple(one.case for one in theirs if _is_against(one)))


def _is_against(one: Concluded) -> bool:
    return one.finding == Finding.NOT_SUBSTANTIATED


def _percent(share: Share) -> int:
    return round(100 * share.rate)


def fast(concluded: Iterable[Concluded], *, within: timedelta, at_least: int) -> Iterator[Sign]:
    """Officers who concluded several parts sooner than anybody could have asked and heard an institution."""
    rows = list(concluded)
    usual = round(median((one.concluded_at - one.opened_at).days for one in rows)) if rows else 0
    quick: dict[tuple[int, int], list[Concluded]] = defaultdict(list)
    for one in rows:
        if one.concluded_at - one.opened_at <= within:
            quick[one.authority_id, one.officer_id].append(one)
    for theirs in quick.values():
        if len(theirs) >= at_least:
            figures = {"total": len(theirs), "hours": round(within.total_seconds() / 3600), "usual": usual}
            about = f"{theirs[0].officer} · {theirs[0].authority}"
            yield Sign(SignKind.FAST, about, figures, tuple(one.case for one in theirs))


def edited(concluded: Iterable[Concluded], edits: Iterable[Edit], *, within: timedelta) -> Iterator[Sign]:
    """Desks at which the record of a vehicle was changed shortly before a case about it was concluded."""
    changes: dict[int, list[datetime]] = defaultdict(list)
    for edit in edits:
        changes[edit.ambulance_id].append(edit.at)
    found: dict[tuple[int, str], list[CaseRef]] = defaultdict(list)
    for one in concluded:
        times = changes.get(one.ambulance_id, ()) if one.ambulance_id is not None else ()
        if any(one.concluded_at - within <= at <= one.concluded_at for at in times):
            found[one.authority_id, one.authority].append(one.case)
    hours = round(within.total_seconds() / 3600)
    for (_, authority), cases in found.items():
        yield Sign(SignKind.EDITED, authority, {"total": len(cases), "hours": hours}, tuple(cases))


def mismatches(reports: Iterable[Mismatch], *, at_least: int, days: int) -> Iterator[Sign]:
    """Institutions on whose fleet codes were reported missing, or cards not matching, again and again.

    Those that say that a code is missing come first among the cases.
    """
    fleets: dict[tuple[int, str], list[Mismatch]] = defaultdict(list)
    for one in reports:
        fleets[one.institution_id, one.institution].append(one)
    for (_, name), told in fleets.items():
        if len(told) >= at_least:
            figures = {"total": len(told), "missing": sum(one.is_code_missing for one in told), "days": days}
            ordered = sorted(told, key=lambda one: not one.is_code_missing)
            yield Sign(SignKind.MISMATCHES, name, figures, tuple(one.case for one in ordered))


def refiled(declined: Sequence[Told], filed: Iterable[Told], *, at_least: int) -> Iterator[Sign]:
    """Desks that declined what the same contact then told again, to whichever desk."""
    later: dict[str, list[Told]] = defaultdict(list)
    for one in filed:
        later[one.contact].append(one)
    desks: dict[str, list[CaseRef]] = defaultdict(list)
    for refused in declined:
        again = [one.case for one in later[refused.contact] if one.at > refused.at and one.case != refused.case]
        if again:
            desks[refused.authority] += [refused.case, *again[:1]]
    for authority, cases in desks.items():
        if len(cases) // 2 >= at_least:
            told = tuple(dict.fromkeys(cases))
            yield Sign(SignKind.REFILED, authority, {"total": len(cases) // 2}, told)
