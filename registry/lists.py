"""A list as a page shows it: one page of rows, how many there are roughly, and the addresses around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from registry.keyset import COUNTED, Order, Page, Row, counted, page_of

PAGE_SIZE = 50
PLACES = ("after", "before")
"""Parameters of the address that say where in the list a page begins; they are no part of the list itself."""


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """One page of a list: rows, addresses of its neighbours (empty at an end), and the count in words."""

    rows: list[Row]
    told: str
    first: str = ""
    earlier: str = ""
    later: str = ""


def listed(rows: QuerySet[Row], order: Order, asked: QueryDict, *, size: int = PAGE_SIZE) -> Listed[Row]:
    """The page that the address asks for. Two queries: the page, and a count that stops at a thousand.

    Raises keyset.BadPlace.
    """
    after, before = asked.get("after", ""), asked.get("before", "")
    page: Page[Row] = page_of(rows, order, size=size, after=after, before=before)
    is_whole = not page.earlier and not page.later
    return Listed(
        rows=page.rows,
        told=count_in_words(len(page.rows) if is_whole else counted(rows)),
        first=changed(asked) if page.earlier else "",
        earlier=changed(asked, before=page.earlier) if page.earlier else "",
        later=changed(asked, after=page.later) if page.later else "",
    )


def count_in_words(count: int) -> str:
    """`12 rows`, or `more than 1,000 rows` where nobody counted on."""
    if count > COUNTED:
        shown = number_format(COUNTED, use_l10n=True, force_grouping=True)
        return gettext("more than %(count)s") % {"count": shown}
    return ngettext("%(count)d entry", "%(count)d entries", count) % {"count": count}


def changed(asked: QueryDict, **new: str) -> str:
    """The query of this list with some parameters replaced (dropped if empty); its place is dropped unless given."""
    kept = asked.copy()
    for name in (*PLACES, *new):
        kept.pop(name, None)
    for name in [name for name, value in kept.items() if not value]:
        del kept[name]
    for name, value in new.items():
        if value:
            kept[name] = value
    return f"?{kept.urlencode()}"


@dataclass(frozen=True)
class Applied:
    """One filter that narrows the list, in words, and the address of the list without it."""

    label: str
    value: str
    without: str


def applied(asked: QueryDict, told: list[tuple[str, str, str]]) -> list[Applied]:
    """The filters of a list as they are shown above it."""
    return [Applied(label, value, changed(asked, **{name: ""})) for name, label, value in told]


@dataclass(frozen=True)
class SortLink:
    """The head of a column that can be sorted: where it leads, and how it is sorted now (ARIA's words)."""

    words: str
    href: str
    now: str


def sort_link(asked: QueryDict, name: str, words: str, current: str) -> SortLink:
    """The head of column `name`; sorted by it already, it leads to the opposite order."""
    now = {name: "ascending", f"-{name}": "descending"}.get(current, "none")
    return SortLink(words, changed(asked, sort=f"-{name}" if now == "ascending" else name), now)


def described(applied_filters: Mapping[str, str]) -> list[str]:
    """Filters as an audit row keeps them: `status=in_service`, never longer than a row may hold."""
    return [f"{name}={value}"[:200] for name, value in applied_filters.items()]
