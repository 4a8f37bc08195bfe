"""Pictures that are the same: one file twice, or one photo saved again. Reads only.

For any table whose rows have `sha256` and `picture_hash`: documents of applications, evidence of complaints.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Substr

from registry.difference_hash import BANDS, NEAR, distance, is_telling


class Pictured(Protocol):
    """Something that has the two hashes of a picture."""

    sha256: str
    picture_hash: str


Row = TypeVar("Row", bound=Model)


def maybe_same(rows: QuerySet[Row], pictures: Iterable[Pictured]) -> QuerySet[Row]:
    """Rows that may show one of the pictures: the same file, or a hash that agrees in one of six bands.

    Hashes at most `NEAR` bits apart do in at least one; `is_same` tells which really are.
    """
    known = list(pictures)
    condition = Q(sha256__in=[one.sha256 for one in known])
    telling = [one.picture_hash for one in known if is_telling(one.picture_hash)]
    for start, end in BANDS:
        condition |= Q(**{f"band{start}__in": sorted({picture_hash[start:end] for picture_hash in telling})})
    bands = {f"band{start}": Substr("picture_hash", start + 1, end - start) for start, end in BANDS}
    found: QuerySet[Row] = rows.annotate(**bands).filter(condition)
    return found


def is_same(picture: Pictured, sha256: str, picture_hash: str) -> bool:
    """Whether a file with these hashes shows the picture. Plain surfaces, which all look alike, never do."""
    if picture.sha256 == sha256:
        return True
    both_tell = is_telling(picture.picture_hash) and is_telling(picture_hash)
    return both_tell and distance(picture.picture_hash, picture_hash) <= NEAR
