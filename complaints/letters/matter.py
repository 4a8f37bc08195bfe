"""Sentences of a letter that follow from the file of a case, read from `data/matter.<language>.toml`. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final

from complaints.letters.placeholders import filled

DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True)
class MatterWords:
    """The sentences in one language; names in braces are filled from the case."""

    accepted: str
    refused: str
    extended: str
    finding: str
    number: str
    contact: str
    contact_without_phone: str
    refund: str
    separator: str
    full_stop: str
    day: str
    vehicle: str
    institution: str
    distance: str
    charged: str
    review: str
    second_review: str

    def said(self, sentence: str, /, **values: str) -> str:
        """One sentence with its names filled. Raises MissingPlaceholder."""
        text: str = getattr(self, sentence)
        return filled(text, values)

    def row(self, sayings: list[str]) -> str:
        """Several sayings as one sentence; empty for none."""
        return self.separator.join(sayings) + self.full_stop if sayings else ""


@cache
def matter_words(language: str) -> MatterWords:
    """The sentences of one language. Raises OSError, tomllib.TOMLDecodeError, TypeError on a faulty file."""
    with (DATA / f"matter.{language}.toml").open("rb") as file:
        said = tomllib.load(file)
    if not all(isinstance(said.get(field.name), str) for field in fields(MatterWords)):
        raise TypeError(f"matter.{language}.toml lacks a sentence")
    return MatterWords(**said)
