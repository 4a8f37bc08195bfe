"""The filters of the institutions' list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope, prefix_of
from directory.kinds import InstitutionKind
from directory.models import Institution
from edge.text import cleaned
from registry.fleet_filters import divisions_below
from registry.keyset import Order

BY_NAME = Order("name")


class InstitutionFilter(forms.Form):
    """What a list of institutions is narrowed by."""

    q = forms.CharField(
        label=_("Part of the name, or credit code"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"type": "search"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any")), *InstitutionKind.choices])
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any")), ("open", _("Open")), ("closed", _("Closed"))]
    )
    division = forms.ChoiceField(label=_("Division"), required=False, choices=[("", _("The whole jurisdiction"))])

    def __init__(self, asked: Mapping[str, Any], scope: Scope) -> None:
        super().__init__(asked)
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)
        below = divisions_below(scope, str(asked.get("division", "")))
        field.choices = [("", _("The whole jurisdiction")), *((one.code, one.name) for one in below)]

    def narrowed(self, rows: QuerySet[Institution], today: date) -> QuerySet[Institution]:
        """The institutions among `rows` that answer to what was asked."""
        asked = self.cleaned_data
        if asked["q"]:
            text = cleaned(asked["q"])
            rows = rows.filter(Q(name__icontains=text) | Q(credit_code=text.upper()))
        if asked["kind"]:
            rows = rows.filter(kind=asked["kind"])
        if asked["state"]:
            closed = Q(closed_on__isnull=False, closed_on__lte=today)
            rows = rows.filter(closed if asked["state"] == "closed" else ~closed)
        if asked["division"]:
            rows = rows.filter(division__code__startswith=prefix_of(asked["division"]))
        return rows
