"""Identifiers that lead back to a case and tell nothing of it: of a request, and of the token a platform is given.

An identifier is a keyed hash of the case's key followed by the key itself, hidden under a keyed hash of the first part.
So it is always the same, cannot be guessed (80 bits), tells neither number nor order, and is found without a search.
The purposes keep the two sorts apart: from a token nobody can make the identifier of the request.
"""

from __future__ import annotations

import hmac
import re
from enum import Enum
from typing import Final

from vault.keys import keyed_hash

PROOF: Final = 20
"""Hexadecimal digits that prove an identifier: 80 bits."""
HIDDEN: Final = 12
"""Hexadecimal digits of the hidden key: 48 bits."""
LARGEST: Final = 16**HIDDEN
SHAPE: Final = re.compile(rf"[0-9a-f]{{{PROOF + HIDDEN}}}")
NOBODY: Final = 0
"""What a wrong identifier leads to: no row has this key."""


class Sort(Enum):
    """What an identifier is for."""

    REQUEST = "open311-request"
    TOKEN = "open311-token"  # noqa: S105 - a purpose of the hash, no secret


def identifier(sort: Sort, pk: int) -> str:
    """The identifier of the case with this key. Raises ValueError for a key that does not fit."""
    if not 0 < pk < LARGEST:
        raise ValueError("no key of a case")
    proof = keyed_hash(sort.value, str(pk))[:PROOF]
    return f"{proof}{pk ^ _mask(sort, proof):0{HIDDEN}x}"


def key_of(sort: Sort, text: str) -> int:
    """The key of the case that an identifier leads to; `NOBODY` for whatever is none."""
    if not SHAPE.fullmatch(text):
        return NOBODY
    proof = text[:PROOF]
    pk = int(text[PROOF:], 16) ^ _mask(sort, proof)
    is_true = hmac.compare_digest(keyed_hash(sort.value, str(pk))[:PROOF], proof)
    return pk if is_true else NOBODY


def _mask(sort: Sort, proof: str) -> int:
    return int(keyed_hash(f"{sort.value}-mask", proof)[:HIDDEN], 16)
