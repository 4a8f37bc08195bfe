"""The filters of the fleet list: what the address may ask, and the vehicles that answer to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.roles import BodyKind
from accounts.scope import Scope, prefix_of
from directory.formats import PLATE_HEADS, BadFormat, check_vin, normalise_plate
from directory.models import Division
from edge.text import cleaned
from registry.choices import AmbulanceStatus, MarkingState, VehicleType
from registry.keyset import Order
from registry.models import Ambulance, Marking
from registry.provinces import Province

LIVE_STATUSES = (AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED)
"""Vehicles whose dates and codes matter."""

ORDERS: dict[str, Order] = {
    "plate": Order("plate"),
    "-plate": Order("plate", is_descending=True),
    "inspection": Order("inspection_valid_until"),
    "-inspection": Order("inspection_valid_until", is_descending=True),
    "updated": Order("updated_at"),
    "-updated": Order("updated_at", is_descending=True),
}
OVERDUE = "overdue"
DUE_CHOICES = (
    ("", _("Any dates")),
    (OVERDUE, _("Past a date")),
    ("7", _("Within 7 days")),
    ("30", _("Within 30 days")),
    ("60", _("Within 60 days")),
    ("90", _("Within 90 days")),
)
_PLATE_WITHOUT_HEAD = re.compile(r"[A-Z][A-HJ-NP-Z0-9]{5,6}")


class FleetFilter(forms.Form):
    """What a fleet list is narrowed by. Every field may be empty; all of them together are the list's address."""

    q = forms.CharField(
        label=_("Plate, fleet number or VIN"), required=False, max_length=40, widget=forms.TextInput({"type": "search"})
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *AmbulanceStatus.choices]
    )
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("Any type")), *VehicleType.choices])
    network = forms.ChoiceField(
        label=_("120 network"),
        required=False,
        choices=[("", _("Either")), ("yes", _("In the 120 network")), ("no", _("Not a 120 vehicle"))],
    )
    due = forms.ChoiceField(label=_("Inspection or scrapping due"), required=False, choices=DUE_CHOICES)
    codes = forms.ChoiceField(
        label=_("Codes"), required=False, choices=[("", _("Any")), ("unmounted", _("Issued, not mounted"))]
    )
    division = forms.ChoiceField(label=_("Division"), required=False, choices=[("", _("The whole jurisdiction"))])
    owner = forms.CharField(label=_("Institution, part of its name"), required=False, max_length=60)
    institution = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in ("", *ORDERS)], widget=forms.HiddenInput)

    def __init__(self, asked: Mapping[str, Any], scope: Scope) -> None:
        super().__init__(asked)
        if scope.body is BodyKind.INSTITUTION:
            for name in ("division", "owner", "institution"):
                del self.fields[name]
            return
        below = divisions_below(scope, str(asked.get("division", "")))
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("The whole jurisdiction")), *((one.code, one.name) for one in below)]

    @property
    def order(self) -> Order:
        """The order asked for; by plate if none or a wrong one is."""
        name = self.cleaned_data.get("sort") if self.is_valid() else None
        return ORDERS[name or "plate"]

    def applied(self) -> list[tuple[str, str, str]]:
        """(parameter, label, value in words) of each filter that narrows the list."""
        told = []
        for name, value in self.cleaned_data.items():
            if value in ("", None) or name in {"sort", "institution"}:
                continue
            field = self.fields[name]
            words = dict(self[name].field.widget.choices).get(value) if isinstance(field, forms.ChoiceField) else None
            told.append((name, str(field.label), str(words or value)))
        return told


def divisions_below(scope: Scope, chosen: str) -> list[Division]:
    """What can be chosen in place of a jurisdiction: the chosen division and those right below it. One query.

    Without a choice those right below the jurisdiction itself. Nothing for who has no division.
    """
    if scope.division_prefix is None:
        return []
    inside = re.fullmatch(r"[0-9]{6}", chosen) and chosen.startswith(scope.division_prefix)
    top = chosen if inside else scope.division_prefix.ljust(6, "0")
    near = Q(parent_id=top) | Q(pk=top) if inside else Q(parent_id=top)
    return list(Division.objects.filter(near).order_by("code"))


def narrowed(rows: QuerySet[Ambulance], asked: Mapping[str, Any], today: date) -> QuerySet[Ambulance]:
    """The vehicles among `rows` that answer to the cleaned data of a FleetFilter."""
    for name, condition in CONDITIONS.items():
        if asked.get(name):
            rows = rows.filter(condition(asked[name]))
    if asked["due"]:
        rows = rows.filter(due(asked["due"], today), status__in=LIVE_STATUSES)
    if asked["sort"].endswith("inspection"):
        rows = rows.filter(inspection_valid_until__isnull=False)
    return rows


def within(rows: QuerySet[Ambulance], scope: Scope) -> QuerySet[Ambulance]:
    """`rows`, which lie in the jurisdiction already, told by its province: so that an index in order begins there."""
    if scope.division_prefix is None:
        return rows
    return rows.alias(province=Province("division")).filter(province=scope.division_prefix[:2])


def named(typed: str) -> Q:
    """The vehicles meant by a typed text: a VIN, a plate or its beginning, a plate without its province, or a number.

    Only conditions that an index answers: never a part of the middle of a plate.
    """
    text = cleaned(typed)
    try:
        return Q(vin=check_vin(text))
    except BadFormat:
        compact = normalise_plate(text)
    numbered = Q(fleet_number=text)
    if compact[:1] and compact[0] in PLATE_HEADS:
        return numbered | Q(plate__startswith=compact)
    if _PLATE_WITHOUT_HEAD.fullmatch(compact):
        return numbered | Q(plate__in=[head + compact for head in PLATE_HEADS])
    return numbered


def unmounted(_: str) -> Q:
    """A code was issued for the vehicle that is not on it yet. Such codes are few, so the search begins with them."""
    return Q(pk__in=Marking.objects.filter(state=MarkingState.ISSUED).values("ambulance"))


CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "q": named,
    "status": lambda value: Q(status=value),
    "type": lambda value: Q(vehicle_type=value),
    "network": lambda value: Q(in_120_network=value == "yes"),
    "codes": unmounted,
    "division": lambda value: Q(division__code__startswith=prefix_of(value)),
    "owner": lambda value: Q(institution__name__icontains=cleaned(value)),
    "institution": lambda value: Q(institution_id=value),
}
"""What each filter asks of a vehicle. Dates are apart: they need the day."""


def due(within: str, today: date) -> Q:
    """A date of the vehicle lies within so many days, or has passed (`overdue`, or any that is within a time)."""
    day = today - timedelta(days=1) if within == OVERDUE else today + timedelta(days=int(within))
    return Q(inspection_valid_until__lte=day) | Q(scrap_due_on__lte=day)
