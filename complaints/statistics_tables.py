"""Statistics as tables: figures in, what may be shown out. Pure; small counts are suppressed on the way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.findings import OF_CASES, Finding
from complaints.kinds import FACTS, Kind, Nature
from complaints.suppression import Hidden, Shown, Table, suppressed, suppressed_within

MONTHS = 12
LINES = 20
"""Institutions that get a line of their own; the others share one."""


@dataclass(frozen=True)
class Timed:
    """One part that owed, or owes, a decision: where, in which month it was told, how it went."""

    authority_id: int
    month: int
    days: int | None
    """From its opening to its conclusion; None while it is open."""
    is_on_time: bool | None
    """Concluded by its day, or not; None while the day has not come."""


@dataclass(frozen=True)
class Figures:
    """What the database says of one year: counts by key."""

    year: int
    filed: Mapping[tuple[int, str], int] = field(default_factory=dict)
    """(month, kind) → complaints."""
    institutions: Mapping[tuple[int, str], int] = field(default_factory=dict)
    """(key, name) → complaints; 0 where none is known."""
    authorities: Mapping[tuple[int, str], int] = field(default_factory=dict)
    """(key, name) → parts."""
    findings: Mapping[str, int] = field(default_factory=dict)
    stars: Mapping[int, int] = field(default_factory=dict)
    timed: tuple[Timed, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a table: its words, its count, and for months and desks how timely the answers were."""

    words: str
    count: Shown
    on_time: int | None = None
    """Percent of the decisions that came by their day; None where there are too few to say."""
    days: int | None = None
    """Median of the days from opening to conclusion; None likewise."""


@dataclass(frozen=True)
class Breakdown:
    """One table: how a whole falls into parts."""

    name: str
    words: str | Promise
    lines: tuple[Line, ...]
    total: Shown
    has_times: bool = False

    @property
    def largest(self) -> int:
        """The largest count that is shown; at least one."""
        return max((one.count for one in self.lines if isinstance(one.count, int)), default=1) or 1


@dataclass(frozen=True)
class Statistics:
    """Everything the page shows of one year."""

    year: int
    threshold: int
    total: Shown
    breakdowns: tuple[Breakdown, ...]
    on_time: int | None
    days: int | None
    stars: str
    """The mean rating with one decimal; empty where it would give a small count away."""

    def named(self, name: str) -> Breakdown:
        """One of its tables."""
        return next(one for one in self.breakdowns if one.name == name)


def statistics_of(figures: Figures, threshold: int) -> Statistics:
    """The tables of a year, small counts suppressed."""
    months: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    for (month, kind), count in figures.filed.items():
        months[month] += count
        kinds[kind] += count
    by_month = suppressed({month: months[month] for month in range(1, MONTHS + 1)}, threshold)
    natures, by_kind = _natures_and_kinds(kinds, threshold)
    ratings = suppressed({stars: figures.stars.get(stars, 0) for stars in range(1, 6)}, threshold)
    findings = suppressed({one.value: figures.findings.get(one.value, 0) for one in OF_CASES}, threshold)
    return Statistics(
        year=figures.year,
        threshold=threshold,
        total=by_month.total,
        breakdowns=(
            _months(figures, by_month, threshold),
            natures,
            by_kind,
            Breakdown(
                "findings",
                _("By finding"),
                tuple(Line(str(Finding(key).label), shown) for key, shown in findings.cells.items()),
                findings.total,
            ),
            _authorities(figures, threshold),
            _institutions(figures, threshold),
            Breakdown(
                "ratings",
                _("Ratings by complainants"),
                tuple(Line(stars_words(key), shown) for key, shown in ratings.cells.items()),
                ratings.total,
            ),
        ),
        on_time=_on_time(figures.timed, threshold),
        days=_days(figures.timed, threshold),
        stars=_mean_stars(figures.stars, ratings),
    )


def stars_words(stars: int) -> str:
    """`5 points`, in the reader's language."""
    return gettext("%(count)d of 5 points") % {"count": stars}


def _natures_and_kinds(kinds: Mapping[str, int], threshold: int) -> tuple[Breakdown, Breakdown]:
    """Kinds lie within natures: what is hidden of one must not follow from the other."""
    of_nature = {nature: [kind for kind in Kind if FACTS[kind].nature == nature] for nature in Nature}
    counts = {nature: sum(kinds.get(kind, 0) for kind in of_nature[nature]) for nature in Nature}
    natures = suppressed(counts, threshold)
    lines: list[Line] = []
    for nature, members in of_nature.items():
        within = suppressed_within(natures.cells[nature], {kind: kinds.get(kind, 0) for kind in members}, threshold)
        lines += [Line(str(kind.label), within.cells[kind]) for kind in members]
    return (
        Breakdown(
            "natures",
            _("By nature"),
            tuple(Line(str(nature.label), natures.cells[nature]) for nature in Nature),
            natures.total,
        ),
        Breakdown("kinds", _("By kind"), tuple(lines), natures.total),
    )


def _months(figures: Figures, shown: Table[int], threshold: int) -> Breakdown:
    timed = _grouped(figures.timed, "month")
    lines = tuple(
        Line(
            month_words(figures.year, month),
            shown.cells[month],
            _on_time(timed[month], threshold),
            _days(timed[month], threshold),
        )
        for month in range(1, MONTHS + 1)
    )
    return Breakdown("months", _("By month of receipt"), lines, shown.total, has_times=True)


def month_words(year: int, month: int) -> str:
    """`2026-11`: the same in every language, and sorted in a file."""
    return f"{date(year, month, 1):%Y-%m}"


def _authorities(figures: Figures, threshold: int) -> Breakdown:
    shown = suppressed(figures.authorities, threshold)
    timed = _grouped(figures.timed, "authority_id")
    keys = sorted(figures.authorities, key=lambda key: (-figures.authorities[key], key[1]))
    if any(isinstance(one, Hidden) for one in shown.cells.values()):
        # In the order of the counts a reader would see between which two a hidden one lies.
        keys.sort(key=lambda key: key[1])
    lines = tuple(
        Line(key[1], shown.cells[key], _on_time(timed[key[0]], threshold), _days(timed[key[0]], threshold))
        for key in keys
    )
    return Breakdown("authorities", _("By authority (parts of cases)"), lines, shown.total, has_times=True)


def _institutions(figures: Figures, threshold: int) -> Breakdown:
    """The institutions most complained of by name; all others, and the few, in one line."""
    named = {key: count for key, count in figures.institutions.items() if key[0]}
    largest = sorted(named, key=lambda key: (-named[key], key[1]))[:LINES]
    # By name: in the order of the counts a reader would see between which two a withheld one lies.
    own = {key: named[key] for key in sorted(largest, key=lambda key: key[1]) if named[key] >= threshold}
    counts: dict[str, int] = {f"{number}": count for number, count in enumerate(own.values())}
    counts["others"] = sum(named.values()) - sum(own.values())
    counts["none"] = sum(count for key, count in figures.institutions.items() if not key[0])
    shown = suppressed(counts, threshold)
    lines = [Line(key[1], shown.cells[f"{number}"]) for number, key in enumerate(own)]
    lines += [
        Line(gettext("All other institutions"), shown.cells["others"]),
        Line(gettext("No institution known"), shown.cells["none"]),
    ]
    return Breakdown("institutions", _("By institution complained of"), tuple(lines), shown.total)


def _grouped(timed: Iterable[Timed], name: str) -> Mapping[Hashable, list[Timed]]:
    groups: dict[Hashable, list[Timed]] = defaultdict(list)
    for one in timed:
        groups[getattr(one, name)].append(one)
    return groups


def _on_time(timed: Iterable[Timed], threshold: int) -> int | None:
    known = [one.is_on_time for one in timed if one.is_on_time is not None]
    return round(100 * sum(known) / len(known)) if len(known) >= threshold else None


def _days(timed: Iterable[Timed], threshold: int) -> int | None:
    known = [one.days for one in timed if one.days is not None]
    return round(median(known)) if len(known) >= threshold else None


def _mean_stars(stars: Mapping[int, int], shown: Table[int]) -> str:
    """The mean, unless a count is hidden: with all others it would tell the hidden one."""
    total = sum(stars.values())
    if not total or any(isinstance(one, Hidden) for one in (*shown.cells.values(), shown.total)):
        return ""
    return f"{sum(key * count for key, count in stars.items()) / total:.1f}"


def shown_words(shown: Shown, threshold: int) -> str:
    """A count as it is written: the number, `<5`, or a dash."""
    if shown is Hidden.SMALL:
        return f"<{threshold}"
    return "–" if isinstance(shown, Hidden) else str(shown)


def file_rows(told: Statistics) -> Iterable[list[object]]:
    """The tables one below the other, as a file holds them: table, line, count, percent on time, median of days."""
    for table in told.breakdowns:
        for line in table.lines:
            yield [
                str(table.words),
                line.words,
                line.count if isinstance(line.count, int) else shown_words(line.count, told.threshold),
                line.on_time,
                line.days,
            ]
        total = table.total if isinstance(table.total, int) else shown_words(table.total, told.threshold)
        yield [str(table.words), gettext("Total"), total, None, None]
