"""The wall: who reads which words, and what an institution never learns. Pure.

信访工作条例 30: nothing that identifies a reporter reaches the accused. PIPL 6, 29: as little as the work needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """Whom words are for. The authorities of the case read all but the own notes of another one."""

    COMPLAINANT = "complainant", _("The complainant")
    INSTITUTION = "institution", _("The institution")
    AUTHORITIES = "authorities", _("The authorities of the case")
    OWN = "own", _("This authority only")


class Side(TextChoices):
    """From which side of the wall somebody reads."""

    COMPLAINANT = "complainant", _("Complainant")
    INSTITUTION = "institution", _("Institution")
    AUTHORITY = "authority", _("Authority with a part")


READS: Final[dict[Side, frozenset[Audience]]] = {
    Side.COMPLAINANT: frozenset({Audience.COMPLAINANT}),
    Side.INSTITUTION: frozenset({Audience.INSTITUTION}),
    Side.AUTHORITY: frozenset({Audience.COMPLAINANT, Audience.INSTITUTION, Audience.AUTHORITIES}),
}
"""Which words each side reads. `Audience.OWN` is added for the authority that wrote them, and for nobody else."""


@dataclass(frozen=True)
class Reader:
    """Somebody who wants to read words: the side, and the authority (0 for none) whose part is read from."""

    side: Side
    authority_id: int = 0


def may_read(reader: Reader, audience: Audience, author_authority_id: int | None) -> bool:
    """Whether words of `audience`, written in the part of `author_authority_id` (None: nobody's), are for the reader.

    Words to the institution are for the institution that the part's forwarding names; that is the caller's to check.
    """
    if audience in READS[reader.side]:
        return True
    return (
        audience is Audience.OWN
        and reader.side is Side.AUTHORITY
        and bool(reader.authority_id)
        and reader.authority_id == author_authority_id
    )
