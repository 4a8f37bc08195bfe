"""Time left, in words and in tone: what a desk says of a date. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

SOON = 7
"""Days before a date from which it is told in the tone of haste."""
NEAR = 60
"""Days before a date from which the desk speaks of it at all."""

YEARS_FROM = 700
"""Days from which time is told in years."""


@dataclass(frozen=True)
class TimeLeft:
    """The time left until `on`: in words, with the tone (`stop`, `mind` or empty) they are said in."""

    on: date
    days: int
    words: str
    tone: str


def time_left(on: date, today: date, *, near: int = SOON) -> TimeLeft:
    """Calendar days from `today` to the last valid day `on`, both in Asia/Shanghai. `near` days before, a warning."""
    days = (on - today).days
    haste = "mind" if days <= near else ""
    return TimeLeft(on, days, written_days(days), "stop" if days < 0 else haste)


def written_days(days: int) -> str:
    """`12 days left`, `today`, `tomorrow`, `3 days over`; past sixty days in months, then in years."""
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    count = abs(days)
    if count <= NEAR:
        if days < 0:
            return ngettext("%(count)d day over", "%(count)d days over", count) % {"count": count}
        return ngettext("%(count)d day left", "%(count)d days left", count) % {"count": count}
    if count > YEARS_FROM:
        years = round(count / 365.25)
        if days < 0:
            return ngettext("over %(count)d year", "over %(count)d years", years) % {"count": years}
        return ngettext("%(count)d year left", "%(count)d years left", years) % {"count": years}
    months = round(count / 30.44)
    if days < 0:
        return ngettext("over %(count)d month", "over %(count)d months", months) % {"count": months}
    return ngettext("%(count)d month left", "%(count)d months left", months) % {"count": months}


def written_wait(days: int) -> str:
    """How long something has waited: `since today`, `for 3 days`, in the language of the moment."""
    if days <= 0:
        return gettext("since today")
    return ngettext("for %(count)d day", "for %(count)d days", days) % {"count": days}
