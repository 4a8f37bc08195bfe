"""What an application asks for, field by field, as pages show it: in groups, beside what is registered. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.formats import PlateKind, display_plate
from directory.models import Division
from registry.applications import ApplicationKind
from registry.choices import VehicleType
from registry.conflicts import document_field
from registry.facts import registered
from registry.models import Ambulance, Application, ApplicationDocument
from registry.proposals import ASKED, FIELDS, Sort, checked
from registry.refusals import FieldFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrOrPromise

GROUPS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    ("identity", gettext_lazy("Plate and identity"), ("plate", "plate_kind", "vin", "licence_engine_number")),
    (
        "licence",
        gettext_lazy("Vehicle licence"),
        (
            "licence_owner",
            "licence_address",
            "licence_vehicle_class",
            "licence_use",
            "brand_model",
            "licence_seats",
            "licence_issued_on",
            "licence_issued_by",
            "licence_note",
        ),
    ),
    (
        "service",
        gettext_lazy("Type and service"),
        (
            "vehicle_type",
            "has_negative_pressure",
            "in_120_network",
            "is_for_pre_hospital",
            "is_for_institution_transfer",
            "is_for_non_emergency_transfer",
            "is_for_special_goods",
        ),
    ),
    ("dates", gettext_lazy("Dates"), ("registered_on", "inspection_valid_until", "scrap_due_on")),
    ("painted", gettext_lazy("On the vehicle, and where it stands"), ("fleet_number", "colour", "division")),
    ("free", gettext_lazy("Station and equipment"), ("station", "positioning_device")),
)
"""The order in which a vehicle licence is copied and a reviewer compares."""

HINTS: dict[str, Promise] = {
    "plate": gettext_lazy("With or without the dot; 8 characters for new energy."),
    "vin": gettext_lazy("17 characters, from the vehicle licence."),
    "licence_use": gettext_lazy("J: ambulance. Any other use cannot be registered."),
    "fleet_number": gettext_lazy("The number painted on the vehicle."),
}
EXAMPLES = {"plate": "赣A12345", "vin": "LZFF25M4X8D004248", "colour": "白色", "fleet_number": "急救01"}
CODES = frozenset({"plate", "vin", "licence_engine_number", "fleet_number", "positioning_device"})
WHOLE_LINE = frozenset({"licence_note"})
CHOICES: dict[str, Sequence[tuple[str, _StrOrPromise]]] = {
    "plate_kind": PlateKind.choices,
    "vehicle_type": VehicleType.choices,
}


@dataclass
class AskedField:
    """One field: what was typed, how it reads, what is registered, and what is to be said about it."""

    name: str
    label: str
    sort: str
    """text, choice, flag, day or number: how it is entered."""
    typed: str
    shown: str
    registered: str = ""
    is_changed: bool = False
    """Differs from what is registered; never for a new vehicle."""
    is_required: bool = False
    choices: Sequence[tuple[str, _StrOrPromise]] = ()
    hint: str = ""
    example: str = ""
    fault: str = ""
    suggestion: str = ""
    warning: str = ""
    reason: str = ""
    """Why the field was returned."""
    meanwhile: str = ""
    """What another person stored while this one typed."""
    is_ticked: bool = False
    reason_typed: str = ""

    @property
    def is_on(self) -> bool:
        """Whether a yes-or-no field says yes."""
        return said_yes(self.typed)

    @property
    def is_code(self) -> bool:
        """Whether it is read sign by sign."""
        return self.name in CODES

    @property
    def is_whole(self) -> bool:
        """Whether it takes the whole width of a form."""
        return self.name in WHOLE_LINE


@dataclass
class Section:
    """A group of fields under its words."""

    name: str
    words: Promise
    fields: list[AskedField] = field(default_factory=list)

    @property
    def plain(self) -> list[AskedField]:
        """Those with a box or a list of their own."""
        return [each for each in self.fields if each.sort != "flag"]

    @property
    def flags(self) -> list[AskedField]:
        """Those that are ticked."""
        return [each for each in self.fields if each.sort == "flag"]


@dataclass(frozen=True)
class Told:
    """One line of a list of faults: the field it is linked to (empty for the whole), its label, the words."""

    name: str
    label: str
    words: str

    @property
    def place(self) -> str:
        """Which part of the page it is linked to: a field by its name, `documents`, `reason`; empty for the whole."""
        return "documents" if self.name in PAPERS else self.name


def said_yes(typed: object) -> bool:
    """Whether a stored yes-or-no means yes."""
    return str(typed).lower() in {"true", "on", "1"}


def label_of(name: str) -> str:
    """What a field is called; the name itself for one that is none."""
    if name not in FIELDS:
        return name
    words = str(Ambulance._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # no relation back
    return words[:1].upper() + words[1:]


def written(name: str, value: object, divisions: Mapping[str, str]) -> str:
    """A plain value as people read it: plates with their dot, choices and yes or no in words, divisions by name."""
    if FIELDS[name].sort is Sort.YES_NO:
        return _("Yes") if said_yes(value) else _("No")
    text = "" if value is None else str(value)
    if name == "plate":
        return display_plate(text)
    if name == "division":
        return f"{divisions[text]} {text}" if text in divisions else text
    return str(dict(CHOICES.get(name, ())).get(text, text))


def divisions_near(application: Application) -> dict[str, str]:
    """The divisions a vehicle of the institution can stand in: those of its province, code → name. One query."""
    province = application.institution.division_id[:2]
    found = Division.objects.filter(code__startswith=province, closed_on__isnull=True).order_by("code")
    return dict(found.values_list("code", "name"))


def sections_of(
    application: Application,
    *,
    today: date,
    proposed: Mapping[str, object] | None = None,
    with_faults: bool = True,
) -> list[Section]:
    """All fields that this kind asks for, in groups, with faults and warnings beside them. One query.

    `proposed` is what was typed just now, otherwise what is stored. `today` is the day in Asia/Shanghai.
    """
    kind = ApplicationKind(application.kind)
    typed = application.proposed if proposed is None else proposed
    current = registered(application.ambulance) if application.ambulance else {}
    divisions = divisions_near(application)
    found = checked(kind, typed, today=today, current=current)
    whole = {**current, **typed}
    sections = []
    for name, words, names in GROUPS:
        fields = [asked_field(each, whole.get(each), current, divisions) for each in names if each in ASKED[kind]]
        for each in fields:
            fault, warning = found.faults.get(each.name), found.warnings.get(each.name)
            if fault and with_faults:
                each.fault, each.suggestion = str(fault.message), fault.suggestion
            each.warning = str(warning.message) if warning else ""
            each.reason = str(application.field_reasons.get(each.name, ""))
        if fields:
            sections.append(Section(name, words, fields))
    return sections


def asked_field(name: str, raw: object, current: Mapping[str, object], divisions: Mapping[str, str]) -> AskedField:
    """One field without what is to be said about it."""
    what = FIELDS[name]
    typed = "" if raw is None else "true" if raw is True else "" if raw is False else str(raw)
    shown = written(name, raw, divisions)
    before = written(name, current.get(name), divisions) if current else ""
    return AskedField(
        name=name,
        label=label_of(name),
        sort=sort_of(name),
        typed=typed,
        shown=shown,
        registered=before,
        is_changed=bool(current) and shown != before,
        is_required=what.is_required or what.sort is Sort.YES_NO,
        choices=choices_of(name, typed, divisions),
        hint=str(HINTS.get(name, "")),
        example=EXAMPLES.get(name, "2026-03-05" if what.sort is Sort.DATE else ""),
    )


def sort_of(name: str) -> str:
    """How a field is entered on a page."""
    if name == "division":
        return "choice"
    return {Sort.YES_NO: "flag", Sort.DATE: "day", Sort.CHOICE: "choice", Sort.NUMBER: "number"}.get(
        FIELDS[name].sort, "text"
    )


def choices_of(name: str, typed: str, divisions: Mapping[str, str]) -> Sequence[tuple[str, _StrOrPromise]]:
    """The lines of a list; what is stored stays among them even when it is none of the list."""
    if name == "division":
        lines: list[tuple[str, _StrOrPromise]] = [(code, f"{words} {code}") for code, words in divisions.items()]
    elif name in CHOICES:
        lines = list(CHOICES[name])
    else:
        return ()
    empty = [] if typed else [("", _("Choose"))]
    foreign = [(typed, typed)] if typed and typed not in dict(lines) else []
    return [*empty, *lines, *foreign]


PAPERS: dict[str, _StrOrPromise] = {
    document_field(value): words for value, words in ApplicationDocument.Purpose.choices
}
"""Names under which faults and reasons of documents stand, and what the documents show."""


def faults_told(faults: Mapping[str, FieldFault]) -> list[Told]:
    """Faults as a list to be linked: the whole first, then fields in the order of the form, then documents."""
    order = [name for _group, _words, names in GROUPS for name in names]
    place = {name: number for number, name in enumerate(["", *order, "reason", *PAPERS])}
    return [
        Told(name, told_label(name), str(fault.message))
        for name, fault in sorted(faults.items(), key=lambda pair: place.get(pair[0], len(place)))
    ]


def told_label(name: str) -> str:
    """What a fault is about: a field, a document, the reason; empty for the whole."""
    if name in PAPERS:
        return str(PAPERS[name])
    return label_of(name) if name in FIELDS else _("Reason") if name == "reason" else name


def all_fields(sections: Iterable[Section]) -> Iterable[AskedField]:
    """Every field, group after group."""
    return (each for section in sections for each in section.fields)
