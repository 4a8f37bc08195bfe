"""The shape of what officers write across the wall, on either side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.fields import TextField
from complaints.models import Reveal
from complaints.services.case_steps import LONGEST_WORDS

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class StepForm(forms.Form):
    """A form that a service can refuse: its faults stand beside the fields they belong to."""

    def tell(self, faults: Mapping[str, _StrOrPromise]) -> None:
        """Show what the service said, beside the field or above the form."""
        for name, words in faults.items():
            self.add_error(name if name in self.fields else None, str(words))


class ReplyForm(StepForm):
    """An institution's reply. Files come beside it."""

    text = TextField(longest=LONGEST_WORDS, many_lines=True, rows=8, label=_("Your reply"))
    corrective_action = TextField(
        longest=LONGEST_WORDS,
        many_lines=True,
        rows=4,
        label=_("Corrective action"),
        help_text=_("What you have done or will do, and by when. Leave it empty if nothing is to be corrected."),
    )


class ForwardForm(StepForm):
    """What an institution is told."""

    summary = TextField(
        longest=LONGEST_WORDS,
        many_lines=True,
        rows=8,
        label=_("What the institution is told"),
        help_text=_(
            "In your own words: which vehicle, which day, what is to be answered. Name nobody who complained, and do "
            "not copy the complaint: its words can give the writer away."
        ),
    )
    shown_files = forms.MultipleChoiceField(
        required=False,
        label=_("Files it may see"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Cleaned copies. Look at each before: a face, a voice or a plate can tell who complained."),
    )
    has_several_departments = forms.BooleanField(required=False, label=_("Several departments have to be asked"))
    credit_code = TextField(
        longest=40,
        label=_("Unified social credit code of another institution"),
        help_text=_("Only if another institution than the one complained of is to answer."),
    )

    def __init__(self, *args: Any, files: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["shown_files"].choices = files  # type: ignore[attr-defined]  # a field of choices
        if not files:
            del self.fields["shown_files"]


class WordsForm(StepForm):
    """One text; `field` is the name under which the service knows it."""

    def __init__(self, *args: Any, field: str, label: _StrOrPromise, hint: _StrOrPromise, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields[field] = TextField(longest=LONGEST_WORDS, many_lines=True, rows=4, label=label, help_text=hint)


class RevealForm(StepForm):
    """What is to be seen, and why."""

    subject = forms.ChoiceField(
        label=_("What you need to see"),
        choices=[(one.value, one.label) for one in (Reveal.Subject.CONTACT, Reveal.Subject.IDENTITY)],
        widget=forms.RadioSelect,
    )
    reason = TextField(
        longest=LONGEST_WORDS, many_lines=True, rows=3, label=_("Reason"), help_text=_("It is kept with the record.")
    )


class OriginalForm(StepForm):
    """Why the original of a file has to be seen."""

    reason = TextField(
        longest=LONGEST_WORDS, many_lines=True, rows=3, label=_("Reason"), help_text=_("It is kept with the record.")
    )
