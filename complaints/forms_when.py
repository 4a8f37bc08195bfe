"""The page that asks for day and time: today, yesterday, a date, or not remembered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.entry import AHEAD, OLDEST, OLDEST_YEARS
from complaints.fields import DAY_FORMATS, TIME_FORMATS, TidyDate, TidyTime
from directory.clock import SHANGHAI
from edge.written import written_day

NOON = dt.time(12)
TODAY, YESTERDAY, OTHER_DAY, NOT_KNOWN = "today", "yesterday", "other", "not-known"


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
            (NOT_KNOWN, _("I do not remember")),
            (OTHER_DAY, _("Another day")),
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
