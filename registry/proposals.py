"""What an application asks for: which fields and documents each kind needs, and how each field is checked. Pure.

What a person typed is stored as typed, wrong or not; `checked` reads it as values, faults (they block) and warnings
(they do not). A field that a change, a renewal or a transfer does not name keeps what is registered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from directory.formats import BadFormat, PlateKind, check_plate, check_vin, vin_check_digit_is_right
from registry.applications import CONTROLLED_FIELDS, FREE_FIELDS, RENEWAL_FIELDS, ApplicationKind
from registry.choices import VehicleType
from registry.dates import NoDate, read_date
from registry.refusals import FieldFault

Plain = str | bool | int | None
"""A value as it is stored in `Application.proposed`: what was typed."""
Value = str | bool | int | date | None
"""A value that was read and found right. None is a field left empty."""

USE_AMBULANCE = "J"
"""使用性质 救护 on the vehicle licence (GA 24.3)."""
SCOPES = (
    "is_for_pre_hospital",
    "is_for_institution_transfer",
    "is_for_non_emergency_transfer",
    "is_for_special_goods",
)
"""The service scopes; a vehicle has at least one."""
PAINTED = ("plate", "fleet_number", "colour", "in_120_network")
"""What stands on the body of the vehicle: when it changes, the vehicle is painted anew."""
LONGEST_TYPED = 500
"""Characters of one field that are stored as typed."""
EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)
MOST_SEATS = 60


class Sort(StrEnum):
    """How a field is entered."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True)
class Field:
    """One field of a vehicle as it is asked for. `longest` is in characters, as the table has it."""

    name: str
    sort: Sort = Sort.TEXT
    is_required: bool = False
    longest: int = 0
    choices: tuple[str, ...] = ()


def _text(name: str, longest: int, *, required: bool = False) -> Field:
    return Field(name, Sort.TEXT, required, longest)


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        _text("plate", 8, required=True),
        Field("plate_kind", Sort.CHOICE, is_required=True, choices=tuple(PlateKind.values)),
        _text("vin", 17, required=True),
        _text("fleet_number", 30, required=True),
        Field("vehicle_type", Sort.CHOICE, is_required=True, choices=tuple(VehicleType.values)),
        Field("has_negative_pressure", Sort.YES_NO),
        Field("in_120_network", Sort.YES_NO),
        _text("colour", 20, required=True),
        _text("brand_model", 60, required=True),
        *(Field(scope, Sort.YES_NO) for scope in SCOPES),
        _text("licence_owner", 100, required=True),
        _text("licence_address", 200),
        _text("licence_vehicle_class", 30),
        _text("licence_use", 1, required=True),
        _text("licence_engine_number", 30),
        Field("licence_issued_on", Sort.DATE),
        _text("licence_issued_by", 60),
        Field("licence_seats", Sort.NUMBER),
        _text("licence_note", 200),
        Field("registered_on", Sort.DATE, is_required=True),
        Field("inspection_valid_until", Sort.DATE, is_required=True),
        Field("scrap_due_on", Sort.DATE),
        _text("division", 6, required=True),
        _text("station", 100),
        _text("positioning_device", 60),
    )
}
"""Every field of a vehicle that a person enters. The fleet number is required because it is painted (编号)."""

ASKED: dict[ApplicationKind, tuple[str, ...]] = {
    ApplicationKind.NEW: (*CONTROLLED_FIELDS, *FREE_FIELDS),
    ApplicationKind.CHANGE: CONTROLLED_FIELDS,
    ApplicationKind.RENEWAL: RENEWAL_FIELDS,
    ApplicationKind.SUSPENSION: (),
    ApplicationKind.RETIREMENT: (),
    ApplicationKind.TRANSFER: ("fleet_number", "division", "licence_owner", "licence_address"),
}
"""The fields that each kind asks for. Nothing else can be proposed."""

NEEDED_DOCUMENTS: dict[ApplicationKind, tuple[str, ...]] = {
    ApplicationKind.NEW: ("vehicle_licence", "photo_left", "photo_right", "photo_rear", "positioning_certificate"),
    ApplicationKind.CHANGE: ("vehicle_licence",),
    ApplicationKind.RENEWAL: ("vehicle_licence",),
    ApplicationKind.SUSPENSION: (),
    ApplicationKind.RETIREMENT: (),
    ApplicationKind.TRANSFER: (),
}
"""Purposes of the documents that must be attached before it can be submitted: a setting of ours, no law."""

NEEDS_REASON = frozenset({ApplicationKind.SUSPENSION, ApplicationKind.RETIREMENT, ApplicationKind.TRANSFER})
"""Kinds that ask for nothing but say why."""

EMPTY = FieldFault("empty", _("Nothing was entered."))
TOO_LONG = FieldFault("too_long", _("This is too long for this field. Shorten it."))
NOT_PLAIN = FieldFault("not_plain", _("Send a text, a number, true or false."))
UNKNOWN_FIELD = FieldFault("unknown_field", _("This kind of application does not ask for this field."))
NO_CHOICE = FieldFault("no_choice", _("Choose one of the list."))
NOT_YES_NO = FieldFault("not_yes_no", _("Say yes or no."))
NOT_A_DATE = FieldFault("not_a_date", _("This is not a date. Write it like 2026-03-05."))
DATE_OUT_OF_RANGE = FieldFault("date_out_of_range", _("This date cannot be meant. Check the year."))
IN_FUTURE = FieldFault("in_future", _("This day has not come yet. Copy the date from the vehicle licence."))
BEFORE_REGISTRATION = FieldFault("before_registration", _("This day lies before the vehicle was registered."))
NOT_A_NUMBER = FieldFault("not_a_number", _("Enter the number of seats from the vehicle licence, from 1 to 60."))
LICENCE_USE = FieldFault(
    "licence_use",
    _("Only a vehicle whose licence names the use J (ambulance) can be registered. Have the licence changed first."),
    USE_AMBULANCE,
)
NO_SCOPE = FieldFault("no_scope", _("Choose at least one service the vehicle is for."))
DIVISION_SHAPE = FieldFault("division_shape", _("Choose the division from the list; its code has six digits."))
CONTROL_CHARACTER = FieldFault(
    "control_character", _("This holds a line break or a hidden character. Type it by hand.")
)
VIN_CHECK_DIGIT = FieldFault(
    "vin_check_digit", _("The check digit of this VIN does not fit. Compare it with the vehicle licence.")
)
PAST = FieldFault("past", _("This date has passed."))


class Checked(NamedTuple):
    """An application's fields read: right values, faults by field, warnings by field."""

    values: dict[str, Value]
    faults: dict[str, FieldFault]
    warnings: dict[str, FieldFault]


def fields_of(kind: ApplicationKind) -> tuple[Field, ...]:
    """The fields of a kind, in the order in which they are asked."""
    return tuple(FIELDS[name] for name in ASKED[kind])


def storable(kind: ApplicationKind, proposed: Mapping[str, object]) -> tuple[dict[str, Plain], dict[str, FieldFault]]:
    """What can be stored as typed, and faults of what cannot: foreign fields, structures, whole books."""
    kept: dict[str, Plain] = {}
    faults: dict[str, FieldFault] = {}
    for name, raw in proposed.items():
        if name not in ASKED[kind]:
            faults[name[:60]] = UNKNOWN_FIELD
        elif not (raw is None or isinstance(raw, str | bool | int)):
            faults[name] = NOT_PLAIN
        elif len(str(raw)) > LONGEST_TYPED:
            faults[name] = TOO_LONG
        elif isinstance(raw, str) and "\x00" in raw:
            faults[name] = CONTROL_CHARACTER
        else:
            kept[name] = raw
    return kept, faults


def checked(
    kind: ApplicationKind,
    proposed: Mapping[str, object],
    *,
    today: date,
    current: Mapping[str, Plain] | None = None,
) -> Checked:
    """Every field of `kind`, read from what was typed, and from `current` (what is registered) where nothing was.

    `today` is the day in Asia/Shanghai.
    """
    whole = {**(current or {}), **proposed}
    found = Checked({}, {}, {})
    for name in ASKED[kind]:
        raw = whole.get(name)
        result = check_field(name, raw, others=whole, today=today)
        if isinstance(result, FieldFault):
            found.faults[name] = result
            continue
        found.values[name] = result
        warning = warning_of(name, result, today=today)
        if warning:
            found.warnings[name] = warning
    return found


def check_field(name: str, raw: object, *, others: Mapping[str, object], today: date) -> Value | FieldFault:
    """The value of one field, or what is wrong with it; `others` are the other fields as typed.

    Never raises for what was typed; KeyError for a `name` that is no field.
    """
    field = FIELDS[name]
    if not (raw is None or isinstance(raw, str | bool | int)):
        return NOT_PLAIN
    if field.sort is Sort.YES_NO:
        return _yes_no(name, raw, others)
    text = "" if raw is None else str(raw).strip()
    if not text:
        return EMPTY if field.is_required else None if field.sort in {Sort.DATE, Sort.NUMBER} else ""
    return READERS.get(name, READERS_BY_SORT[field.sort])(Typed(field, text, others, today))


def warning_of(name: str, value: Value, *, today: date) -> FieldFault | None:
    """What deserves a second look without blocking: a VIN's check digit, dates that have passed."""
    if name == "vin" and isinstance(value, str) and not vin_check_digit_is_right(value):
        return VIN_CHECK_DIGIT
    if name in {"inspection_valid_until", "scrap_due_on"} and isinstance(value, date) and value < today:
        return PAST
    return None


def plain(value: Value) -> Plain:
    """A value as it is stored in JSON: dates as `2026-03-05`."""
    return value.isoformat() if isinstance(value, date) else value


TRUE_WORDS = frozenset({"true", "on", "1", "yes", "是"})
FALSE_WORDS = frozenset({"", "false", "off", "0", "no", "否"})


def _said_yes(raw: object) -> bool | None:
    """Yes, no, or None for neither."""
    word = "" if raw is None else str(raw).strip().lower()
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def _yes_no(name: str, raw: object, others: Mapping[str, object]) -> bool | FieldFault:
    said = _said_yes(raw)
    if said is None:
        return NOT_YES_NO
    is_asked_for_all = name == SCOPES[0] and not said
    if is_asked_for_all and not any(_said_yes(others.get(scope)) for scope in SCOPES[1:]):
        return NO_SCOPE
    return said


class Typed(NamedTuple):
    """What was typed into one field, with all that its check may look at."""

    field: Field
    text: str
    others: Mapping[str, object]
    today: date


def _words(typed: Typed) -> str | FieldFault:
    if not typed.text.isprintable():
        return CONTROL_CHARACTER
    return typed.text if len(typed.text) <= typed.field.longest else TOO_LONG


def _choice(typed: Typed) -> str | FieldFault:
    return typed.text if typed.text in typed.field.choices else NO_CHOICE


def _plate(typed: Typed) -> str | FieldFault:
    kind = typed.others.get("plate_kind")
    try:
        return check_plate(typed.text, str(kind) if kind in PlateKind.values else None)
    except BadFormat as error:
        return FieldFault(error.code, error.message, error.suggestion)


def _vin(typed: Typed) -> str | FieldFault:
    try:
        return check_vin(typed.text)
    except BadFormat as error:
        return FieldFault(error.code, error.message, error.suggestion)


def _licence_use(typed: Typed) -> str | FieldFault:
    return USE_AMBULANCE if typed.text.upper() in {USE_AMBULANCE, "Ｊ", "救护"} else LICENCE_USE


def _division(typed: Typed) -> str | FieldFault:
    text = typed.text
    return text if len(text) == 6 and text.isascii() and text.isdigit() else DIVISION_SHAPE


def _date(typed: Typed) -> date | FieldFault:
    name = typed.field.name
    try:
        day = read_date(typed.text)
    except NoDate:
        return NOT_A_DATE
    if not EARLIEST <= day <= LATEST:
        return DATE_OUT_OF_RANGE
    if name in {"registered_on", "licence_issued_on"} and day > typed.today:
        return IN_FUTURE
    if name == "registered_on":
        return day
    try:
        registered = read_date(str(typed.others.get("registered_on") or ""))
    except NoDate:
        return day  # the fault is told at its own field
    is_too_early = day < registered if name == "licence_issued_on" else day <= registered
    return BEFORE_REGISTRATION if is_too_early else day


def _seats(typed: Typed) -> int | FieldFault:
    text = typed.text
    if not (text.isascii() and text.isdigit() and len(text) <= 3) or not 1 <= int(text) <= MOST_SEATS:
        return NOT_A_NUMBER
    return int(text)


Reader = Callable[[Typed], Value | FieldFault]

READERS: dict[str, Reader] = {"plate": _plate, "vin": _vin, "licence_use": _licence_use, "division": _division}
"""Fields with a form of their own."""
READERS_BY_SORT: dict[Sort, Reader] = {
    Sort.TEXT: _words,
    Sort.CHOICE: _choice,
    Sort.DATE: _date,
    Sort.NUMBER: _seats,
}
"""All others; yes and no is read before, since nothing typed means no."""
