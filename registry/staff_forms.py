"""The forms of the desk's actions on vehicles, codes, institutions and prices: their shape only."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.kinds import InstitutionKind
from edge.fields import CleanText
from registry.choices import RevokeReason


def day_field(label: object, **options: object) -> forms.DateField:
    """A date as the browser's own field writes it."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)  # type: ignore[arg-type]  # Django's own options


class ConfirmForm(forms.Form):
    """Only the press of the button."""


class ReasonForm(forms.Form):
    """Why something is done: the owner and, in the history, everybody in the jurisdiction reads it."""

    reason = CleanText(label=_("Reason"), max_length=200, help_text=_("Kept in the vehicle's history. Name no person."))


class FreeFieldsForm(forms.Form):
    """What a fleet manager changes at once, without an application."""

    station = CleanText(label=_("Station"), max_length=100, required=False)
    positioning_device = CleanText(label=_("Positioning device"), max_length=60, required=False)


REISSUE_REASONS = (RevokeReason.DAMAGED, RevokeReason.LOST, RevokeReason.REISSUED)
REVOKE_REASONS = (RevokeReason.MISUSED, RevokeReason.MISTAKE, RevokeReason.DAMAGED, RevokeReason.LOST)


class ReissueForm(forms.Form):
    """Why a code is replaced."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[(each.value, each.label) for each in REISSUE_REASONS])


class RevokeForm(forms.Form):
    """Why a code is revoked."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[(each.value, each.label) for each in REVOKE_REASONS])


class InstitutionFactsForm(forms.Form):
    """The registered facts of an institution."""

    use_required_attribute = False

    name = CleanText(label=_("Name of the institution"), max_length=100)
    kind = forms.TypedChoiceField(label=_("Kind"), choices=InstitutionKind.choices, coerce=InstitutionKind)
    licence_number = CleanText(label=_("Practice licence number"), max_length=22, required=False)
    address = CleanText(label=_("Address"), max_length=200, required=False)
    complaint_phone = CleanText(
        label=_("Complaint phone"),
        max_length=20,
        help_text=_("Painted on the vehicles and shown to the public: name and phone are to be painted anew."),
    )
    in_120_network = forms.BooleanField(label=_("in the 120 network"), required=False)


class ClosingForm(forms.Form):
    """From which day an institution is closed."""

    closed_on = day_field(_("Closed from"))


class PriceForm(forms.Form):
    """A price to post, in yuan and kilometres."""

    base_fee = forms.DecimalField(label=_("Base fee, yuan"), min_value=0, max_digits=8, decimal_places=2)
    included_km = forms.DecimalField(label=_("Kilometres included"), min_value=0, max_digits=6, decimal_places=1)
    per_km = forms.DecimalField(label=_("Yuan per further kilometre"), min_value=0, max_digits=8, decimal_places=2)
    waiting_per_hour = forms.DecimalField(
        label=_("Waiting, yuan per hour"), min_value=0, max_digits=8, decimal_places=2, initial=Decimal(0)
    )
    note = CleanText(label=_("Remark"), max_length=200, required=False)
    valid_from = day_field(_("Valid from"), help_text=_("Today or later. What was posted before stays on record."))


class ViewForm(forms.Form):
    """A name for the filters of a list."""

    name = CleanText(label=_("Name of this view"), max_length=40)
    query = forms.CharField(max_length=500, widget=forms.HiddenInput)
