"""Around a review: the reference people quote, and the day by which an answer is due. Pure."""

from __future__ import annotations

from datetime import datetime

from directory.clock import Due, Limit, due_date
from directory.workdays import Calendar
from registry.applications import REVIEW_LIMIT


def reference_of(pk: int) -> str:
    """What people quote on the phone: `BA-000123` (备案)."""
    return f"BA-{pk:06d}"


def review_due(submitted_at: datetime) -> Due:
    """When a review should be finished, counted in published working days; provisional past the published plans.

    Overrides of the calendar are kept above this room and not looked at.
    """
    return due_date(submitted_at, Limit.parse(REVIEW_LIMIT), Calendar())
