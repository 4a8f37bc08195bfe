"""The two drawings of a card: the band of its standing, and the plate as it looks on the vehicle."""

from __future__ import annotations

from typing import Any

from django import template

from directory.formats import PlateKind, display_plate
from registry.bands import Band

register = template.Library()


@register.inclusion_tag("registry/parts/band.html")
def band(shown: Band, level: int = 1, *, is_apart: bool = False) -> dict[str, Any]:
    """`{% band card_band %}`: symbol, line and explanation; `level` is that of its heading.

    `is_apart` leaves room above, where one vehicle ends and the next begins.
    """
    return {"band": shown, "level": level, "is_apart": is_apart}


@register.inclusion_tag("registry/parts/plate.html")
def plate(text: str, kind: str) -> dict[str, Any]:
    """`{% plate ambulance.plate ambulance.plate_kind %}`: drawn in the colours of its kind, read aloud sign by sign."""
    return {
        "shown": display_plate(text),
        "aloud": " ".join(text),
        "kind": kind,
        "kind_words": PlateKind(kind).label,
    }
