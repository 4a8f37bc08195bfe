"""The shape of what is typed to follow a complaint, and to add to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.entry import NARRATIVE_LENGTH
from complaints.fields import TextField
from complaints.review_rights import ReviewRight
from complaints.services.rating import LONGEST_RATING
from complaints.services.reviewing import LONGEST_REASON
from complaints.story_words import POINTS

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


class RatingForm(forms.Form):
    """Five points in words, and words of one's own."""

    stars = forms.TypedChoiceField(
        label=_("How satisfied are you with how it was handled?"),
        choices=[(str(points), words) for points, words in POINTS],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how satisfied you are."),
            "invalid_choice": _("Choose one from the list."),
        },
    )
    text = TextField(
        longest=LONGEST_RATING,
        many_lines=True,
        rows=4,
        label=_("What was good, what was not?"),
        help_text=_("May stay empty. The authority reads it."),
    )


class ReviewForm(forms.Form):
    """Which answer is to be reviewed, and why."""

    part = forms.ChoiceField(
        label=_("Which answer do you not agree with?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the answer that is to be reviewed."),
            "invalid_choice": _("Choose one from the list."),
        },
    )
    reason = TextField(
        longest=LONGEST_REASON,
        required=True,
        many_lines=True,
        rows=6,
        label=_("Why do you not agree?"),
        error_messages={"required": _("Write in a few words why you do not agree.")},
    )

    def __init__(self, *args: Any, rights: Sequence[ReviewRight], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rights = {str(one.part.pk): one for one in rights}
        part = self.fields["part"]
        assert isinstance(part, forms.ChoiceField)
        part.choices = [(pk, str(one.part.authority or "")) for pk, one in self.rights.items()]
        if len(self.rights) == 1:
            del self.fields["part"]

    def right(self) -> ReviewRight:
        """The right that is used. Only after the form was found valid."""
        chosen = self.cleaned_data.get("part") or next(iter(self.rights))
        return self.rights[chosen]


class LostCodeForm(forms.Form):
    """Reference, and the contact that was left."""

    reference = TextField(
        longest=LONGEST_CODE,
        required=True,
        label=_("Reference"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Such as AB12-3456."),
        error_messages={"required": _("Write the reference of your receipt.")},
    )
    contact = TextField(
        longest=254,
        required=True,
        label=_("Mobile number or e-mail that you left"),
        error_messages={"required": _("Write the mobile number or the e-mail that you left with the complaint.")},
    )
