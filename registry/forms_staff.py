"""The shape of what staff type about applications and crews. What is right or wrong is said by the core."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from edge.text import cleaned
from registry.applications import ApplicationKind, ApplicationState
from registry.dates import NoDate, read_date
from registry.models import CrewMember

LONGEST_NAME = 50
LONGEST_NUMBER = 40
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
ALL = "all"
WAITING = (
    ("", _("Any time")),
    ("5", _("5 days or longer")),
    ("10", _("10 days or longer")),
    ("20", _("20 days or longer")),
)
DUE = (("", _("Any day")), ("over", _("Overdue")), ("7", _("Within 7 days")))


class OneLine(forms.CharField):
    """One line of text made harmless; too long is told in words, never cut."""

    def __init__(self, *, longest: int, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest

    def to_python(self, value: Any) -> str:
        """The cleaned text. Raises ValidationError with the length that fits."""
        text = cleaned(super().to_python(value) or "")
        if len(text) > self.longest:
            words = _("This is too long. Shorten it to %(longest)d characters.")
            raise ValidationError(words, code="too-long", params={"longest": self.longest})
        return text


class DayField(forms.Field):
    """A day as it is typed: 2027-03-31, 2027/3/31, 20270331 or 2027年3月31日. Empty is None."""

    def to_python(self, value: Any) -> date | None:
        """The day. Raises ValidationError with an example."""
        text = cleaned(str(value or ""))
        if not text:
            return None
        try:
            day = read_date(text)
        except NoDate as error:
            raise ValidationError(_("Write a day such as 2027-03-31."), code="day") from error
        if not EARLIEST <= day <= LATEST:
            raise ValidationError(_("Write a day such as 2027-03-31."), code="day")
        return day


class ApplicationFilter(forms.Form):
    """Which applications a list shows. What is none of the choices counts as not chosen."""

    use_required_attribute = False

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("To do")), (ALL, _("All")), *ApplicationState.choices]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any kind")), *ApplicationKind.choices])
    waiting = forms.ChoiceField(label=_("Waiting for"), required=False, choices=WAITING)
    due = forms.ChoiceField(label=_("Due"), required=False, choices=DUE)

    def chosen(self) -> dict[str, str]:
        """What was chosen, by name; what cannot be read is left out."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CrewForm(forms.Form):
    """Somebody who rides along: name, role, certificate."""

    use_required_attribute = False

    name = OneLine(
        longest=LONGEST_NAME,
        label=pgettext_lazy("person", "Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the name as on the certificate.")},
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=CrewMember.Role.choices,
        error_messages={"required": _("Choose the role aboard."), "invalid_choice": _("Choose a role from the list.")},
    )
    certificate_number = OneLine(
        longest=LONGEST_NUMBER,
        required=False,
        label=_("Certificate number"),
        help_text=_("Of the practice certificate, such as 15 digits. Never the number of the identity card."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    certificate_valid_until = DayField(
        required=False,
        label=_("Certificate valid until"),
        help_text=_("Such as 2027-03-31. Leave it empty if the certificate does not expire."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "2027-03-31"}),
    )
