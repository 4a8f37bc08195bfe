"""How much two complaints look like reports of one event: vehicle, plate, day, story. Pure.

It only points: that two cases belong together is decided by an officer (`complaints.services.linking`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

NEAR_DAYS: Final = 1
"""Days of the event, in Asia/Shanghai, that may lie apart: a night ride has two, and people err by one."""

HOLES: Final = frozenset("?*□×")
"""How people write the characters of a plate that they did not see. `X` is a letter of plates."""

FEWEST_KNOWN: Final = 4
"""Characters of two plates that must agree before one with holes says anything."""

NEAR_TEXT: Final = 80
"""Per cent of likeness (rapidfuzz `ratio`) from which two stories are told to be near-identical."""

SHORTEST_STORY: Final = 20
"""Characters below which a story is too short to be recognised: “charged too much” is nobody's own."""

LONGEST_COMPARED: Final = 2_000
"""Characters of a story that are compared; where copies differ, they differ before."""


class Reason(TextChoices):
    """Why a case is shown as a likely duplicate."""

    VEHICLE = "vehicle", _("Same vehicle, same days")
    PLATE = "plate", _("Same plate, same days")
    PARTLY_SEEN = "partly_seen", _("Plate partly seen that fits, same days")
    STORY = "story", _("Nearly the same words")
    PICTURE = "picture", _("The same picture")
    CONTACT = "contact", _("Same contact, same days")


WEIGHT: Final[dict[Reason, int]] = {
    Reason.PICTURE: 5,
    Reason.STORY: 4,
    Reason.VEHICLE: 4,
    Reason.PLATE: 4,
    Reason.CONTACT: 3,
    Reason.PARTLY_SEEN: 2,
}
"""How much each reason weighs when likely duplicates are put in order."""


@dataclass(frozen=True)
class Sight:
    """What is compared of a complaint without reading the sealed parts."""

    vehicle: int | None
    """The registered vehicle."""

    plate: str
    """As given, normalised; may have holes."""

    day: date
    """The day of the event, or of receipt where none was given (Asia/Shanghai)."""

    contact: str = ""
    """The keyed hash of the phone."""


def reasons_by_sight(one: Sight, other: Sight) -> list[Reason]:
    """What vehicle, plate, contact and day have in common; nothing where the days lie apart."""
    if abs((one.day - other.day).days) > NEAR_DAYS:
        return []
    found = []
    if one.vehicle is not None and one.vehicle == other.vehicle:
        found.append(Reason.VEHICLE)
    elif one.plate and one.plate == other.plate and not has_holes(one.plate):
        found.append(Reason.PLATE)
    elif (has_holes(one.plate) or has_holes(other.plate)) and may_be_same_plate(one.plate, other.plate):
        found.append(Reason.PARTLY_SEEN)
    if one.contact and one.contact == other.contact:
        found.append(Reason.CONTACT)
    return found


def has_holes(plate: str) -> bool:
    """Whether a plate was only partly seen."""
    return not HOLES.isdisjoint(plate)


def known_ends(plate: str) -> tuple[str, str]:
    """What stands before the first and after the last hole: any plate that fits begins and ends so."""
    places = [place for place, character in enumerate(plate) if character in HOLES]
    return (plate[: places[0]], plate[places[-1] + 1 :]) if places else (plate, plate)


def may_be_same_plate(one: str, other: str) -> bool:
    """Whether two plates, one or both with holes, can be the same; a hole stands for one character or more.

    At least `FEWEST_KNOWN` characters must agree, so that `赣A?????` fits nothing.
    """
    if not one or not other:
        return False
    # best[j]: the most characters that agree where the first i of `one` and the first j of `other` were used up.
    best: list[int | None] = [0, *[None] * len(other)]
    for mine in one:
        row: list[int | None] = [None]
        for j, theirs in enumerate(other, start=1):
            free = mine in HOLES or theirs in HOLES
            before = best[j - 1]
            found = [before + (not free)] if before is not None and (free or mine == theirs) else []
            if mine in HOLES and (longer := row[j - 1]) is not None:
                found.append(longer)  # my hole swallows one more of theirs
            if theirs in HOLES and (longer := best[j]) is not None:
                found.append(longer)  # their hole swallows one more of mine
            row.append(max(found, default=None))
        best = row
    return (best[-1] or 0) >= FEWEST_KNOWN


def prepared(story: str) -> str:
    """A story as it is compared: one width, one case, without space and punctuation."""
    plain = unicodedata.normalize("NFKC", story[: 2 * LONGEST_COMPARED]).casefold()
    return "".join(character for character in plain if character.isalnum())[:LONGEST_COMPARED]


def is_near_text(one: str, other: str) -> bool:
    """Whether two prepared stories are near-identical."""
    if min(len(one), len(other)) < SHORTEST_STORY:
        return False
    return fuzz.ratio(one, other, score_cutoff=NEAR_TEXT) > 0
