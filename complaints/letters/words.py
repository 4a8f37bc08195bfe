"""The fixed words of the letters in one language, read from `data/letter.<language>.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from complaints.letters.letter import LetterKind
from complaints.letters.placeholders import filled
from directory.clock import Limit, Unit

DATA: Final = Path(__file__).parent / "data"

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class KindWords:
    """The words of one kind of letter."""

    title: str
    opening: str
    due: str
    """Empty where a letter of this kind names no day."""

    closing: str
    has_headings: bool
    """Whether the sections have numbered headings; in short notices each is a sentence with `{text}`."""

    claim: str
    facts: str
    reasons: str
    legal_basis: str
    decision: str
    measures: str
    remedies: str = ""


@dataclass(frozen=True)
class Words:
    """The words of all letters in one language."""

    day_format: str
    addressee: str
    anonymous: str
    list_separator: str
    days: str
    working_days: str
    numbered_heading: str
    heading_numbers: tuple[str, ...]
    numbered_item: str
    item_numbers: tuple[str, ...]
    contact: str
    seal: str
    page: str
    footer_reference: str
    footer_notice: str
    remedies: dict[str, str]
    kinds: dict[LetterKind, KindWords]

    def day(self, day: date) -> str:
        """A date as it is written in a letter."""
        values = {"year": day.year, "month": day.month, "day": day.day, "month_name": MONTHS[day.month - 1]}
        return filled(self.day_format, {name: str(value) for name, value in values.items()})

    def length(self, limit: Limit) -> str:
        """A length of time in words."""
        unit = self.working_days if limit.unit is Unit.WORKING_DAYS else self.days
        return filled(unit, {"amount": str(limit.amount)})

    def heading(self, position: int, text: str) -> str:
        """A numbered heading; `position` counts from 0."""
        return filled(self.numbered_heading, {"number": self.heading_numbers[position], "text": text})

    def item(self, position: int, text: str) -> str:
        """A numbered item of a list; past the numerals of the language come figures."""
        number = self.item_numbers[position] if position < len(self.item_numbers) else str(position + 1)
        return filled(self.numbered_item, {"number": number, "text": text})

    def texts(self) -> Iterator[str]:
        """Every text, for whoever checks that it can be printed."""
        for field in fields(self):
            yield from texts_in(getattr(self, field.name))


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value of Words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, KindWords):
        yield from texts_in([getattr(value, field.name) for field in fields(value)])
    elif isinstance(value, dict):
        yield from texts_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)


@cache
def words_in(language: str) -> Words:
    """The words of one language. Raises OSError, tomllib.TOMLDecodeError, TypeError, ValueError on a faulty file."""
    with (DATA / f"letter.{language}.toml").open("rb") as file:
        said = tomllib.load(file)
    kinds = {LetterKind(kind): KindWords(**words) for kind, words in said.pop("kinds").items()}
    said |= {name: tuple(said[name]) for name in ("heading_numbers", "item_numbers")}
    return Words(kinds=kinds, **said)
