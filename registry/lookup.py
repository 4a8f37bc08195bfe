"""What somebody meant who typed into the one box of the front page: a code, a plate, or a name. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from directory.formats import PLATE_HEADS, BadFormat, check_plate, normalise_plate
from edge.text import cleaned
from registry.codes import Mistyped, read_code

LONGEST_QUERY = 100
"""Characters that are looked at. A longer text is refused, not cut."""

SHORTEST_NAME = 2

_ADDRESS_OF_A_CARD = re.compile(r"/a/([^/?#\s]+)", re.IGNORECASE)
_TRIED_A_PLATE = (
    re.compile(rf"[{PLATE_HEADS}][A-Z0-9][A-Z0-9警学]*"),
    re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9警学]{3,7}"),
    re.compile(r"(?=.*[0-9])[A-Z][A-Z0-9]{4,6}"),
)
"""Attempts at a plate: a province with anything after it, a wrong first character, or none at all."""
_TRIED_A_CODE = re.compile(r"(?=.*[0-9])[A-Z0-9]{8,20}|[A-Z0-9]{10,14}")
_GROUPED = re.compile(r"([A-Z0-9]{4}[ -]){2}[A-Z0-9]{4}", re.IGNORECASE)


class Asked(Enum):
    """What a text is taken for."""

    NOTHING = "nothing"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    CODE = "code"
    MISTYPED_CODE = "mistyped_code"
    PLATE = "plate"
    BAD_PLATE = "bad_plate"
    NAME = "name"


@dataclass(frozen=True)
class Question:
    """A text and what it is taken for. `fault` says what is wrong with a bad plate and what was probably meant."""

    asked: Asked
    text: str
    fault: BadFormat | None = None


def question_in(typed: str) -> Question:
    """Decide what was asked. A right code or plate is one; a text that tried to be one is told so; the rest is a name.

    The text of a code or plate comes back in its normal form, any other as typed without invisible characters.
    The address of a card, pasted whole, counts as its code.
    """
    if len(typed) > LONGEST_QUERY:
        return Question(Asked.TOO_LONG, "")
    visible = (sign for sign in cleaned(typed) if unicodedata.category(sign) != "Cf")
    text = " ".join("".join(visible).split())
    if not text:
        return Question(Asked.NOTHING, "")
    pasted = _ADDRESS_OF_A_CARD.search(text)
    if pasted:
        return _code_question(pasted[1])
    compact = normalise_plate(text)
    if any(shape.fullmatch(compact) for shape in _TRIED_A_PLATE):
        return _plate_question(text)
    if _is_code(text) or _GROUPED.fullmatch(text) or (" " not in text and _TRIED_A_CODE.fullmatch(compact)):
        return _code_question(text)
    return Question(Asked.NAME if len(text) >= SHORTEST_NAME else Asked.TOO_SHORT, text)


def _is_code(text: str) -> bool:
    try:
        read_code(text)
    except Mistyped:
        return False
    return True


def _code_question(text: str) -> Question:
    try:
        return Question(Asked.CODE, read_code(text))
    except Mistyped:
        return Question(Asked.MISTYPED_CODE, text)


def _plate_question(text: str) -> Question:
    try:
        return Question(Asked.PLATE, check_plate(text))
    except BadFormat as fault:
        return Question(Asked.BAD_PLATE, text, fault)
