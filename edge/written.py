"""How days, instants and numbers are written for readers, in the language of the moment."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language

from edge.reader import ENGLISH

SHANGHAI = ZoneInfo("Asia/Shanghai")
ENGLISH_DAY = "l, j F Y"
CHINESE_DAY = "Y年n月j日（l）"


def written_day(value: date | None) -> str:
    """A day in full, with its weekday: `2026年11月26日（星期四）`, `Thursday, 26 November 2026`. Nothing for None.

    An instant is told as its day in Asia/Shanghai.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return format_date(value, ENGLISH_DAY if get_language() == ENGLISH else CHINESE_DAY)


def written_span(first: date, last: date, year: int) -> str:
    """Days in a row, short: `2月15日至23日`, `2月26日至3月4日`, `15–23 February`. One day is told as one.

    A day says its year unless that is `year`, the one of the text around.
    """
    is_english = get_language() == ENGLISH
    end = _written_short(last, year)
    if first == last:
        return end
    if (first.year, first.month) != (last.year, last.month):
        return (" – " if is_english else "至").join([_written_short(first, year), end])
    return f"{first.day}–{end}" if is_english else f"{_written_short(first, year)}至{last.day}日"


def written_month(value: date) -> str:
    """The month alone, short: `2月`, `Feb`."""
    return format_date(value, "M" if get_language() == ENGLISH else "n月")


def _written_short(value: date, year: int) -> str:
    if get_language() == ENGLISH:
        return format_date(value, "j F" if value.year == year else "j F Y")
    return format_date(value, "n月j日" if value.year == year else "Y年n月j日")


def written_moment(value: datetime) -> str:
    """An instant in Asia/Shanghai, day and minute: `2026年11月26日（星期四） 18:05`."""
    return f"{written_day(value)} {value.astimezone(SHANGHAI):%H:%M}"


def written_number(value: Decimal) -> str:
    """A number as people write it, thousands apart and without zeros that say nothing: `10,671.99`, `6.67`, `20`."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def dialled(phone: str) -> str:
    """A normalised number as a telephone dials it: an extension comes after a pause, not as part of the number.

    `0791-12345678-123` becomes `0791-12345678,123`; all others stay.
    """
    return re.sub(r"^(0\d{2,3}-\d{7,8})-(\d{1,6})$", r"\1,\2", phone)
