"""Small counts kept from being read off a table, or worked out from what the table does show. Pure.

A count below a threshold might point at a person. It is shown as "<5"; and so that the total minus the rest does not
tell it after all, further counts are withheld until every small one could still be anything from one to four for
somebody who knows the total, the rule and the other cells. Where that cannot be reached, no cell of the table is shown.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Hidden(Enum):
    """Why a count is not shown."""

    SMALL = "small"
    """Between one and the threshold: shown as "<5"."""
    WITHHELD = "withheld"
    """It would give a small one away: shown as a dash."""


Shown = int | Hidden
"""A count as a reader sees it. Nothing at all (zero) points at nobody and is shown."""


@dataclass(frozen=True)
class Table(Generic[Key]):
    """Cells that sum up to `total`, as a reader sees them."""

    cells: dict[Key, Shown] = field(default_factory=dict)
    total: Shown = 0

    @property
    def is_withheld(self) -> bool:
        """Whether no cell can be shown."""
        return bool(self.cells) and all(one is Hidden.WITHHELD for one in self.cells.values())


def suppressed(counts: Mapping[Key, int], threshold: int) -> Table[Key]:
    """The table of these counts as it may be shown.

    Raises ValueError for a negative count, or a threshold below 3: "<2" would be another word for one.
    """
    if threshold < 3 or any(count < 0 for count in counts.values()):
        raise ValueError("counts are not negative, and the threshold is at least 3")
    small = {key for key, count in counts.items() if 0 < count < threshold}
    total = sum(counts.values())
    if 0 < total < threshold:
        # The total is small itself and not shown, so that no cell follows from another.
        return Table(_as_shown(counts, small, set()), Hidden.SMALL)
    withheld = _complement(counts, small, threshold)
    if withheld is None:
        return Table(dict.fromkeys(counts, Hidden.WITHHELD), total)
    return Table(_as_shown(counts, small, withheld), total)


def suppressed_within(parent: Shown, counts: Mapping[Key, int], threshold: int) -> Table[Key]:
    """The same for cells that make up one cell of another table, which is shown as `parent`.

    Where the parent is not shown, its parts are not either: they would add up to it.
    """
    if isinstance(parent, Hidden):
        small = {key for key, count in counts.items() if 0 < count < threshold}
        if parent is Hidden.SMALL:
            return Table(_as_shown(counts, small, set()), parent)
        return Table(dict.fromkeys(counts, Hidden.WITHHELD), parent)
    return suppressed(counts, threshold)


def _as_shown(counts: Mapping[Key, int], small: set[Key], withheld: set[Key]) -> dict[Key, Shown]:
    return {
        key: Hidden.SMALL if key in small else Hidden.WITHHELD if key in withheld else count
        for key, count in counts.items()
    }


def _complement(counts: Mapping[Key, int], small: set[Key], threshold: int) -> set[Key] | None:
    """Which further cells to withhold, as few as will do; None where no choice protects the small ones."""
    if not small:
        return set()
    withheld: set[Key] = set()
    free = sorted((count, number, key) for number, (key, count) in enumerate(counts.items()) if count >= threshold)
    while not is_protected([counts[key] for key in small], [counts[key] for key in withheld], threshold):
        enough = (
            key
            for count, _, key in free
            if is_protected([counts[one] for one in small], [*(counts[one] for one in withheld), count], threshold)
        )
        chosen = next(enough, None)
        if chosen is None:
            if not free:
                return None
            chosen = free[-1][2]
        withheld.add(chosen)
        free = [one for one in free if one[2] != chosen]
    return withheld


def is_protected(small: Iterable[int], withheld: Iterable[int], threshold: int) -> bool:
    """Whether each small cell may still be anything from 1 to below `threshold`, given the sum of all hidden ones.

    The reader knows that sum, that small cells lie in that range, and that withheld ones are at least `threshold`.
    """
    smalls, others = list(small), list(withheld)
    hidden = sum(smalls) + sum(others)
    most = threshold - 1
    least_of_rest = (len(smalls) - 1) + threshold * len(others)
    can_be_most = hidden - least_of_rest >= most
    can_be_one = bool(others) or hidden - most * (len(smalls) - 1) <= 1
    return can_be_most and can_be_one
