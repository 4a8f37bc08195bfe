"""What identifies a complainant as officers see it by default: enough to tell two apart, not enough to know. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notifications.masking import mask_recipient

STARS = "***"
GIVEN_WITH_TITLE = re.compile(r"(女士|先生|小姐|太太|老师|医生|大夫)$")


@dataclass(frozen=True)
class MaskedPerson:
    """Name, phone and e-mail with what identifies left out; empty where nothing was left."""

    name: str
    phone: str
    email: str


def masked_name(name: str) -> str:
    """`李*` for 李雷, `欧**` for 欧阳明; a title stays (`李女士`), a Latin name keeps its first letter (`L***`)."""
    name = name.strip()
    if not name:
        return ""
    if name[0].isascii():
        return f"{name[0]}{STARS}"
    if title := GIVEN_WITH_TITLE.search(name):
        return f"{name[0]}{'*' * max(title.start() - 1, 0)}{title[0]}"
    return f"{name[0]}{'*' * max(len(name) - 1, 1)}"


def masked_contact(contact: str) -> str:
    """`138****8000`, `l***@example.org`; empty where there is none."""
    return mask_recipient(contact) if contact else ""


def masked_person(*, name: str, phone: str, email: str) -> MaskedPerson:
    """All three."""
    return MaskedPerson(masked_name(name), masked_contact(phone), masked_contact(email))
