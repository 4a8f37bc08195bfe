"""What the clerk of a hotline types while somebody tells: one form for the whole call."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.entry import (
    AHEAD,
    MOST_KILOMETRES,
    MOST_MINUTES,
    MOST_YUAN,
    NARRATIVE_LENGTH,
    OLDEST,
    OLDEST_YEARS,
    PLACE_LENGTH,
    PLATE_LENGTH,
)
from complaints.fields import DAY_FORMATS, TIME_FORMATS, NumberField, TextField, TidyDate, TidyTime
from complaints.forms import ContactForm
from complaints.forms_when import NOON
from complaints.kinds import Kind
from complaints.places import Group, named
from complaints.wishes import Wish, wishes_for
from directory.clock import SHANGHAI
from directory.formats import normalise_plate
from directory.kinds import AuthorityKind

LANGUAGES = (("zh-hans", "中文"), ("en", "English"))


class CallForm(ContactForm):
    """A complaint as it is told on the telephone. Only the kind, the place and the story are needed."""

    use_required_attribute = False

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", _("Choose")), *Kind.choices],
        error_messages={"required": _("Choose what it is about."), "invalid_choice": _("Choose one from the list.")},
    )
    code = TextField(longest=40, label=_("Code on the vehicle"), help_text=_("As painted, with or without dashes."))
    plate = TextField(longest=PLATE_LENGTH, label=_("Plate"), help_text=_("As much as the caller saw."))
    about_authority_kind = forms.ChoiceField(
        label=_("Kind of authority, if one is complained of"),
        required=False,
        choices=[("", _("Choose")), *AuthorityKind.choices],
    )
    date = TidyDate(
        required=False,
        label=_("Day"),
        input_formats=DAY_FORMATS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the date such as 2026-11-23.")},
    )
    time = TidyTime(
        required=False,
        label=_("Time"),
        input_formats=TIME_FORMATS,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time such as 18:05, or leave it empty.")},
    )
    is_about = forms.BooleanField(required=False, label=_("Day or time is approximate"))
    division = forms.ChoiceField(label=_("City or county"), required=False)
    elsewhere = TextField(
        longest=40,
        label=_("Elsewhere: name or six digits"),
        help_text=_("For a place that is not in the list. Such as 东湖区 or 360102."),
    )
    place = TextField(longest=PLACE_LENGTH, label=_("Place in words"))
    narrative = TextField(
        longest=NARRATIVE_LENGTH,
        required=True,
        many_lines=True,
        rows=10,
        label=_("What happened"),
        help_text=_("In the caller's words. Read it out once before you file it."),
        error_messages={"required": _("Write in a sentence or two what happened.")},
    )
    distance_km = NumberField(
        most=MOST_KILOMETRES, places=1, example="12.5", units=("km", "公里", "千米"), label=_("Distance, kilometres")
    )
    waiting_minutes = NumberField(
        most=Decimal(MOST_MINUTES),
        places=0,
        example="30",
        units=("min", "分钟", "分"),
        label=_("Waiting time, minutes"),
    )
    amount_charged = NumberField(
        most=MOST_YUAN, places=2, example="280.50", units=("¥", "元", "yuan", "rmb"), label=_("Amount charged, yuan")
    )
    wish = forms.ChoiceField(
        label=_("If money was paid: what is wished for?"), required=False, choices=[("", _("Choose")), *Wish.choices]
    )
    consent_sensitive = forms.BooleanField(required=False, label=_("The caller agrees"))
    consent_share_contact = forms.BooleanField(required=False, label=_("The caller agrees"))
    language = forms.ChoiceField(label=_("Language of the caller"), choices=LANGUAGES, initial="zh-hans")

    def __init__(self, *args: Any, groups: list[Group], now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now.astimezone(SHANGHAI)
        division = self.fields["division"]
        assert isinstance(division, forms.ChoiceField)
        division.choices = [
            ("", _("Choose")),
            *((group.name, [(one.code, one.name) for one in group.choices]) for group in groups),
        ]

    def clean_plate(self) -> str:
        """The plate in its usual writing where it has one."""
        return normalise_plate(self.cleaned_data["plate"])[:PLATE_LENGTH]

    def clean_elsewhere(self) -> str:
        """The code of the one division that is meant. Raises ValidationError naming those that could be."""
        text: str = self.cleaned_data["elsewhere"]
        if not text:
            return ""
        found = named(text)
        if len(found) == 1:
            return found[0].code
        if not found:
            raise ValidationError(_("No city or county has this name. Write the name, or its six digits."), "unknown")
        names = "; ".join(f"{one.name} {one.code}" for one in found)
        raise ValidationError(_("Several are called so. Write the six digits: %(names)s"), "several", {"names": names})

    def clean(self) -> dict[str, Any]:
        """What belongs together: the day lies in the past; a wish and an authority fit the kind."""
        given = self.cleaned_data
        day, at = given.get("date"), given.get("time")
        if day is not None:
            instant = dt.datetime.combine(day, at or dt.time(0), SHANGHAI)
            if instant > self.now + AHEAD:
                self.add_error("date", ValidationError(_("This lies in the future. Check day and time."), "future"))
            elif instant < self.now - OLDEST:
                words = _("This is more than %(years)d years ago. Check the year.")
                self.add_error("date", ValidationError(words, "too-old", {"years": OLDEST_YEARS}))
        kind, wish = given.get("kind"), given.get("wish")
        if kind and wish and wish not in wishes_for(Kind(kind)):
            self.add_error("wish", ValidationError(_("This cannot be wished for with this kind."), "no-wish"))
        return given

    def answers(self) -> dict[str, Any]:
        """The call as a draft holds it. Only after the form was found valid."""
        given = dict(self.cleaned_data)
        day, at = given.pop("date"), given.pop("time")
        instant = min(dt.datetime.combine(day, at or NOON, SHANGHAI), self.now) if day else None
        numbers = ("distance_km", "waiting_minutes", "amount_charged")
        return {
            **given,
            **{name: "" if given[name] is None else f"{given[name]:f}" for name in numbers},
            "division": given["elsewhere"] or given["division"],
            "when_time": at.strftime("%H:%M") if day and at else "",
            "when_is_about": given["is_about"],
            "occurred_at": instant.isoformat() if instant else "",
        }
