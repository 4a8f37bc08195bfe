"""Ambulances and their codes, applications, crews. One file per topic."""

from registry.models.ambulance import (
    USE_AMBULANCE,
    Ambulance,
    FieldChange,
    Marking,
    StatusChange,
    validate_plate,
    validate_vin,
)
from registry.models.application import Application, ApplicationDocument, ApplicationEvent
from registry.models.crew import CrewMember, Reminder
from registry.models.views import SavedView

__all__ = [
    "USE_AMBULANCE",
    "Ambulance",
    "Application",
    "ApplicationDocument",
    "ApplicationEvent",
    "CrewMember",
    "FieldChange",
    "Marking",
    "Reminder",
    "SavedView",
    "StatusChange",
    "validate_plate",
    "validate_vin",
]
