"""The shape of what the public types, page by page. Rules that need the database or a role are elsewhere."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.entry import NAME_LENGTH, NARRATIVE_LENGTH, PLACE_LENGTH, PLATE_LENGTH
from complaints.kinds import Kind
from directory.clock import SHANGHAI
from directory.formats import BadFormat, check_phone, normalise_plate
from edge.text import cleaned
from edge.written import written_day

DESCRIPTION_LENGTH = 300
MATERIAL_LENGTH = NARRATIVE_LENGTH
MOST_KILOMETRES = Decimal(20_000)
MOST_YUAN = Decimal(10_000_000)
MOST_MINUTES = 9_999
OLDEST_YEARS = 10
OLDEST = dt.timedelta(days=365 * OLDEST_YEARS + 3)
AHEAD = dt.timedelta(minutes=5)
"""A clock may be a little fast."""
LONGEST_CODE = 80
"""Characters of a reference or a receipt code that are looked at, grouped as anybody likes."""
NOON = dt.time(12)


class TextField(forms.CharField):
    """Text made harmless and kept within a length, told in words.

    The browser gets no `maxlength`: it would cut a pasted story silently.
    """

    def __init__(self, *, longest: int, many_lines: bool = False, rows: int = 3, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if many_lines else forms.TextInput
        super().__init__(**{"required": False, "widget": widget, **options})
        self.longest, self.many_lines = longest, many_lines

    def to_python(self, value: Any) -> str:
        """The cleaned text. Raises ValidationError with how much is too much."""
        text = cleaned(super().to_python(value) or "", many_lines=self.many_lines)
        over = len(text) - self.longest
        if over > 0:
            words = _("This text is %(over)d characters too long. Shorten it to %(longest)d characters.")
            raise ValidationError(words, code="too-long", params={"over": over, "longest": self.longest})
        return text


class NumberField(forms.Field):
    """A number as people write it: full width, thousands apart, with its unit. Empty is None."""

    widget = forms.TextInput

    def __init__(
        self, *, most: Decimal, places: int, example: str, units: tuple[str, ...] = (), **options: Any
    ) -> None:
        super().__init__(**{"required": False, **options})
        self.most, self.places, self.example, self.units = most, places, example, units
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:
        """The number. Raises ValidationError with an example, or with the largest that is taken."""
        text = re.sub(r"[\s,，]", "", unicodedata.normalize("NFKC", str(value or "")[:60])).lower()
        for unit in self.units:
            text = text.removeprefix(unit).removesuffix(unit)
        if not text:
            return None
        shape = rf"[0-9]{{1,20}}(\.[0-9]{{1,{self.places}}})?" if self.places else r"[0-9]{1,20}"
        if not re.fullmatch(shape, text):
            words = _("Write a number in digits, such as %(example)s, or leave it empty.")
            raise ValidationError(words, code="number", params={"example": self.example})
        number = Decimal(text)
        if number > self.most:
            words = _("This number is too large: at most %(most)s. Check it, or leave it empty.")
            raise ValidationError(words, code="too-large", params={"most": f"{self.most:,}"})
        return number


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


TODAY, YESTERDAY, OTHER_DAY, NOT_KNOWN = "today", "yesterday", "other", "not-known"
DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%H点%M分", "%H点%M", "%H点", "%H时%M分", "%H时", "%H%M"]


class TidyDate(forms.DateField):
    """A date by the browser's own picker, or typed in any usual way."""

    def to_python(self, value: Any) -> dt.date | None:
        """The date, read in half width and without spaces."""
        return super().to_python(re.sub(r"\s", "", unicodedata.normalize("NFKC", value)) if value else value)


class TidyTime(forms.TimeField):
    """A time by the browser's own picker, or typed in any usual way."""

    def to_python(self, value: Any) -> dt.time | None:
        """The time, read in half width and without spaces."""
        return super().to_python(re.sub(r"\s", "", unicodedata.normalize("NFKC", value)) if value else value)


class WhenForm(forms.Form):
    """Day and time in Asia/Shanghai, as well as the person remembers."""

    day = forms.ChoiceField(
        label=_("Which day?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a day, or “I do not remember”.")},
    )
    date = TidyDate(
        required=False,
        label=_("Date of another day"),
        input_formats=DAY_FORMATS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the date such as 2026-11-23.")},
    )
    time = TidyTime(
        required=False,
        label=_("What time?"),
        help_text=_("Such as 18:05. Roughly is fine; leave it empty if you do not know."),
        input_formats=TIME_FORMATS,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time such as 18:05, or leave it empty.")},
    )
    is_about = forms.BooleanField(required=False, label=_("Day or time is approximate"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, now: dt.datetime, answers: Mapping[str, Any]) -> None:
        self.now = now.astimezone(SHANGHAI)
        self.today = self.now.date()
        super().__init__(data, initial=self._initial(answers))
        day = self.fields["day"]
        assert isinstance(day, forms.ChoiceField)
        day.choices = [
            (TODAY, _("Today, %(day)s") % {"day": written_day(self.today)}),
            (YESTERDAY, _("Yesterday, %(day)s") % {"day": written_day(self.today - dt.timedelta(days=1))}),
            (OTHER_DAY, _("Another day")),
            (NOT_KNOWN, _("I do not remember")),
        ]

    def _initial(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """What was answered before, told relative to the day that is now today."""
        if "when_day" not in answers:
            return {}
        kept = answers["when_day"]
        near = {self.today.isoformat(): TODAY, (self.today - dt.timedelta(days=1)).isoformat(): YESTERDAY}
        day = near.get(kept, OTHER_DAY) if kept else NOT_KNOWN
        return {
            "day": day,
            "date": kept if day == OTHER_DAY else "",
            "time": answers.get("when_time", ""),
            "is_about": answers.get("when_is_about", False),
        }

    def clean(self) -> dict[str, Any]:
        """Bring the day and the time together; refuse what has not happened yet and what is too long ago."""
        given = self.cleaned_data
        choice = given.get("day")
        near = {TODAY: self.today, YESTERDAY: self.today - dt.timedelta(days=1)}
        day = near.get(choice or "") or (given.get("date") if choice == OTHER_DAY else None)
        if choice == OTHER_DAY and day is None and "date" not in self.errors:
            self.add_error("date", ValidationError(_("Write the date, or choose “I do not remember”."), "required"))
        if day is not None:
            self._refuse_impossible(day, given.get("time"))
        given["on"] = day
        return given

    def _refuse_impossible(self, day: dt.date, at: dt.time | None) -> None:
        where = "date" if self.cleaned_data.get("day") == OTHER_DAY else "day"
        if day > self.today:
            self.add_error(where, ValidationError(_("This day is still to come. Check the date."), "future"))
        elif at and dt.datetime.combine(day, at, SHANGHAI) > self.now + AHEAD:
            self.add_error("time", ValidationError(_("This time is still to come. Check day and time."), "future"))
        elif day < self.today - OLDEST:
            words = _("This is more than %(years)d years ago. Check the year.")
            self.add_error(where, ValidationError(words, "too-old", {"years": OLDEST_YEARS}))

    def answers(self) -> dict[str, Any]:
        """What is kept: the parts as given, and the instant; noon where only the day is known, never the future."""
        day, at = self.cleaned_data["on"], self.cleaned_data["time"]
        instant = min(dt.datetime.combine(day, at or NOON, SHANGHAI), self.now) if day else None
        return {
            "when_day": day.isoformat() if day else "",
            "when_time": at.strftime("%H:%M") if at and day else "",
            "when_is_about": self.cleaned_data["is_about"],
            "occurred_at": instant.isoformat() if instant else "",
        }


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
        longest=NAME_LENGTH, label=_("Name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
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
