"""The shape of what is typed to follow a complaint, and to add to it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.entry import NARRATIVE_LENGTH
from complaints.fields import TextField

MATERIAL_LENGTH = NARRATIVE_LENGTH
LONGEST_CODE = 80
"""Characters of a reference or a receipt code that are looked at, grouped as anybody likes."""


class FollowForm(forms.Form):
    """Reference and receipt code as typed. Whether they fit is found out elsewhere, in one answer."""

    reference = TextField(
        longest=LONGEST_CODE,
        required=True,
        label=_("Reference"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Such as AB12-3456."),
        error_messages={"required": _("Write the reference of your receipt.")},
    )
    receipt_code = TextField(
        longest=LONGEST_CODE,
        required=True,
        label=_("Receipt code"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("16 letters and digits. Capitals and dashes do not matter."),
        error_messages={"required": _("Write the receipt code of your receipt.")},
    )


class MaterialForm(forms.Form):
    """More words; files come beside them."""

    text = TextField(longest=MATERIAL_LENGTH, many_lines=True, rows=6, label=_("What would you like to add?"))
