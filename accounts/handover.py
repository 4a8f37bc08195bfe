"""Handing on the work of somebody who leaves. Rooms above this one bring their own work, named in `HANDOVERS`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User


class Handover(Protocol):
    """One kind of work that a person can leave behind."""

    def count(self, leaver: User) -> int:
        """How many open pieces of it lie with the person."""

    def move(self, leaver: User, successor: User | None) -> int:
        """Give them to the successor, or back to the desk, inside the caller's transaction; how many."""

    def give_back(self, person: User) -> int:
        """Give back to the desk what the person's present duties no longer allow, inside the caller's transaction."""


@dataclass(frozen=True)
class OpenWork:
    """What somebody has open, by the name of each kind."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.counts.values())


def handovers() -> dict[str, Handover]:
    """Every kind of work, by name. Raises ImportError where the settings name something that is not there."""
    return {name: import_string(path) for name, path in settings.HANDOVERS.items()}


def open_work(leaver: User) -> OpenWork:
    """What would be orphaned if the person left."""
    return OpenWork({name: kind.count(leaver) for name, kind in handovers().items()})


def move_work(leaver: User, successor: User | None) -> OpenWork:
    """Give everything open to the successor, or back to the desk where there is none, inside the caller's transaction.

    What was given.
    """
    return OpenWork({name: kind.move(leaver, successor) for name, kind in handovers().items()})


def give_back_work(person: User) -> OpenWork:
    """Give back what the person's present duties no longer allow, inside the caller's transaction; what that was."""
    return OpenWork({name: kind.give_back(person) for name, kind in handovers().items()})
