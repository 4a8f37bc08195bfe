"""The answers to a kind's own questions, in lines for the desk. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from complaints.forms import DIFFERENCES


def told_lines(answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Label and answer, for every question that was answered."""
    differences = [str(words) for name, words in DIFFERENCES if name in answers.get("differences", "").split(",")]
    minutes = answers.get("waiting_minutes", "")
    lines = [
        (_("Vehicle as described"), answers.get("vehicle_description", "")),
        (_("Differs from the card"), _(", ").join(differences)),
        (_("Waiting"), _("%(minutes)s minutes") % {"minutes": minutes} if minutes else ""),
    ]
    return [line for line in lines if line[1]]


def happened_words(precision: str) -> str:
    """How exact the instant of the event is; empty where it is exact to the minute."""
    return {"about": _("about this time"), "day": _("only the day is known")}.get(precision, "")
