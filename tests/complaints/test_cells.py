"""Every step of an authority's part, allowed and forbidden, against a list that an official could read."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from complaints.cells import CELLS, Told, cell_for, may_forward, possible
from complaints.kinds import Nature
from complaints.workflow import ANSWERED, ENDED, Action, Actor, HandlingState, NotAllowed

DATA = Path(__file__).parent / "data" / "cells.csv"
LISTED = {(row["state"], row["action"], row["actor"], row["only"]): row for row in csv.DictReader(DATA.open())}


@pytest.mark.parametrize("state", list(HandlingState))
@pytest.mark.parametrize("nature", list(Nature))
def test_every_cell_is_as_the_list_says_and_every_other_is_forbidden(state, nature):
    for action, actor in product(Action, Actor):
        row = LISTED.get((state, action, actor.value, "")) or LISTED.get((state, action, actor.value, nature.value))
        if row is None:
            with pytest.raises(NotAllowed):
                cell_for(state, action, [actor], nature=nature)
            assert action not in possible(state, [actor], nature=nature)
            continue
        cell = cell_for(state, action, [actor], nature=nature)
        assert cell.next_state == row["next_state"]
        assert cell.needs_reason == (row["needs_reason"] == "yes")
        assert cell.is_public == (row["is_public"] == "yes")
        assert {one.value for one in cell.told} == set(row["told"].split())
        assert action in possible(state, [actor], nature=nature)


def test_the_list_names_every_cell_once():
    cells = Counter((c.state, c.action, c.actor, c.only or "") for c in CELLS)
    assert max(cells.values()) == 1
    assert len(CELLS) == len(LISTED)


def test_only_the_system_or_a_superior_or_a_supervisor_leaves_an_ended_part():
    for cell in CELLS:
        if cell.state in ENDED and cell.next_state not in ENDED:
            assert cell.action in {Action.REOPEN, Action.REMAND}
            assert cell.actor in {Actor.SUPERVISOR, Actor.SUPERIOR, Actor.SYSTEM}


def test_nobody_but_a_supervisor_concludes_and_nobody_but_the_system_remands():
    assert {
        cell.actor for cell in CELLS if cell.next_state == HandlingState.CONCLUDED and cell.state != cell.next_state
    } == {Actor.SUPERVISOR}
    assert {cell.actor for cell in CELLS if cell.action == Action.REMAND} == {Actor.SYSTEM}


def test_the_institution_can_only_reply():
    assert {cell.action for cell in CELLS if cell.actor == Actor.INSTITUTION} == {Action.REPLY}


def test_the_complainant_is_told_of_every_decision():
    for cell in CELLS:
        if cell.action in {Action.ACCEPT, Action.DECLINE, Action.CONCLUDE, Action.ASK, Action.GRANT_EXTENSION}:
            assert Told.COMPLAINANT in cell.told
            assert cell.is_public


def test_every_state_is_reached_and_every_open_state_is_left():
    reached = {cell.next_state for cell in CELLS} | {HandlingState.PENDING}
    assert reached == set(HandlingState)
    for state in set(HandlingState) - ENDED:
        assert any(cell.state == state and cell.next_state != state for cell in CELLS)


@pytest.mark.parametrize("state", list(HandlingState))
def test_of_a_report_an_institution_learns_nothing_before_the_decision(state):
    assert may_forward(state, is_report=False)
    assert may_forward(state, is_report=True) == (state in ANSWERED)
