"""The filters of the desk's list of complaints."""

from __future__ import annotations

from datetime import date

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind
from complaints.querysets import ComplaintQuerySet
from complaints.receipts import read_reference
from complaints.workflow import State
from directory.formats import normalise_plate
from edge.text import cleaned
from registry.keyset import Order

NEWEST_FIRST = Order("received_at", is_descending=True)


class CaseFilter(forms.Form):
    """What a list of complaints is narrowed by."""

    q = forms.CharField(
        label=_("Reference or plate"), required=False, max_length=40, widget=forms.TextInput({"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any kind")), *Kind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any")), *State.choices])
    due = forms.ChoiceField(
        label=_("Deadline"),
        required=False,
        choices=[("", _("Any")), ("overdue", _("Overdue")), ("week", _("Within 7 days"))],
    )

    def narrowed(self, rows: ComplaintQuerySet, today: date) -> ComplaintQuerySet:
        """The complaints among `rows` that answer to what was asked."""
        asked = self.cleaned_data
        if asked["q"]:
            text = cleaned(asked["q"])
            rows = rows.filter(Q(reference=read_reference(text)) | Q(plate_given=normalise_plate(text)))
        if asked["kind"]:
            rows = rows.filter(kind=asked["kind"])
        if asked["state"]:
            rows = rows.filter(state=asked["state"])
        if asked["due"]:
            rows = rows.due_by(today, is_past=asked["due"] == "overdue")
        return rows
