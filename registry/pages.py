"""What the public pages of the registry show, put together from the card. No request, no HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from directory.models import Institution, PostedPrice
from directory.prices import Tariff, estimate
from edge.reader import Reader
from registry.bands import Tone, band_of
from registry.cards import Card, hotlines, posted_price
from registry.codes import printed
from registry.forms import DistanceForm
from registry.models import Ambulance
from registry.photos import HEIGHT, WIDTH
from registry.standing import Standing

DANGER_NUMBERS = ("120", "110")

SCOPES: tuple[tuple[str, Promise], ...] = (
    ("is_for_pre_hospital", _("Pre-hospital emergency care")),
    ("is_for_institution_transfer", _("Transfer between institutions")),
    ("is_for_non_emergency_transfer", _("Non-emergency transfer")),
    ("is_for_special_goods", _("Blood, vaccines and other special goods")),
)

WITHOUT_PRICE = frozenset({Standing.RETIRED, Standing.INSTITUTION_CLOSED})
"""Vehicles nobody may be charged for: their owner's price list would only mislead."""


@dataclass(frozen=True)
class Estimate:
    """A price worked out from a posted one, with its steps: yuan and kilometres."""

    distance_km: Decimal
    beyond_km: Decimal
    beyond_fee: Decimal
    total: Decimal


@dataclass(frozen=True)
class Pricing:
    """A posted price, the form that asks for a distance, and the estimate once one was given."""

    price: PostedPrice
    form: DistanceForm
    estimate: Estimate | None


def tariff_of(price: PostedPrice) -> Tariff:
    """The numbers of a posted price."""
    return Tariff(
        base_fee=price.base_fee,
        included_km=price.included_km,
        per_km=price.per_km,
        waiting_per_hour=price.waiting_per_hour,
    )


def pricing_of(institution: Institution, today: date, asked: Mapping[str, Any]) -> Pricing | None:
    """What the institution charges `today`; with `km` among what was asked, also for that distance. One query."""
    price = posted_price(institution.pk, today)
    if price is None:
        return None
    if not asked.get("km"):
        return Pricing(price, DistanceForm(), None)
    form = DistanceForm({"km": str(asked["km"])[:20]})
    return Pricing(price, form, estimate_of(tariff_of(price), form.cleaned_data["km"]) if form.is_valid() else None)


def estimate_of(tariff: Tariff, distance_km: Decimal) -> Estimate:
    """The steps of an estimate, so that a reader can check it."""
    return Estimate(
        distance_km=distance_km,
        beyond_km=max(distance_km - tariff.included_km, Decimal(0)),
        beyond_fee=estimate(tariff, distance_km) - tariff.base_fee,
        total=estimate(tariff, distance_km),
    )


def price_address(card: Card) -> str:
    """Where an estimate is asked for: on the card itself, or, when no code was scanned, on its owner's page."""
    if card.code:
        return reverse("registry:card", kwargs={"code": card.code})
    return reverse("registry:institution", kwargs={"pk": card.ambulance.institution_id})


def ordered_hotlines(division_code: str | None) -> list[dict[str, str]]:
    """The numbers of a region, those for danger first."""
    lines = hotlines(division_code)
    urgent = sorted(
        (line for line in lines if line["number"] in DANGER_NUMBERS),
        key=lambda line: DANGER_NUMBERS.index(line["number"]),
    )
    return urgent + [line for line in lines if line["number"] not in DANGER_NUMBERS]


def scopes_of(ambulance: Ambulance) -> list[Promise]:
    """What the vehicle is registered for, in words."""
    return [words for field, words in SCOPES if getattr(ambulance, field)]


def photo_address(ambulance: Ambulance) -> str:
    """Where the vehicle's photograph is served, or empty."""
    if not ambulance.photo.name:
        return ""
    return reverse("registry:photo", kwargs={"name": PurePosixPath(ambulance.photo.name).name})


def complaint_address(reader: Reader, **about: str) -> str:
    """Where a complaint begins, with what is known of the vehicle (`code` or `plate`) and perhaps its kind."""
    known = {name: value for name, value in about.items() if value}
    address = reverse("complaints:new")
    return reader.keep(f"{address}?{urlencode(known)}" if known else address)


def actions_of(card: Card, reader: Reader) -> dict[str, str]:
    """The three addresses a card offers. Without a code the plate is handed over."""
    about = {"code": card.code} if card.code else {"plate": card.ambulance.plate}
    return {
        "mismatch": complaint_address(reader, **about, kind="card_mismatch"),
        "complain": complaint_address(reader, **about),
        "praise": complaint_address(reader, **about, kind="praise"),
    }


def card_page(card: Card, reader: Reader) -> dict[str, Any]:
    """What one card shows of its vehicle. No query."""
    ambulance = card.ambulance
    band = band_of(card.standing, ambulance.inspection_valid_until)
    return {
        "card": card,
        "ambulance": ambulance,
        "institution": ambulance.institution,
        "printed_code": printed(card.code) if card.code else "",
        "band": band,
        "vehicle_band": None
        if card.vehicle_standing == card.standing
        else band_of(card.vehicle_standing, ambulance.inspection_valid_until),
        "is_alarming": band.tone is Tone.STOP,
        "scopes": scopes_of(ambulance),
        "actions": actions_of(card, reader),
        "photo": photo_address(ambulance),
        "photo_width": WIDTH,
        "photo_height": HEIGHT,
    }


def full_card_page(card: Card, reader: Reader, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The card with prices and the numbers of its region. One query more."""
    owner = card.ambulance.institution
    return {
        **card_page(card, reader),
        "price_address": price_address(card),
        "pricing": None if card.vehicle_standing in WITHOUT_PRICE else pricing_of(owner, card.today, asked),
        "hotlines": ordered_hotlines(card.ambulance.division_id),
    }
