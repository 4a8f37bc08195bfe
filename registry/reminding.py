"""At which distance from a date somebody is reminded. Pure."""

from __future__ import annotations

from datetime import date

DISTANCES = (7, 30, 60)
"""Days before a date at which a reminder is due, nearest first."""
FARTHEST = DISTANCES[-1]


def distance_of(on: date, today: date) -> int | None:
    """The reminder that is due for a date: the nearest distance it has come within. None while far, and once past.

    A day on which nothing ran is made up for on the next: the distance still holds then.
    """
    days = (on - today).days
    return next((distance for distance in DISTANCES if 0 <= days <= distance), None)
