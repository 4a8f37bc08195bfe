"""Plain words for the complainant: what was found, and what a case is to the person who filed it."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.findings import Finding
from complaints.kinds import Nature

FOUND: Final[dict[Finding, Promise]] = {
    Finding.SUBSTANTIATED: _("What you said was found to be right."),
    Finding.PARTLY: _("Part of what you said was found to be right."),
    Finding.NOT_SUBSTANTIATED: _("What you said could not be confirmed by what was found."),
    Finding.UNDETERMINED: _("What happened could not be found out with certainty."),
    Finding.UPHELD: _("The higher authority keeps the answer that was given."),
    Finding.CHANGED: _("The higher authority changes the answer that was given."),
    Finding.REMANDED: _("The higher authority has ordered a new answer."),
}

HEADINGS: Final[dict[Nature, Promise]] = {
    Nature.COMPLAINT: _("Your claim"),
    Nature.REPORT: _("Your report"),
    Nature.PRAISE: _("Your thanks"),
}

POINTS: Final[tuple[tuple[int, Promise], ...]] = (
    (5, _("Very satisfied")),
    (4, _("Satisfied")),
    (3, _("Neither satisfied nor dissatisfied")),
    (2, _("Dissatisfied")),
    (1, _("Very dissatisfied")),
)
"""The five points of a rating, the best first."""
