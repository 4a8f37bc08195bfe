"""The clock's reference data as the pure clock wants it. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from complaints.clock import STEPS, Rule, Step, Sureness
from complaints.models import CalendarDay, DeadlineRule
from directory.clock import Limit
from directory.kinds import AuthorityKind
from directory.nearest import division_and_ancestors
from directory.workdays import Calendar, years_entered


def calendar() -> Calendar:
    """The calendar of China with the overrides of the database; a year entered whole is settled. One query."""
    overrides = dict(CalendarDay.objects.values_list("day", "is_workday"))
    return Calendar(overrides=overrides, complete_years=years_entered(overrides))


def rules_in(division_code: str) -> dict[AuthorityKind, tuple[Rule, ...]]:
    """The deadline rules of a division for each kind of authority: the nearest ancestor's, else the defaults.

    One query. A rule of the database has no legal basis to show unless its row names one.
    """
    chain = division_and_ancestors(division_code)
    rows = [row for row in DeadlineRule.objects.all() if row.division_id is None or row.division_id in chain]
    rows.sort(key=lambda row: chain.index(row.division_id) if row.division_id else len(chain))
    return {kind: _rules_for(kind, rows) for kind in AuthorityKind}


def _rules_for(kind: AuthorityKind, rows: Iterable[DeadlineRule]) -> tuple[Rule, ...]:
    local: dict[str, Rule] = {}
    for row in rows:
        if row.authority_kind == kind and row.step not in local:
            local[row.step] = Rule(
                step=Step(row.step),
                limit=Limit.parse(row.limit),
                basis=row.basis or None,
                sureness=Sureness.B,
                authority=kind,
            )
    general = (rule for rule in STEPS if not (rule.step.value in local and rule.authority in {kind, None}))
    return (*local.values(), *general)
