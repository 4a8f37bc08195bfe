"""Page by page without counting: a page begins behind a row, not at a number, and costs the same anywhere.

The place of a page is the sort value and key of one row, written into the address; whoever is on page 2,000 reads as
fast as on page 1, and rows that come and go in between never shift a page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

Row = TypeVar("Row", bound=Model)

KEYS = frozenset({"BigAutoField", "AutoField"})
"""Sorts of fields by which rows stand as they were made."""
COUNTED = 1000
"""Rows that are counted for the sake of a figure; above it a list says "more than"."""


class BadPlace(ValueError):
    """The place in the address is none of this order: cut off, or of another list."""


@dataclass(frozen=True)
class Order:
    """An order of rows by `field`, never null, ties decided by the primary key. Needs an index on (field, pk).

    `sort` is given for what is no column but an annotation: the sort of field whose values it has, `DateField`.
    """

    field: str
    is_descending: bool = False
    sort: str = ""

    def sorted(self, rows: QuerySet[Row], *, backwards: bool = False) -> QuerySet[Row]:
        """`rows` in this order, or in the opposite one."""
        sign = "-" if self.is_descending != backwards else ""
        return rows.order_by(f"{sign}{self.field}", f"{sign}pk")

    def place_of(self, row: Model) -> str:
        """Where `row` stands, for an address."""
        value = getattr(row, self.field)
        return json.dumps([value.isoformat() if isinstance(value, date) else value, row.pk], ensure_ascii=False)

    def beyond(self, rows: QuerySet[Row], place: str, *, backwards: bool = False) -> QuerySet[Row]:
        """The rows after (before) `place`. Raises BadPlace."""
        value, key = self._read(rows, place)
        side = "lt" if self.is_descending != backwards else "gt"
        # The first condition alone lets the database begin in the middle of the index.
        behind = rows.filter(**{f"{self.field}__{side}e": value})
        return behind.filter(Q(**{f"{self.field}__{side}": value}) | Q(**{f"pk__{side}": key}))

    def _read(self, rows: QuerySet[Row], place: str) -> tuple[Any, int]:
        try:
            value, key = json.loads(place)
        except (ValueError, TypeError) as error:
            raise BadPlace(place) from error
        sort = self.sort or rows.model._meta.get_field(self.field).get_internal_type()
        if type(key) is not int or abs(key) >= 2**63:
            raise BadPlace(place)
        if sort in KEYS:
            return self._key(place, value), key
        if not isinstance(value, str) or "\x00" in value:
            raise BadPlace(place)
        try:
            found: str | date | datetime | None = {"DateField": parse_date, "DateTimeField": parse_datetime}.get(
                sort, str
            )(value)
        except ValueError as error:
            raise BadPlace(place) from error
        if found is None or (isinstance(found, datetime) and found.tzinfo is None):
            raise BadPlace(place)
        return found, key

    @staticmethod
    def _key(place: str, value: object) -> int:
        if type(value) is not int or abs(value) >= 2**63:
            raise BadPlace(place)
        return value


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A few rows, and the places from which the pages before and after it are read (empty at an end)."""

    rows: list[Row]
    earlier: str = ""
    later: str = ""


def page_of(rows: QuerySet[Row], order: Order, *, size: int, after: str = "", before: str = "") -> Page[Row]:
    """The page after a place, or before one, or the first. One query. Raises BadPlace."""
    if before:
        found = list(order.sorted(order.beyond(rows, before, backwards=True), backwards=True)[: size + 1])
        shown = found[:size][::-1]
        return Page(
            rows=shown,
            earlier=order.place_of(shown[0]) if len(found) > size else "",
            later=order.place_of(shown[-1]) if shown else "",
        )
    behind = order.beyond(rows, after) if after else rows
    found = list(order.sorted(behind)[: size + 1])
    shown = found[:size]
    return Page(
        rows=shown,
        earlier=order.place_of(shown[0]) if after and shown else "",
        later=order.place_of(shown[-1]) if len(found) > size else "",
    )


def counted(rows: QuerySet[Row], limit: int = COUNTED) -> int:
    """How many rows there are, but never more than `limit` + 1 are looked at. One query."""
    return rows.order_by()[: limit + 1].count()


def walk(rows: QuerySet[Row], order: Order, *, size: int = 2000) -> Iterator[Row]:
    """Every row in order, read `size` at a time, without a long transaction or a cursor that stays open."""
    place = ""
    while True:
        page = page_of(rows, order, size=size, after=place)
        yield from page.rows
        if not page.later:
            return
        place = page.later
