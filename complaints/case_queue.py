"""The queue of the desk: whose work stands under which tab, in which order, and what a line shows. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Prefetch
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from accounts.scope import Scope
from complaints.case_words import TONES, signs_of
from complaints.models import Complaint, Deadline, Handling
from complaints.querysets import SEALED, HandlingQuerySet
from complaints.workflow import HandlingState
from registry.due import SOON
from registry.keyset import Order, counted
from registry.lists import changed

FIRST_DUE = Order("next_due", sort="DateField")
"""What is owed first stands on top; it needs `with_next_due`."""
NEWEST_FIRST = Order("id", is_descending=True)
"""Parts as they were opened. The database walks its own key and needs not look at all that is in reach."""
COUNTED_TO: Final = 99
ALL: Final = "all"

Choose = Callable[[HandlingQuerySet, User, date], HandlingQuerySet]


@dataclass(frozen=True)
class Tab:
    """One of the lists that is used all day: its name in the address, its words, its parts."""

    name: str
    words: Promise
    chosen: Choose
    roles: frozenset[Role] = frozenset({Role.HANDLER, Role.SUPERVISOR})
    order: Order = FIRST_DUE


def _own(rows: HandlingQuerySet, user: User) -> HandlingQuerySet:
    return rows.at(user.scope.authority_id)


TABS: Final[tuple[Tab, ...]] = (
    Tab("mine", _("Mine"), lambda rows, user, _today: rows.held().filter(assignee=user)),
    Tab(
        "decide",
        _("To be decided"),
        lambda rows, user, _today: rows.to_decide(user.scope.authority_id),
        roles=frozenset({Role.SUPERVISOR}),
    ),
    Tab(
        "unassigned",
        _("With nobody yet"),
        lambda rows, user, _today: _own(rows, user).held().unanswered().filter(assignee=None),
    ),
    Tab("soon", _("Due soon"), lambda rows, user, today: _own(rows, user).due_soon(today, SOON)),
    Tab("overdue", _("Overdue"), lambda rows, user, today: _own(rows, user).overdue(today)),
    Tab("waiting", _("Waiting for an answer"), lambda rows, user, _today: _own(rows, user).waiting()),
    Tab(ALL, _("All"), lambda rows, _user, _today: rows, order=NEWEST_FIRST),
)
"""From what is to be done today to everything in reach. All but the last hold the own authority's parts."""


def tabs_for(scope: Scope) -> list[Tab]:
    """The tabs that this person has."""
    return [tab for tab in TABS if scope.has(*tab.roles)]


def counts_of(rows: HandlingQuerySet, user: User, today: date) -> dict[str, int]:
    """How much stands under each tab but the last: one query each, which looks at a hundred rows at most."""
    tabs = [tab for tab in tabs_for(user.scope) if tab.name != ALL]
    return {tab.name: counted(tab.chosen(rows, user, today), COUNTED_TO) for tab in tabs}


def tab_of(scope: Scope, asked: QueryDict, counts: Mapping[str, int]) -> Tab:
    """The tab that the address asks for; else everything for who searches, and the first tab that holds anything."""
    open_to = {tab.name: tab for tab in tabs_for(scope)}
    if (name := asked.get("tab", "")) in open_to:
        return open_to[name]
    first = next((name for name in open_to if counts.get(name)), ALL)
    return open_to[ALL if asked.get("q") else first]


@dataclass(frozen=True)
class ShownTab:
    """A tab as the page shows it; the count ends at 99."""

    href: str
    words: str
    is_here: bool


def shown_tabs(scope: Scope, here: Tab, asked: QueryDict, counts: Mapping[str, int]) -> list[ShownTab]:
    """The tabs with their counts in words. Each leads to a list without the filters of this one's place."""
    return [
        ShownTab(changed(asked, tab=tab.name), f"{tab.words} {_figure(counts.get(tab.name))}".strip(), tab is here)
        for tab in tabs_for(scope)
    ]


def _figure(count: int | None) -> str:
    if count is None:
        return ""
    return f"{COUNTED_TO}+" if count > COUNTED_TO else str(count)


def with_lines(rows: HandlingQuerySet, order: Order) -> HandlingQuerySet:
    """Everything a line shows, in five queries for any number of lines. Sealed columns are not even read.

    Nothing is joined: the database sorts narrow rows, and reads what belongs to the fifty that are shown.
    """
    cases = Complaint.objects.select_related("institution", "division__parent").defer(*SEALED)
    sorted_by = rows.with_next_due() if order is FIRST_DUE else rows
    return sorted_by.prefetch_related(
        "authority",
        "assignee",
        Prefetch("complaint", cases),
        Prefetch("deadlines", Deadline.objects.filter(met_at=None)),
    )


@dataclass(frozen=True)
class Line:
    """One part in the queue."""

    part: Handling
    due: Deadline | None
    signs: list[str]
    tone: str
    is_own: bool
    waits_for_complainant: bool
    waits_for_institution: bool


def line_of(part: Handling, scope: Scope) -> Line:
    """A part as a line; its deadlines were fetched along."""
    return Line(
        part=part,
        due=next_due(part.deadlines.all()),
        signs=signs_of(part.complaint.flags),
        tone=TONES.get(part.state, "plain"),
        is_own=part.authority_id == scope.authority_id,
        waits_for_complainant=part.waiting_since is not None,
        waits_for_institution=part.state == HandlingState.WITH_INSTITUTION,
    )


def next_due(deadlines: Iterable[Deadline]) -> Deadline | None:
    """The first of the unmet deadlines: a running one, or the first that stands still; None when nothing is owed."""
    unmet = [one for one in deadlines if one.met_at is None]
    return min(unmet, key=lambda one: (one.is_paused, one.due_on), default=None)
