"""The code painted on a vehicle: how one is made, read back from what a person typed, and printed.

A code is twelve characters: eleven at random (49.7 bits, from `secrets`) and a check character, so that a
mistyped code is told apart from one that does not exist. Pure functions, no database.
"""

from __future__ import annotations

import secrets
import unicodedata
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

ALPHABET: Final = "23456789ACEFHJKMNPRTWXY"
"""Digits and capitals without any pair that looks alike in paint: no 0 O D Q, 1 I L, B, S, Z, G, U V."""

MODULUS: Final = len(ALPHABET)
"""23, a prime: every non-zero weight and every difference of two weights is invertible."""

LENGTH: Final = 12
WEIGHTS: Final = tuple(range(LENGTH, 0, -1))
"""Weight of each place, the check character's (1) last. Distinct and non-zero modulo 23, so that every wrong
character and every swap of two different characters, neighbours or not, changes the sum."""

GROUP: Final = 4

LOOK_ALIKES: Final = str.maketrans({"B": "8", "S": "5", "Z": "2", "G": "6"})
"""Letters that are never printed, and the printed character that a reader takes for each. The other absent
characters (0 O D Q, 1 I L, U V) resemble nothing in the alphabet, or two things, and stay mistakes."""

LONGEST_INPUT: Final = 64
"""Characters of input that are looked at; a code in any grouping is far shorter."""

SEPARATORS: Final = frozenset("-‐‑‒–—―−﹣_.·•・‧。,，、/:：")
"""What people write between groups. White space and invisible characters are dropped besides."""


class Fault(Enum):
    """What is wrong with a mistyped code."""

    LENGTH = "length"
    CHARACTER = "character"
    CHECK = "check"


class Mistyped(ValueError):
    """The text is no code: it was typed or read wrongly, or made up. `fault` says in what way."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


def check_character(body: str) -> str:
    """The character that brings the weighted sum of the first eleven to zero modulo 23.

    Raises ValueError if `body` is not eleven characters of the alphabet.
    """
    if len(body) != LENGTH - 1:
        raise ValueError(f"a check character is made from {LENGTH - 1} characters, not {len(body)}")
    return ALPHABET[-weighted_sum(body) % MODULUS]


def weighted_sum(characters: str) -> int:
    """The sum of values times weights, modulo 23. Zero for a right code. ValueError if one is foreign."""
    return sum(weight * ALPHABET.index(c) for weight, c in zip(WEIGHTS, characters, strict=False)) % MODULUS


def new_code() -> str:
    """A fresh random code with its check character. That it is unused is the database's promise, not ours."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def read_code(text: str) -> str:
    """The code a person meant: any case, full width, in any grouping, look-alike letters put right.

    Raises Mistyped: wrong length, a character no code contains, or a wrong check character.
    """
    if len(text) > LONGEST_INPUT:
        raise Mistyped(Fault.LENGTH, f"a code has {LENGTH} characters; this is far too long")
    typed = "".join(filter(is_significant, unicodedata.normalize("NFKC", text))).upper()
    code = typed.translate(LOOK_ALIKES)
    foreign = sorted(set(code) - set(ALPHABET))
    if foreign:
        raise Mistyped(Fault.CHARACTER, f"no code contains {' '.join(foreign)}")
    if len(code) != LENGTH:
        raise Mistyped(Fault.LENGTH, f"a code has {LENGTH} characters; this has {len(code)}")
    if weighted_sum(code):
        raise Mistyped(Fault.CHECK, "the check character does not fit: a character is wrong, or two are swapped")
    return code


def is_significant(character: str) -> bool:
    """Whether a typed character can belong to a code: neither separator, white space nor invisible."""
    return not (character in SEPARATORS or character.isspace() or unicodedata.category(character) in {"Cc", "Cf"})


def printed(code: str) -> str:
    """The code as it is painted: `ABCD-EFGH-JKMN`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def address(code: str, base_url: str, *, upper_case: bool) -> str:
    """The address a scanned code opens: `base_url` + `/a/` + code, in capitals throughout when `upper_case`.

    Capitals fit QR's alphanumeric mode, which makes a smaller, sturdier symbol. Scheme and host ignore case;
    the server must do the same for the path. Raises ValueError if `base_url` is not a plain http(s) address.
    """
    parts = urlsplit(base_url)
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"PUBLIC_BASE_URL must begin with https:// and name a host, not {base_url!r}")
    if parts.query or parts.fragment or parts.username:
        raise ValueError(f"PUBLIC_BASE_URL must have no query, fragment or user, unlike {base_url!r}")
    if not base_url.isascii() or not base_url.isprintable() or " " in base_url:
        raise ValueError(f"PUBLIC_BASE_URL must be plain ASCII; write the host of {base_url!r} in punycode")
    whole = f"{base_url.rstrip('/')}/a/{code}"
    return whole.upper() if upper_case else whole
