"""Filtered lists as files, CSV or XLSX: recorded first, then streamed row by row, safe from formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Generic

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, TextChoices
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from directory.clock import SHANGHAI
from directory.formats import PlateKind
from directory.kinds import InstitutionKind
from directory.models import Institution
from edge.exports import stream_csv
from edge.workbooks import stream_xlsx
from registry.choices import AmbulanceStatus, VehicleType
from registry.keyset import Order, Row, walk
from registry.models import Ambulance


class Format(Enum):
    """What a list can be taken away as."""

    CSV = "csv"
    XLSX = "xlsx"


class TooMany(Exception):
    """The list is longer than one file may be: `count` rows are known, `limit` are allowed."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} rows")
        self.limit = limit


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its head, and what a row shows in it."""

    words: str | Promise
    value: Callable[[Row], object]


AMBULANCE_COLUMNS: tuple[Column[Ambulance], ...] = (
    Column(_("plate"), lambda row: row.plate),
    Column(_("kind of plate"), lambda row: words_of(PlateKind, row.plate_kind)),
    Column(_("fleet number"), lambda row: row.fleet_number),
    Column(_("institution"), lambda row: row.institution.name),
    Column(_("division"), lambda row: row.division.name),
    Column(_("certifying authority"), lambda row: row.certified_by.name),
    Column(_("status"), lambda row: words_of(AmbulanceStatus, row.status)),
    Column(_("Type"), lambda row: words_of(VehicleType, row.vehicle_type)),
    Column(_("negative pressure"), lambda row: yes_no(row.has_negative_pressure)),
    Column(_("in the 120 network"), lambda row: yes_no(row.in_120_network)),
    Column("VIN", lambda row: row.vin),
    Column(_("brand and model"), lambda row: row.brand_model),
    Column(_("colour"), lambda row: row.colour),
    Column(_("registered on"), lambda row: row.registered_on),
    Column(_("inspection valid until"), lambda row: row.inspection_valid_until),
    Column(_("compulsory scrapping date"), lambda row: row.scrap_due_on),
    Column(_("station"), lambda row: row.station),
    Column(_("positioning device"), lambda row: row.positioning_device),
)
"""A vehicle in a file. Its codes are left out: whoever holds the file could paint them on another vehicle."""

INSTITUTION_COLUMNS: tuple[Column[Institution], ...] = (
    Column(_("name"), lambda row: row.name),
    Column(_("kind"), lambda row: words_of(InstitutionKind, row.kind)),
    Column(_("unified social credit code"), lambda row: row.credit_code),
    Column(_("practice licence number"), lambda row: row.licence_number),
    Column(_("division"), lambda row: row.division.name),
    Column(_("address"), lambda row: row.address),
    Column(_("complaint phone"), lambda row: row.complaint_phone),
    Column(_("in the 120 network"), lambda row: yes_no(row.in_120_network)),
    Column(_("closed on"), lambda row: row.closed_on),
)


def yes_no(value: bool) -> str:  # noqa: FBT001 - the value is what is shown
    """A truth in words, in the language of the moment."""
    return _truths(get_language())[value]


def words_of(choices: type[TextChoices], value: str) -> str:
    """The words of a value, in the language of the moment."""
    return _words(choices, get_language())[value]


@lru_cache(maxsize=32)
def _words(choices: type[TextChoices], _language: str | None) -> dict[str, str]:
    """Every value's words. Looked up once a language: translating each cell anew was a third of an export's time."""
    return {str(value): str(label) for value, label in choices.choices}


@lru_cache(maxsize=8)
def _truths(_language: str | None) -> tuple[str, str]:
    return gettext("no"), gettext("yes")


def export(
    rows: QuerySet[Row],
    columns: Sequence[Column[Row]],
    order: Order,
    *,
    file_format: Format,
    action: str,
    filters: list[str],
    actor: User,
    now: datetime,
    address: str,
) -> HttpResponseBase:
    """The list as a file to take away.

    Who takes which filter and how many rows is recorded before the first row leaves, so that an export that breaks
    off is on record too. Counts the rows once; raises TooMany above `EXPORT_MAX_ROWS`.
    """
    limit = settings.ENV.EXPORT_MAX_ROWS
    count = rows.order_by()[: limit + 1].count()
    if count > limit:
        raise TooMany(limit)
    with transaction.atomic():
        audit.record(
            action=action,
            actor=actor,
            address=address,
            detail={"rows": count, "format": file_format.value, "filters": filters},
            now=now,
        )
    name = f"{action.partition('.')[0]}s-{now.astimezone(SHANGHAI):%Y%m%d-%H%M}"
    head = [str(column.words) for column in columns]
    cells = cells_of(rows, columns, order, get_language())
    if file_format is Format.CSV:
        return stream_csv(head, cells, f"{name}.csv")
    return stream_xlsx(head, cells, f"{name}.xlsx")


def cells_of(
    rows: QuerySet[Row], columns: Sequence[Column[Row]], order: Order, language: str | None
) -> Iterator[list[object]]:
    """The cells of each row in `language`: a stream is read after the request and its language are over."""
    for row in walk(rows, order):
        with translation.override(language):
            yield [str(value) if isinstance(value := column.value(row), Promise) else value for column in columns]
