"""What stands against an application as a whole: documents, other rows of the register, places. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.scope import prefix_of
from directory.models import Division
from registry.applications import ApplicationKind, ApplicationState
from registry.choices import AmbulanceStatus
from registry.facts import differences
from registry.models import Ambulance, Application, ApplicationDocument
from registry.proposals import EMPTY, NEEDED_DOCUMENTS, NEEDS_REASON, Value
from registry.refusals import WHOLE, FieldFault

NOTHING_CHANGED = FieldFault("nothing_changed", _("Nothing differs from what is registered. Change a field first."))
DOCUMENT_MISSING = FieldFault("document_missing", _("Attach this document."))
PLATE_TAKEN = FieldFault("plate_registered", _("A vehicle with this plate is registered already."))
VIN_TAKEN = FieldFault("vin_registered", _("A vehicle with this VIN is registered already."))
NUMBER_TAKEN = FieldFault(
    "fleet_number_taken", _("Another vehicle of the institution has this fleet number. Choose another one.")
)
NO_DIVISION = FieldFault("no_division", _("There is no such division, or it has been closed. Choose another one."))
DIVISION_ELSEWHERE = FieldFault(
    "division_elsewhere", _("This division lies outside of the jurisdiction of the authority that reviews.")
)
NOT_OWNED = FieldFault(
    "not_owned", _("This vehicle belongs to another institution by now. Please withdraw this application.")
)
WRONG_STATUS = FieldFault("wrong_status", _("The vehicle's present status does not allow this."))
OTHER_OPEN = FieldFault("other_open", _("Another application for this vehicle is being decided. Wait for it first."))
RECEIVER_CLOSED = FieldFault("receiver_closed", _("The receiving institution has closed down."))

STATUSES: dict[ApplicationKind, frozenset[str]] = {
    ApplicationKind.CHANGE: frozenset({AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED}),
    ApplicationKind.RENEWAL: frozenset({AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED}),
    ApplicationKind.SUSPENSION: frozenset({AmbulanceStatus.IN_SERVICE}),
    ApplicationKind.RETIREMENT: frozenset({AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED}),
    ApplicationKind.TRANSFER: frozenset({AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED}),
}
"""The status a vehicle must have for each kind of application. A renewal puts a suspended vehicle back in service."""

CONSTRAINT_FAULTS: dict[str, dict[str, FieldFault]] = {
    "ambulance_plate_is_unique_until_retired": {"plate": PLATE_TAKEN},
    "ambulance_vin_is_unique_until_retired": {"vin": VIN_TAKEN},
    "ambulance_fleet_number_is_unique_in_institution": {"fleet_number": NUMBER_TAKEN},
    "application_one_open_per_vehicle": {WHOLE: OTHER_OPEN},
}
"""What a constraint of the database says when somebody else was faster (PostgreSQL names it)."""
COLUMN_FAULTS: dict[str, dict[str, FieldFault]] = {
    "registry_ambulance.plate, registry_ambulance.plate_kind": {"plate": PLATE_TAKEN},
    "registry_ambulance.vin": {"vin": VIN_TAKEN},
    "registry_ambulance.institution_id, registry_ambulance.fleet_number": {"fleet_number": NUMBER_TAKEN},
    "registry_application.ambulance_id": {WHOLE: OTHER_OPEN},
}
"""The same for SQLite, which names the columns."""


def faults_of_error(error: Exception) -> dict[str, FieldFault] | None:
    """The faults that a violated constraint stands for; None for one that is no business of an application."""
    text = str(error)
    for name, faults in CONSTRAINT_FAULTS.items():
        if name in text:
            return faults
    return next((faults for columns, faults in COLUMN_FAULTS.items() if text.endswith(f": {columns}")), None)


def whole_faults(application: Application, values: Mapping[str, Value], today: date) -> dict[str, FieldFault]:
    """Everything beyond single fields that stands against submitting or approving. At most six queries."""
    kind = ApplicationKind(application.kind)
    purposes = set(application.documents.values_list("purpose", flat=True))
    faults: dict[str, FieldFault] = {
        document_field(needed): DOCUMENT_MISSING for needed in NEEDED_DOCUMENTS[kind] if needed not in purposes
    }
    if kind in NEEDS_REASON and not application.reason.strip():
        faults["reason"] = EMPTY
    if application.ambulance is not None:
        faults |= _vehicle_faults(application, application.ambulance, values, purposes)
    receiver = application.receiving_institution
    if receiver is not None and receiver.closed_on is not None and receiver.closed_on <= today:
        faults[WHOLE] = RECEIVER_CLOSED
    return faults | _division_faults(application, values) | _register_faults(application, values)


def document_field(purpose: str) -> str:
    """The name under which a document's fault or reason stands among those of fields."""
    return f"document_{purpose}"


def _vehicle_faults(
    application: Application, ambulance: Ambulance, values: Mapping[str, Value], purposes: Iterable[str]
) -> dict[str, FieldFault]:
    kind = ApplicationKind(application.kind)
    if ambulance.institution_id != application.institution_id:
        return {WHOLE: NOT_OWNED}
    if ambulance.status not in STATUSES[kind]:
        return {WHOLE: WRONG_STATUS}
    others = Application.objects.filter(
        ambulance=ambulance, state__in=[ApplicationState.SUBMITTED, ApplicationState.AWAITING_OTHER]
    )
    if others.exclude(pk=application.pk).exists():
        return {WHOLE: OTHER_OPEN}
    comes_back = kind is ApplicationKind.RENEWAL and ambulance.status == AmbulanceStatus.SUSPENDED
    has_new_photo = kind is ApplicationKind.CHANGE and ApplicationDocument.Purpose.PHOTO_LEFT in purposes
    asks_for_facts = kind in {ApplicationKind.CHANGE, ApplicationKind.RENEWAL}
    if asks_for_facts and not (comes_back or has_new_photo or differences(ambulance, dict(values))):
        return {WHOLE: NOTHING_CHANGED}
    return {}


def _division_faults(application: Application, values: Mapping[str, Value]) -> dict[str, FieldFault]:
    code = values.get("division")
    if code is None:
        return {}
    if not Division.objects.open().filter(pk=code).exists():
        return {"division": NO_DIVISION}
    own = application.authority.division_id
    is_inside = own is None or str(code).startswith(prefix_of(own))
    return {} if is_inside else {"division": DIVISION_ELSEWHERE}


def _register_faults(application: Application, values: Mapping[str, Value]) -> dict[str, FieldFault]:
    """Plate, VIN and fleet number that another vehicle has. Whose it is stays untold."""
    others = Ambulance.objects.exclude(status=AmbulanceStatus.RETIRED).exclude(pk=application.ambulance_id or 0)
    faults: dict[str, FieldFault] = {}
    if "plate" in values or "vin" in values:
        same_plate = Q(plate=values.get("plate"), plate_kind=values.get("plate_kind"))
        same = list(others.filter(same_plate | Q(vin=values.get("vin"))).values_list("plate", "plate_kind", "vin"))
        if any((plate, kind) == (values.get("plate"), values.get("plate_kind")) for plate, kind, _vin in same):
            faults["plate"] = PLATE_TAKEN
        if any(vin == values.get("vin") for _plate, _kind, vin in same):
            faults["vin"] = VIN_TAKEN
    owner_id = application.receiving_institution_id or application.institution_id
    number = values.get("fleet_number")
    if number and others.filter(institution_id=owner_id, fleet_number=number).exists():
        faults["fleet_number"] = NUMBER_TAKEN
    return faults
