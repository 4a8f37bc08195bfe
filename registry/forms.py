"""The shape of what the public types: one text to look up, one distance."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from edge.text import cleaned
from registry.lookup import LONGEST_QUERY

LONGEST_RIDE_KM = Decimal(9999)


class LookupForm(forms.Form):
    """The one box. What the text means is decided by `registry.lookup`; here it only keeps what was typed."""

    use_required_attribute = False

    q = forms.CharField(
        # Translators: 车牌、车身编码或单位名称
        label=_("Plate, code on the vehicle, or name of the institution"),
        # Translators: 如 京A12345；二维码旁的12位编码；或 人民医院
        help_text=_("Such as 京A12345, the 12 characters beside the QR code, or 人民医院"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "maxlength": LONGEST_QUERY,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "enterkeyhint": "search",
            }
        ),
    )

    @classmethod
    def asking_again(cls, typed: str, error: str = "") -> LookupForm:
        """The box with what was typed (made harmless) still in it, and what was wrong with it."""
        form = cls({"q": cleaned(typed[:LONGEST_QUERY])})
        if error:
            form.add_error("q", error)
        return form


class DistanceForm(forms.Form):
    """A distance to estimate a price for."""

    use_required_attribute = False

    km = forms.DecimalField(
        label=_("Distance in kilometres"),
        min_value=Decimal(0),
        max_value=LONGEST_RIDE_KM,
        decimal_places=1,
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 8}),
        error_messages={
            "required": _("Enter a distance, such as 12.5."),
            "invalid": _("Enter the distance in digits, such as 12.5."),
            "min_value": _("Enter a distance of 0 kilometres or more."),
            "max_value": _("Enter a distance of at most %(limit_value)s kilometres."),
            "max_decimal_places": _("One digit after the point is enough, such as 12.5."),
        },
    )
