"""The shape of what the public types into a new complaint, page by page. Rules that need a database are elsewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.entry import (
    MOST_KILOMETRES,
    MOST_MINUTES,
    MOST_YUAN,
    NAME_LENGTH,
    NARRATIVE_LENGTH,
    PLACE_LENGTH,
    PLATE_LENGTH,
)
from complaints.fields import NumberField, TextField
from complaints.kinds import CODE_MISSING, Kind
from complaints.wishes import wishes_for
from directory.formats import BadFormat, check_phone, normalise_plate
from directory.kinds import AuthorityKind

DESCRIPTION_LENGTH = 300


class KindForm(forms.Form):
    """What it is about. Each kind is a button of its own."""

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Kind.choices,
        error_messages={
            "required": _("Choose what it is about."),
            "invalid_choice": _("Choose one from the list."),
        },
    )


class VehicleForm(forms.Form):
    """The plate, as far as it was seen, and what the vehicle looked like."""

    plate = TextField(
        longest=PLATE_LENGTH,
        label=_("Plate"),
        help_text=_("Such as 赣A12345. Write as much as you saw; leave it empty if you do not know it."),
    )
    vehicle_description = TextField(
        longest=DESCRIPTION_LENGTH,
        many_lines=True,
        label=_("What it looked like"),
        help_text=_("Colour, words and numbers on the body, the hospital or company. Leave it empty if none came."),
    )
    plate_confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_plate(self) -> str:
        """The plate in its usual writing where it has one."""
        return normalise_plate(self.cleaned_data["plate"])[:PLATE_LENGTH]

    def answers(self) -> dict[str, Any]:
        """What is kept: another vehicle than the card's from here on."""
        return {
            "plate": self.cleaned_data["plate"],
            "vehicle_description": self.cleaned_data["vehicle_description"],
            "code": "",
            "vehicle_is_known": False,
        }


DIFFERENCES: tuple[tuple[str, Promise], ...] = (
    ("plate", _("Plate")),
    ("owner", _("Name of the institution on the body")),
    ("colour", _("Colour")),
    ("type", _("Type of vehicle")),
    ("photo", _("It looks different from the photo")),
    (CODE_MISSING, _("The code is missing, covered or cannot be read")),
    ("other", _("Something else")),
)


class DifferencesForm(forms.Form):
    """Which facts of the card the vehicle does not share."""

    differences = forms.MultipleChoiceField(
        label=_("What differs from the card?"),
        choices=DIFFERENCES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick everything that differs."),
        error_messages={
            "required": _("Tick at least one line, or “Something else”."),
            "invalid_choice": _("Tick lines of this list only."),
        },
    )


class PlaceForm(forms.Form):
    """The division by its code, and the place in words."""

    division = forms.CharField(required=False, widget=forms.HiddenInput)
    place = TextField(
        longest=PLACE_LENGTH,
        label=_("Place in words"),
        help_text=_("Such as the street, the hospital gate, or from where to where. As exact as you can."),
    )


class RideForm(forms.Form):
    """What a price depends on."""

    distance_km = NumberField(
        most=MOST_KILOMETRES,
        places=1,
        example="12.5",
        units=("km", "公里", "千米"),
        label=_("Distance, kilometres"),
        help_text=_("The patient's ride, one way. A map on your phone tells it. Leave it empty if you do not know."),
    )
    waiting_minutes = NumberField(
        most=Decimal(MOST_MINUTES),
        places=0,
        example="30",
        units=("min", "分钟", "分"),
        label=_("Waiting time, minutes"),
        help_text=_("Only if the vehicle waited for you. Leave it empty otherwise."),
    )


class ChargeForm(forms.Form):
    """What was paid or asked for."""

    amount_charged = NumberField(
        most=MOST_YUAN,
        places=2,
        example="280.50",
        units=("¥", "元", "yuan", "rmb"),
        label=_("Amount charged, yuan"),
        help_text=_("Everything for the ride together, without medicines and treatment if you can tell them apart."),
    )


class WishForm(forms.Form):
    """A claim, a report of illegality, or both."""

    wish = forms.ChoiceField(
        label=_("What do you wish for?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you wish for."),
            "invalid_choice": _("Choose one from the list."),
        },
    )

    def __init__(self, *args: Any, kind: Kind, **options: Any) -> None:
        super().__init__(*args, **options)
        wish = self.fields["wish"]
        assert isinstance(wish, forms.ChoiceField)
        wish.choices = [(one.value, one.label) for one in wishes_for(kind)]


class AuthorityForm(forms.Form):
    """Which authority is complained of: its kind; which one of the kind follows from the place."""

    about_authority_kind = forms.ChoiceField(
        label=_("What kind of authority is it?"),
        choices=AuthorityKind.choices,
        widget=forms.RadioSelect,
        help_text=_("Which one of this kind it is follows from the place, which is asked next."),
        error_messages={
            "required": _("Choose the kind of authority."),
            "invalid_choice": _("Choose one from the list."),
        },
    )


class StoryForm(forms.Form):
    """The story. It may stay empty where ticked differences already tell it."""

    narrative = TextField(
        longest=NARRATIVE_LENGTH,
        many_lines=True,
        rows=10,
        label=_("What happened"),
        help_text=_("In your own words, up to 5,000 characters."),
    )

    def __init__(self, *args: Any, is_optional: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_optional = is_optional

    def clean_narrative(self) -> str:
        """At least one sentence, unless something else tells what happened."""
        narrative: str = self.cleaned_data["narrative"]
        if not narrative and not self.is_optional:
            raise ValidationError(_("Write in a sentence or two what happened."), code="required")
        return narrative


class ContactForm(forms.Form):
    """Everything may stay empty: a complaint without a name counts as much."""

    contact_phone = TextField(
        longest=40,
        label=_("Phone"),
        help_text=_("A mobile number gets a text message for every step."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    contact_email = TextField(
        longest=254,
        label=_("E-mail"),
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email", "inputmode": "email"}),
    )
    contact_name = TextField(
        longest=NAME_LENGTH,
        label=pgettext_lazy("person", "Name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_contact_phone(self) -> str:
        """The number in its one form."""
        phone: str = self.cleaned_data["contact_phone"]
        if not phone:
            return ""
        try:
            return check_phone(phone)
        except BadFormat as error:
            raise ValidationError(error.message, code=error.code) from error

    def clean_contact_email(self) -> str:
        """The address, if it can be one."""
        email: str = self.cleaned_data["contact_email"]
        try:
            if email:
                validate_email(email)
        except ValidationError as error:
            raise ValidationError(_("Write the e-mail address such as name@example.org."), code="email") from error
        return email


class ConsentForm(forms.Form):
    """Two separate wishes; neither is needed to send."""

    consent_sensitive = forms.BooleanField(
        required=False, label=_("I agree that health and whereabouts in my report are used to handle it.")
    )
    consent_share_contact = forms.BooleanField(
        required=False, label=_("My name and contact may be passed to the institution.")
    )

    def __init__(self, *args: Any, may_share: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_share:
            del self.fields["consent_share_contact"]
