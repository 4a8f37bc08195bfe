"""What an authority can find and order. Pure."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Finding(TextChoices):
    """What was found; for a review, what becomes of the answer that was reviewed."""

    SUBSTANTIATED = "substantiated", _("Substantiated")
    PARTLY = "partly", _("Partly substantiated")
    NOT_SUBSTANTIATED = "not_substantiated", _("Not substantiated")
    UNDETERMINED = "undetermined", _("Cannot be determined")
    UPHELD = "upheld", _("Review: the answer stands")
    CHANGED = "changed", _("Review: the answer is changed")
    REMANDED = "remanded", _("Review: a new answer is ordered")


OF_CASES: Final = (Finding.SUBSTANTIATED, Finding.PARTLY, Finding.NOT_SUBSTANTIATED, Finding.UNDETERMINED)
OF_REVIEWS: Final = (Finding.UPHELD, Finding.CHANGED, Finding.REMANDED)


class Measure(TextChoices):
    """What was ordered or done."""

    REFUND = "refund", _("Refund")
    CORRECTION = "correction", _("Correction ordered")
    SUSPENSION = "suspension", _("Vehicle suspended")
    PENALTY = "penalty", pgettext_lazy("measure", "Penalty")
    TRANSFER = "transfer", _("Clues passed to another authority")


def findings_for(*, is_review: bool) -> tuple[Finding, ...]:
    """What may be found: by an authority in its own case, or by the higher one in a review."""
    return OF_REVIEWS if is_review else OF_CASES
