"""Which vehicle, institution and place a complaint is about. Reads only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from complaints.entry import PLATE_LENGTH, Entry, Fault, Invalid
from complaints.kinds import Kind
from directory.clock import SHANGHAI
from directory.formats import BadFormat, check_plate, normalise_plate
from directory.models import Division, Institution, PostedPrice
from directory.prices import Tariff, estimate
from registry.codes import Mistyped, read_code
from registry.models import Ambulance, Marking


@dataclass(frozen=True)
class Subject:
    """What the registry knows of what an entry names. `plate` is as given, normalised where it is a plate."""

    marking: Marking | None
    ambulance: Ambulance | None
    institution: Institution | None
    division: Division
    plate: str
    is_unknown_code: bool

    @property
    def is_registered(self) -> bool:
        """Whether the vehicle is one of the register's."""
        return self.ambulance is not None


@dataclass(frozen=True)
class Named:
    """The vehicle and the institution that an entry names, as far as the registry knows them."""

    marking: Marking | None
    ambulance: Ambulance | None
    institution: Institution | None

    @property
    def division(self) -> Division | None:
        """Where the vehicle or the institution is at home; the likeliest place of an event."""
        return self.ambulance.division if self.ambulance else self.institution.division if self.institution else None


def named_in(entry: Entry) -> Named:
    """Find the vehicle by code or exact plate, and its institution. Raises Invalid for a mistyped code."""
    marking = _marking(entry)
    ambulance = marking.ambulance if marking else _ambulance_by_plate(entry.plate)
    institution = ambulance.institution if ambulance else _institution(entry.institution_id)
    return Named(marking, ambulance, institution)


def subject_of(entry: Entry) -> Subject:
    """What `named_in` finds, with the division of the event.

    Raises Invalid: a mistyped code, an unknown or closed division, none although no vehicle gives one.
    """
    named = named_in(entry)
    marking, ambulance = named.marking, named.ambulance
    division = _division(entry.division_code) or named.division
    if division is None:
        raise Invalid([Fault("division", "required", _("Say in which city or county it happened."))])
    return Subject(
        marking=marking,
        ambulance=ambulance,
        institution=named.institution,
        division=division,
        plate=_plate_as_given(entry.plate) or (ambulance.plate if ambulance else ""),
        is_unknown_code=bool(entry.ambulance_code) and marking is None,
    )


def _marking(entry: Entry) -> Marking | None:
    if not entry.ambulance_code:
        return None
    try:
        code = read_code(entry.ambulance_code)
    except Mistyped as error:
        message = _("This code is incomplete or wrong. Compare it with the one on the vehicle, or leave it empty.")
        raise Invalid([Fault("ambulance_code", "code-mistyped", message)]) from error
    return Marking.objects.public().with_card_facts().filter(code=code).first()


def _ambulance_by_plate(plate: str) -> Ambulance | None:
    """The one registered vehicle with this plate; None if there is none, or if two kinds of plate share it."""
    if not plate:
        return None
    try:
        normalised = check_plate(plate)
    except BadFormat:
        return None  # partly seen or foreign plates are taken as they were given
    found = Ambulance.objects.public().with_card_facts().with_plate(normalised).filter(retired_on=None)[:2]
    return found[0] if len(found) == 1 else None


def _plate_as_given(plate: str) -> str:
    return normalise_plate(plate)[:PLATE_LENGTH]


def _institution(institution_id: int | None) -> Institution | None:
    if institution_id is None:
        return None
    return Institution.objects.select_related("division").filter(pk=institution_id).first()


def _division(code: str) -> Division | None:
    if not code:
        return None
    division = Division.objects.open().filter(code=code).first()
    if division is None:
        raise Invalid([Fault("division", "unknown", _("This division does not exist. Choose one from the list."))])
    return division


def posted_price_for(entry: Entry, institution: Institution | None) -> PostedPrice | None:
    """The price the institution had posted on the day of the event; the newest one while the day is not known."""
    if institution is None:
        return None
    prices = PostedPrice.objects.filter(institution=institution)
    if entry.occurred_at is not None:
        return prices.valid_on(entry.occurred_at.astimezone(SHANGHAI).date()).first()
    return prices.order_by("-valid_from").first()


def posted_amount(entry: Entry, subject: Subject) -> Decimal | None:
    """What the ride should have cost by the price posted on the day of the event; None if it cannot be told.

    Waiting counts where the complainant said how long it was.
    """
    if entry.distance_km is None or entry.kind != Kind.OVERCHARGING:
        return None
    price = posted_price_for(entry, subject.institution)
    return estimate(tariff_of(price), entry.distance_km, waiting_hours(entry)) if price else None


def tariff_of(price: PostedPrice) -> Tariff:
    """The numbers of a posted price."""
    return Tariff(price.base_fee, price.included_km, price.per_km, price.waiting_per_hour)


def waiting_hours(entry: Entry) -> Decimal:
    """How long the vehicle is said to have waited, hours; 0 if nothing was said."""
    minutes = entry.answers.get("waiting_minutes", "")
    return Decimal(minutes) / 60 if re.fullmatch(r"[0-9]{1,4}", minutes) else Decimal(0)
