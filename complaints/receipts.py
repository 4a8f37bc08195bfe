"""Reference numbers for people and secret receipt codes. Pure."""

from __future__ import annotations

import secrets
import unicodedata

from registry.codes import ALPHABET, LOOK_ALIKES
from vault.keys import keyed_hash

REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
RECEIPT_LENGTH = 16
"""16 of 23 characters: 72 random bits."""


def new_reference() -> str:
    """A reference such as `AB12-3456`: two letters, six digits, random, so that it tells nothing of the count."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(2))
    digits = f"{secrets.randbelow(1_000_000):06d}"
    return f"{letters}{digits[:2]}-{digits[2:]}"


def new_receipt_code() -> str:
    """A secret receipt code, 16 characters without look-alikes, ungrouped."""
    return "".join(secrets.choice(ALPHABET) for _ in range(RECEIPT_LENGTH))


def printed_receipt_code(code: str) -> str:
    """The code in groups of four, as it is shown and copied by hand."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def squeezed(text: str, length: int) -> str:
    """`text` in capitals and half width without spaces and signs; at most `length` characters are looked at."""
    folded = unicodedata.normalize("NFKC", text[: length * 3]).upper()
    return "".join(character for character in folded if character.isalnum())


def read_reference(text: str) -> str:
    """A reference as typed, brought to `AB12-3456`; any other text comes back as something that matches none."""
    plain = squeezed(text, 9)
    return f"{plain[:4]}-{plain[4:]}"[:20]


def read_receipt_code(text: str) -> str:
    """A receipt code as typed: any case, grouping or width; look-alikes read as the printed character."""
    return squeezed(text, RECEIPT_LENGTH + 8).translate(LOOK_ALIKES)


def receipt_hash(code: str) -> str:
    """What is stored of a receipt code."""
    return keyed_hash("receipt-code", code)
