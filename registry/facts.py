"""What is registered of a vehicle, as the plain values of an application. Reads only."""

from __future__ import annotations

from datetime import date

from registry.applications import ApplicationKind
from registry.models import Ambulance, Application
from registry.proposals import ASKED, Checked, Plain, Value, checked, plain


def column_of(field: str) -> str:
    """The attribute of a vehicle that holds a field's value: a division is told by its code."""
    return "division_id" if field == "division" else field


def value_of(ambulance: Ambulance, field: str) -> Value:
    """What is registered in one field."""
    value: Value = getattr(ambulance, column_of(field))
    return value


def registered(ambulance: Ambulance) -> dict[str, Plain]:
    """Every field a person enters, as it is registered."""
    return {name: plain(value_of(ambulance, name)) for name in ASKED[ApplicationKind.NEW]}


def read_application(application: Application, today: date) -> Checked:
    """The application's fields, read and checked; what it leaves out keeps what is registered."""
    current = registered(application.ambulance) if application.ambulance else None
    return checked(ApplicationKind(application.kind), application.proposed, today=today, current=current)


def differences(ambulance: Ambulance, values: dict[str, Value]) -> dict[str, tuple[Value, Value]]:
    """Field → (registered, asked for), only where they differ."""
    pairs = {name: (value_of(ambulance, name), value) for name, value in values.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
