"""What a reviewer should see first: findings about an application, made by the program. Reads only, at most 8 queries.

A finding decides nothing; what would break the register is refused by the services. Of a vehicle beyond the reader's
jurisdiction it is only said that it is registered elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.scope import NOTHING, Scope
from directory.formats import licence_number_is_usual
from directory.models import Institution
from registry.applications import OPEN_STATES, ApplicationKind, ApplicationState
from registry.choices import AmbulanceStatus
from registry.conflicts import document_field
from registry.crews import gaps
from registry.facts import read_application, value_of
from registry.models import Ambulance, Application, ApplicationDocument, CrewMember
from registry.parties import covers
from registry.proposals import NEEDED_DOCUMENTS, SCOPES, Value
from registry.same_pictures import is_same, maybe_same

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Severity(StrEnum):
    """How much a finding weighs."""

    STOP = "stop"
    """Approving is not possible, or hardly right."""
    LOOK = "look"
    """Look twice before deciding."""
    NOTE = "note"
    """Good to know."""


@dataclass(frozen=True)
class Finding:
    """`code` is stable; `fields` are the fields it belongs to, documents as `document_<purpose>`."""

    code: str
    severity: Severity
    message: _StrOrPromise
    fields: tuple[str, ...] = ()


ORDER = tuple(Severity)


def findings_of(application: Application, *, today: date, scope: Scope = NOTHING) -> list[Finding]:
    """Every finding, the gravest first. `today` is the day in Asia/Shanghai, `scope` that of whoever reads."""
    read = read_application(application, today)
    documents = list(application.documents.all())
    institution = application.receiving_institution or application.institution
    found = [
        *(Finding(fault.code, Severity.STOP, fault.message, (name,)) for name, fault in read.faults.items()),
        *(Finding(fault.code, Severity.LOOK, fault.message, (name,)) for name, fault in read.warnings.items()),
        *_missing_documents(application, documents),
        *_of_institution(institution, read.values, today),
        *_registered_elsewhere(application, read.values, scope),
        *_asked_elsewhere(application, read.values),
        *_same_photo(application, documents),
        *_crew_gaps(application, institution, read.values, today),
    ]
    return sorted(found, key=lambda finding: ORDER.index(finding.severity))


def _missing_documents(application: Application, documents: Iterable[ApplicationDocument]) -> list[Finding]:
    present = {document.purpose for document in documents}
    return [
        Finding("document_missing", Severity.STOP, _("A needed document is missing."), (document_field(purpose),))
        for purpose in NEEDED_DOCUMENTS[ApplicationKind(application.kind)]
        if purpose not in present
    ]


def _of_institution(institution: Institution, values: Mapping[str, Value], today: date) -> list[Finding]:
    found = []
    if institution.closed_on is not None and institution.closed_on <= today:
        found.append(Finding("institution_closed", Severity.STOP, _("The institution has closed down.")))
    if institution.licence_number and not licence_number_is_usual(institution.licence_number):
        found.append(
            Finding("licence_number_unusual", Severity.NOTE, _("The practice licence number has an unusual length."))
        )
    owner = values.get("licence_owner")
    if owner and str(owner).replace(" ", "") != institution.name.replace(" ", ""):
        message = _("The owner on the vehicle licence is not the institution.")
        found.append(Finding("owner_differs", Severity.LOOK, message, ("licence_owner",)))
    return found


def _registered_elsewhere(application: Application, values: Mapping[str, Value], scope: Scope) -> list[Finding]:
    """Vehicles on record with the same plate or VIN, the retired ones of another owner as a note."""
    same = _same_vehicle(values)
    if same is None:
        return []
    others = Ambulance.objects.filter(same).exclude(pk=application.ambulance_id or 0)
    found = []
    for other in others.select_related("institution", "certified_by")[:10]:
        fields = tuple(name for name in ("plate", "vin") if name in values and getattr(other, name) == values[name])
        is_gone = other.status == AmbulanceStatus.RETIRED
        if is_gone:
            message: _StrOrPromise = _("A vehicle with this plate or VIN was registered and has been retired.")
        elif covers(scope, other.certified_by):
            message = _("Registered already: by %(institution)s.") % {"institution": other.institution.name}
        else:
            message = _("Registered elsewhere already.")
        code = "was_registered" if is_gone else "registered_elsewhere"
        found.append(Finding(code, Severity.NOTE if is_gone else Severity.STOP, message, fields))
    return found


def _same_vehicle(values: Mapping[str, Value], prefix: str = "") -> Q | None:
    """The condition for the same plate with its kind, or the same VIN; None when neither is asked for."""
    if "vin" not in values and "plate" not in values:
        return None
    condition = Q()
    if "plate" in values:
        condition |= Q(**{f"{prefix}plate": values["plate"], f"{prefix}plate_kind": values.get("plate_kind")})
    if "vin" in values:
        condition |= Q(**{f"{prefix}vin": values["vin"]})
    return condition


def _asked_elsewhere(application: Application, values: Mapping[str, Value]) -> list[Finding]:
    """Another application that was handed in for the same plate or VIN. Drafts are nobody's business."""
    same = _same_vehicle(values, "proposed__")
    if same is None or application.kind != ApplicationKind.NEW:
        return []
    handed_in = Application.objects.filter(same, state__in=OPEN_STATES - {ApplicationState.DRAFT})
    if not handed_in.exclude(pk=application.pk).exists():
        return []
    return [
        Finding(
            "asked_elsewhere",
            Severity.LOOK,
            _("Another application for the same plate or VIN is open."),
            ("plate", "vin"),
        )
    ]


def _same_photo(application: Application, documents: Iterable[ApplicationDocument]) -> list[Finding]:
    """Pictures that were handed in for another vehicle: the same file, or the same picture saved again."""
    pictures = [document for document in documents if document.media == "image"]
    if not pictures:
        return []
    rows = maybe_same(_of_other_vehicles(application), pictures)
    others = list(rows.values_list("sha256", "picture_hash"))
    return [
        Finding(
            "photo_used_elsewhere",
            Severity.LOOK,
            _("The same picture was handed in for another vehicle."),
            (document_field(document.purpose),),
        )
        for document in pictures
        if any(is_same(document, sha256, picture_hash) for sha256, picture_hash in others)
    ]


def _of_other_vehicles(application: Application) -> QuerySet[ApplicationDocument]:
    others = ApplicationDocument.objects.filter(application__submitted_at__isnull=False, media="image").exclude(
        application=application
    )
    if application.ambulance_id is None:
        return others
    return others.exclude(application__ambulance_id=application.ambulance_id)


def _crew_gaps(
    application: Application, institution: Institution, values: Mapping[str, Value], today: date
) -> list[Finding]:
    """Services asked for that the institution has nobody for; only where services are asked for."""
    kind = ApplicationKind(application.kind)
    if kind not in {ApplicationKind.NEW, ApplicationKind.CHANGE, ApplicationKind.TRANSFER}:
        return []
    ambulance = application.ambulance
    asked = [name for name in SCOPES if values.get(name, value_of(ambulance, name) if ambulance is not None else False)]
    members = list(
        CrewMember.objects.filter(institution=institution, left_on__isnull=True).only(
            "role", "certificate_valid_until", "left_on"
        )
    )
    fields = dict.fromkeys(gap.scope for gap in gaps(asked, members, today))
    return [
        Finding(
            "crew_gap", Severity.LOOK, _("The crew lacks somebody with a valid certificate for this service."), (name,)
        )
        for name in fields
    ]
