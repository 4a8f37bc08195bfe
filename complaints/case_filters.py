"""What the queue of the desk is narrowed by, beside its tabs."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind
from complaints.querysets import HandlingQuerySet
from complaints.receipts import read_reference
from complaints.workflow import HandlingState
from directory.formats import normalise_plate
from edge.text import cleaned


class QueueFilter(forms.Form):
    """Reference or plate, kind, and the state of the part."""

    q = forms.CharField(
        label=_("Reference or plate"), required=False, max_length=40, widget=forms.TextInput({"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any kind")), *Kind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any")), *HandlingState.choices])

    def narrowed(self, rows: HandlingQuerySet) -> HandlingQuerySet:
        """The parts among `rows` that answer to what was asked."""
        asked = self.cleaned_data
        if asked["q"]:
            text = cleaned(asked["q"])
            rows = rows.filter(
                Q(complaint__reference=read_reference(text)) | Q(complaint__plate_given=normalise_plate(text))
            )
        if asked["kind"]:
            rows = rows.filter(complaint__kind=asked["kind"])
        if asked["state"]:
            rows = rows.filter(state=asked["state"])
        return rows
