"""Dates as people in China write them. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

WRITTEN = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", re.ASCII)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


class NoDate(ValueError):
    """The text is no date."""


def read_date(text: str) -> date:
    """The day meant by `2026-03-05`, `2026/3/5`, `2026.3.5`, `2026年3月5日` or `20260305`, full width too.

    Raises NoDate for anything else, days that no calendar has included.
    """
    written = "".join(unicodedata.normalize("NFKC", text).split())
    found = WRITTEN.fullmatch(written) or COMPACT.fullmatch(written)
    if not found:
        raise NoDate(text)
    try:
        return date(*map(int, found.groups()))
    except ValueError as error:
        raise NoDate(text) from error
