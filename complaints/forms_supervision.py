"""The forms of supervision: their shape only; the rules are the services'."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import QualityCheck
from complaints.services.extending import LONGEST_REASON
from complaints.services.quality import LONGEST_NOTE
from edge.text import cleaned

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Words(forms.CharField):
    """Several lines without control characters; whether they are needed, the service says."""

    def __init__(self, **options: object) -> None:
        super().__init__(widget=forms.Textarea({"rows": 3}), required=False, strip=True, **options)  # type: ignore[arg-type]

    def to_python(self, value: object) -> str:
        """The cleaned text, lines kept."""
        return cleaned(super().to_python(value) or "", many_lines=True)


class VersionedForm(forms.Form):
    """A form about a part, which names the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_version(self) -> int:
        """The version that was read; 0, which is always stale, where none was sent: no step is taken unseen."""
        return self.cleaned_data["version"] or 0

    def read_again(self, version: int) -> None:
        """What was typed goes with the version that stands now: the person is told what happened, and decides anew."""
        self.data = {**self.data, "version": version}


class AskExtensionForm(VersionedForm):
    """Why the decision needs more time."""

    reason = Words(
        label=_("Reason, told to the complainant"),
        max_length=LONGEST_REASON,
        help_text=_("Write it so that the complainant can read it: what is still to be found out. Name no person."),
    )


class DecideExtensionForm(VersionedForm):
    """Granted or refused; why not."""

    note = Words(label=_("If refused: why"), max_length=LONGEST_REASON)


class ReasonForm(forms.Form):
    """Why a case is held, or held no longer."""

    reason = Words(
        label=_("Reason"), max_length=LONGEST_REASON, help_text=_("The lawsuit or inspection, and who asked for it.")
    )


class CheckForm(forms.Form):
    """How well a part was handled."""

    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=QualityCheck.Verdict.choices, required=False, widget=forms.RadioSelect
    )
    note = Words(label=_("Note"), max_length=LONGEST_NOTE, help_text=_("Needed where there is a fault."))


class MonthForm(forms.Form):
    """A month that is over, such as 2026-10."""

    month = forms.RegexField(
        label=_("Month"),
        regex=r"^20[0-9]{2}-(0[1-9]|1[0-2])$",
        widget=forms.TextInput({"type": "month", "placeholder": "2026-10"}),
    )

    @property
    def day(self) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")


def with_faults(form: forms.Form, faults: Mapping[str, _StrOrPromise]) -> forms.Form:
    """The form as it was sent, with what the service found wrong beside its fields."""
    form.is_valid()
    for name, words in faults.items():
        form.add_error(name if name in form.fields else None, str(words))
    return form
