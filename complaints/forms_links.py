"""The forms by which an officer links, merges and separates cases."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import CaseLink
from complaints.receipts import read_reference
from complaints.services.case_steps import LONGEST_WORDS
from complaints.services.linking import BY_HAND

LONGEST_REFERENCE = 20


class ActForm(forms.Form):
    """A reason, and the version of the part that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10**9)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Belongs to the file. Read by officers who see both cases."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please write the reason or the words; they belong to the file.")},
    )

    def clean_version(self) -> int:
        """The version that was read; 0, which is always stale, where none was sent: no step is taken unseen."""
        return self.cleaned_data["version"] or 0


class OtherCaseForm(ActForm):
    """Another case by its reference."""

    other = forms.CharField(
        label=_("Reference of the other case"),
        max_length=LONGEST_REFERENCE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the reference of the other case, for example AB12-3456.")},
    )

    field_order = ("version", "other", "kind", "reason")

    def clean_other(self) -> str:
        """The reference as it is stored."""
        return read_reference(self.cleaned_data["other"])


class LinkForm(OtherCaseForm):
    """How two cases belong together."""

    kind = forms.ChoiceField(
        label=_("How they belong together"),
        choices=[(one.value, one.label) for one in CaseLink.Kind if one in BY_HAND],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the two belong together.")},
    )


class MergeForm(OtherCaseForm):
    """The main case that this one is handled together with."""
