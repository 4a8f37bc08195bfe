"""From a marking in the database to what its artwork says."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from registry.artwork.layout import Facts, UnfitFacts
from registry.choices import MarkingState, Position
from registry.codes import address
from registry.models import Marking

POSITION_WORDS: Final = {Position.LEFT: "左侧", Position.RIGHT: "右侧", Position.REAR: "尾部"}
"""The position as it is painted: Chinese whatever the language of the program."""


def facts_of(marking: Marking) -> Facts:
    """What the artwork of `marking` says, its address made by the settings PUBLIC_BASE_URL and QR_UPPER_CASE.

    Raises UnfitFacts for a revoked code, which must never be painted, and for facts that are missing.
    """
    if marking.state == MarkingState.REVOKED:
        raise UnfitFacts(f"the code {marking.code} is revoked and must not be painted; issue a new one")
    ambulance = marking.ambulance
    return Facts(
        owner=ambulance.institution.name,
        fleet_number=ambulance.fleet_number,
        complaint_phone=ambulance.institution.complaint_phone,
        code=marking.code,
        position=POSITION_WORDS[Position(marking.position)],
        address=address(marking.code, settings.ENV.PUBLIC_BASE_URL, upper_case=settings.ENV.QR_UPPER_CASE),
    )
