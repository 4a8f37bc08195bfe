"""The card: what a scan or a look-up tells the public. Both doors (pages and API) show this and nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from directory.formats import check_plate
from directory.models import PostedPrice
from directory.nearest import division_and_ancestors
from registry.choices import MarkingState, Position, VehicleType
from registry.codes import Mistyped, read_code
from registry.models import Ambulance, Marking
from registry.standing import CodeFact, Standing, VehicleFacts, told_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
ROUNDING = timedelta(minutes=5)


class CodeMistyped(Exception):
    """The text is no code of ours: its length, letters or check character are wrong."""


class CodeUnknown(Exception):
    """The code is well formed, and no registered ambulance carries it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Card:
    """What the public may know of one vehicle. `code` and `position` are None after a look-up by plate."""

    ambulance: Ambulance
    standing: Standing
    vehicle_standing: Standing
    code: str | None
    position: Position | None
    checked_at: datetime

    @property
    def vehicle_type(self) -> VehicleType:
        """The type as its choice, which knows its words."""
        return VehicleType(self.ambulance.vehicle_type)

    @property
    def today(self) -> date:
        """The day in Asia/Shanghai on which the card was made."""
        return self.checked_at.astimezone(SHANGHAI).date()


def rounded(now: datetime) -> datetime:
    """`now` cut to five minutes, so that a card stays the same for a while and caches well."""
    seconds = int(now.timestamp())
    return datetime.fromtimestamp(seconds - seconds % int(ROUNDING.total_seconds()), SHANGHAI)


def facts_of(ambulance: Ambulance) -> VehicleFacts:
    """The facts that decide the standing."""
    return VehicleFacts(
        status=ambulance.status,
        in_120_network=ambulance.in_120_network,
        inspection_valid_until=ambulance.inspection_valid_until,
        scrap_due_on=ambulance.scrap_due_on,
        institution_closed_on=ambulance.institution.closed_on,
    )


def card_by_code(text: str, now: datetime) -> Card:
    """The card of a scanned or typed code, in one query. Raises CodeMistyped or CodeUnknown."""
    try:
        code = read_code(text)
    except Mistyped as error:
        raise CodeMistyped(text[:40]) from error
    marking = Marking.objects.public().with_card_facts().filter(code=code).first()
    if marking is None:
        raise CodeUnknown(code)
    return card_of_marking(marking, now)


def card_of_marking(marking: Marking, now: datetime) -> Card:
    """The card of a code whose vehicle is public."""
    moment = rounded(now)
    fact = CodeFact.REVOKED if marking.state == MarkingState.REVOKED else CodeFact.LIVE
    told = told_of(fact, facts_of(marking.ambulance), moment.date())
    if told.vehicle is None:
        raise CodeUnknown(marking.code)
    return Card(
        ambulance=marking.ambulance,
        standing=told.standing,
        vehicle_standing=told.vehicle,
        code=marking.code,
        position=Position(marking.position),
        checked_at=moment,
    )


def card_of_ambulance(ambulance: Ambulance, now: datetime) -> Card:
    """The card of a public vehicle without naming any of its codes, so that a plate yields none to forge."""
    moment = rounded(now)
    told = told_of(CodeFact.LIVE, facts_of(ambulance), moment.date())
    if told.vehicle is None:
        raise ValueError("this vehicle is not public")
    return Card(
        ambulance=ambulance,
        standing=told.standing,
        vehicle_standing=told.vehicle,
        code=None,
        position=None,
        checked_at=moment,
    )


def cards_by_plate(text: str, now: datetime) -> list[Card]:
    """Cards of exactly this plate (a plate may exist in two kinds, or again after a retirement), current ones first.

    Raises directory.formats.BadFormat when the text is no plate.
    """
    plate = check_plate(text)
    found = Ambulance.objects.public().with_card_facts().with_plate(plate)[:20]
    return [card_of_ambulance(ambulance, now) for ambulance in found]


def posted_price(institution_id: int, today: date) -> PostedPrice | None:
    """The price an institution has posted for `today`."""
    return PostedPrice.objects.filter(institution_id=institution_id).valid_on(today).first()


def hotlines(division_code: str | None) -> list[dict[str, str]]:
    """Numbers to call: those of the division and its ancestors first, then the national ones."""
    env = settings.ENV
    codes = division_and_ancestors(division_code) if division_code else ()
    regional = [line for code in codes for line in env.REGIONAL_HOTLINES.get(code, [])]
    numbers = {line["number"] for line in regional}
    return regional + [line for line in env.HOTLINES if line["number"] not in numbers]
