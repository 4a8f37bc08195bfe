"""What the complaint pages draw: plates in words, and the QR code of the tracking page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from qr_code.qrcode.maker import make_qr_code_with_args

from complaints.case_words import DESK_STEPS
from complaints.clock import Step
from complaints.findings import Measure
from complaints.summary import shown_plate
from edge.reader import Reader

register = template.Library()


@register.filter
def painted(plate: str) -> str:
    """`{{ plate|painted }}`: a plate as it is painted, anything else as given."""
    return shown_plate(plate)


@register.filter
def step_words(step: str) -> str:
    """`{{ deadline.step|step_words }}`: the step of a deadline in the reader's language."""
    return str(Step(step).label)


@register.simple_tag(takes_context=True)
def strand_link(context: dict[str, Any], name: str, nature: str) -> str:
    """`{% strand_link "complaints:review" nature %}`: a page about one case of a submission; its only one, unnamed."""
    address, story = reverse(name), context.get("story")
    if story is not None and story.is_both:
        address = f"{address}?{urlencode({'strand': nature})}"
    reader: Reader = context.get("reader") or Reader()
    return reader.keep(address)


@register.simple_tag
def qr_of(address: str) -> str:
    """`{% qr_of tracking_address %}`: the symbol as a picture of its own, so that it needs no style on the page."""
    symbol: str = make_qr_code_with_args(
        data=address,
        qr_code_args={"error_correction": "M", "border": 4, "size": 4, "boost_error": False},
        use_data_uri_for_svg=True,
        alt_text=_("QR code of the page where you follow it"),
        class_names="qr",
    )
    return symbol


@register.filter
def desk_step_words(step: str) -> str:
    """`{{ deadline.step|desk_step_words }}`: the step of a deadline, as the desk says it."""
    return str(DESK_STEPS[Step(step)])


@register.filter
def measure_words(measure: str) -> str:
    """`{{ measure|measure_words }}`: a measure in the reader's language."""
    return str(Measure(measure).label)
