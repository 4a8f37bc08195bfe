"""How a deadline came about, as a part of a page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils import timezone

from complaints.clock_strip import draw, legend
from complaints.clock_words import Explanation

register = template.Library()


@register.inclusion_tag("staff/cases/parts/clock.html")
def clock(explanation: Explanation, today: date | None = None) -> dict[str, Any]:
    """`{% clock explanation %}`: folded away, the days one by one, drawn and in words. The page needs cases.css."""
    return {
        "clock": explanation,
        "strip": draw(explanation, today or timezone.localdate()),
        "legend": legend(explanation),
    }
