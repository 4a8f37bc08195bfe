"""What in a text would tell an institution who complained. Pure.

An officer writes in own words what an institution is told. Names and numbers slip in by copying; this finds them
however they are spaced, in full width, in Chinese digits. It finds what is known of the person, nothing else: a text
without a finding can still tell who wrote, and the officer remains responsible for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.receipts import RECEIPT_LENGTH, receipt_hash
from registry.codes import ALPHABET, LOOK_ALIKES


class Identifier(TextChoices):
    """What by itself tells who complained, or leads to it."""

    NAME = "name", _("the complainant's name")
    PHONE = "phone", _("the complainant's phone number")
    EMAIL = "email", _("the complainant's e-mail address")
    REFERENCE = "reference", _("the reference of the complaint")
    RECEIPT_CODE = "receipt_code", _("the receipt code")


CHINESE_DIGITS: Final = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "00123456789" + "123456789" + "1")
SHORTEST_NAME: Final = 2
"""A family name alone stands in too many words to be refused."""
SHORTEST_NUMBER: Final = 7
"""Digits of the shortest number that is looked for."""
LONGEST_MOBILE: Final = 13
"""Digits of a mobile number with the code of the country."""
LANDLINE: Final = re.compile(r"(?P<area>0\d{2,3})-?(?P<local>\d{7,8})(-\d{1,6})?")
SHORTEST_REFERENCE: Final = 6
"""References of partner platforms have any shape; a very short one stands in too many numbers."""


@dataclass(frozen=True)
class Known:
    """What is known of one person who complained; fields may be empty."""

    name: str = ""
    phone: str = ""
    email: str = ""
    references: tuple[str, ...] = ()
    receipt_hashes: tuple[str, ...] = ()


def identifiers_in(text: str, people: Iterable[Known]) -> list[Identifier]:
    """What of these people stands in the text, in the order of `Identifier`; nothing if it is clean."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    known = list(people)
    found = {
        Identifier.NAME: any(_has_name(folded, one.name) for one in known),
        Identifier.PHONE: any(_has_phone(folded, one.phone) for one in known),
        Identifier.EMAIL: any(_has_email(folded, one.email) for one in known),
        Identifier.REFERENCE: any(_has_reference(folded, each) for one in known for each in one.references),
        Identifier.RECEIPT_CODE: _has_receipt_code(text, {each for one in known for each in one.receipt_hashes}),
    }
    return [identifier for identifier, is_there in found.items() if is_there]


def _has_name(folded: str, name: str) -> bool:
    letters = [each for each in unicodedata.normalize("NFKC", name).casefold() if each.isalnum()]
    if len(letters) < SHORTEST_NAME:
        return False
    # Other letters may stand around Chinese ones; a Latin name has to be words of its own, or "An" stands in "and".
    before = r"(?<![^\W\d_])" if letters[0].isascii() else ""
    after = r"(?![^\W\d_])" if letters[-1].isascii() else ""
    pattern = before + r"[\W_]*".join(map(re.escape, letters)) + after
    return re.search(pattern, folded) is not None


def _has_phone(folded: str, phone: str) -> bool:
    plain = unicodedata.normalize("NFKC", phone)
    wanted = [_digits(plain).removeprefix("0086")]
    if landline := LANDLINE.fullmatch(plain.replace(" ", "")):
        # Known by its local number, too, and without the extension.
        wanted += [landline["area"] + landline["local"], landline["local"]]
    elif len(wanted[0]) == LONGEST_MOBILE:
        wanted.append(wanted[0].removeprefix("86"))
    written = _digits(folded)
    return any(each in written for each in wanted if len(each) >= SHORTEST_NUMBER)


def _digits(text: str) -> str:
    return "".join(each for each in text.translate(CHINESE_DIGITS) if each.isascii() and each.isdigit())


def _has_email(folded: str, email: str) -> bool:
    address = unicodedata.normalize("NFKC", email).casefold().strip()
    if "@" not in address:
        return False
    tight = re.sub(r"\s+", "", folded).replace("(at)", "@").replace("[at]", "@").replace("#", "@")
    local = address.partition("@")[0]
    # The part before the sign is often a phone number or the number of a messenger: as good as a name.
    is_number = local.isdigit() and len(local) >= SHORTEST_NUMBER
    return address in tight or (is_number and local in _digits(folded))


def _has_reference(folded: str, reference: str) -> bool:
    wanted = _plain(reference)
    if len(wanted) < SHORTEST_REFERENCE:
        return False
    return re.search(r"[\W_]*".join(map(re.escape, wanted)), folded) is not None


def _plain(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())


def _has_receipt_code(text: str, hashes: set[str]) -> bool:
    """Only hashes of codes are kept, so every stretch of the text that could be a code is hashed."""
    if not hashes:
        return False
    squeezed = unicodedata.normalize("NFKC", text).upper()
    letters = "".join(each for each in squeezed if each.isascii() and each.isalnum()).translate(LOOK_ALIKES)
    stretches = (letters[at : at + RECEIPT_LENGTH] for at in range(len(letters) - RECEIPT_LENGTH + 1))
    return any(receipt_hash(each) in hashes for each in stretches if set(each) <= set(ALPHABET))
