"""Fields that read what people type as they mean it: text made harmless, numbers with units, days and times."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from edge.text import cleaned


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
