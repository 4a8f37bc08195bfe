"""From a place upwards: the divisions above one, and who is nearest. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from directory.formats import BadFormat

AuthorityId = TypeVar("AuthorityId")


def division_and_ancestors(division_code: str) -> tuple[str, ...]:
    """A GB/T 2260 code and the codes above it, nearest first: 6, 4, then 2 digits that count.

    For a district of a municipality or a county directly under a province no division has the middle code;
    it is listed all the same and matches nothing. Raises BadFormat (`division_code`) for what is no code.
    """
    if not re.fullmatch(r"[1-9][0-9]{5}", division_code):
        raise BadFormat("division_code", _("A division code has six digits, such as 360121."))
    chain = (division_code, division_code[:4] + "00", division_code[:2] + "0000")
    return tuple(dict.fromkeys(chain))


def nearest(candidates: Mapping[str, AuthorityId], division_code: str) -> AuthorityId | None:
    """The authority of the division itself or of its nearest ancestor that has one; None if none has.

    `candidates` maps division codes to authorities of one kind. Raises BadFormat for a malformed code.
    """
    for code in division_and_ancestors(division_code):
        if code in candidates:
            return candidates[code]
    return None
