"""What rooms above the registry put on the desk's first page. Each brings its own, named in `DESK_WORK`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from accounts.scope import Scope
from registry.desks import Block, Task


@dataclass(frozen=True)
class Figure:
    """One number on an authority's desk: what it counts, where the list is, and its tone (empty for none)."""

    count: int
    words: Promise | str
    href: str
    tone: str = ""


class DeskWork(Protocol):
    """Work of one room, as far as the person reaches; empty where nothing of it is the person's."""

    def blocks(self, scope: Scope, today: date) -> list[Block]:
        """Tasks of today for an institution's desk."""

    def figures(self, scope: Scope, today: date) -> list[Figure]:
        """Numbers for an authority's desk."""

    def tasks(self, scope: Scope, today: date) -> list[Task]:
        """What is due at an authority's desk, the oldest on top."""


def rooms() -> list[DeskWork]:
    """Every room that brings work. Raises ImportError where the settings name something that is not there."""
    return [import_string(path) for path in settings.DESK_WORK.values()]


def blocks(scope: Scope, today: date) -> list[Block]:
    """What needs an institution today, besides what the registry knows."""
    return [block for room in rooms() for block in room.blocks(scope, today)]


def figures(scope: Scope, today: date) -> list[Figure]:
    """The numbers that other rooms put on an authority's desk."""
    return [figure for room in rooms() for figure in room.figures(scope, today)]


def tasks(scope: Scope, today: date) -> list[Task]:
    """What other rooms have due at an authority's desk, the oldest on top."""
    return sorted((task for room in rooms() for task in room.tasks(scope, today)), key=lambda task: task.day)
