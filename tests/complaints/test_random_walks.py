"""Random sequences of steps by everybody on one case: whatever happens, nothing of it is lost or contradicts itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import AuditRow, User
from accounts.roles import Role
from complaints.cells import possible
from complaints.entry import Invalid
from complaints.kinds import Kind
from complaints.models import Complaint, Deadline, Handling
from complaints.parties import parties_of
from complaints.refusals import StaleVersion, Unsound
from complaints.rules import calendar
from complaints.services import (
    accept,
    add_handler,
    add_material,
    assign,
    close,
    conclude,
    decide_objection,
    decline,
    hand_over,
    investigate,
    object_to,
    propose_conclusion,
    reopen,
    send_back_conclusion,
    withdraw,
)
from complaints.services.clocks import counted, day_of
from complaints.workflow import (
    ANSWERED,
    ENDED,
    OPEN_CASES,
    WORKING,
    Action,
    HandlingRole,
    HandlingState,
    NotAllowed,
    State,
)
from directory.kinds import AuthorityKind
from directory.models import Authority
from registry.refusals import OutOfScope, WrongRole
from tests.complaints.desk import ADDRESS, conclusion, desk
from tests.complaints.entries import NOW, filed

REFUSED = (NotAllowed, OutOfScope, StaleVersion, Unsound, WrongRole, Invalid)
WORDS = "核实后办理。"

Step = Callable[..., Any]
STEPS: dict[str, tuple[Step, dict[str, Any]]] = {
    "assign": (assign, {"to": "officer"}),
    "accept": (accept, {}),
    "decline": (decline, {"reason": WORDS}),
    "object": (object_to, {"proposed": "other", "reason": WORDS}),
    "uphold": (decide_objection, {"to": "other", "note": WORDS}),
    "reject": (decide_objection, {"to": None, "note": WORDS}),
    "hand_over": (hand_over, {"to": "other", "reason": WORDS}),
    "reassign": (hand_over, {"to": "other", "reason": WORDS, "action": Action.REASSIGN}),
    "add_co": (add_handler, {"to": "other", "role": HandlingRole.CO, "reason": WORDS}),
    "add_lead": (add_handler, {"to": "other", "role": HandlingRole.LEAD, "reason": WORDS}),
    "investigate": (investigate, {"text": WORDS}),
    "propose": (propose_conclusion, conclusion()),
    "send_back": (send_back_conclusion, {"note": WORDS}),
    "conclude": (conclude, {}),
    "close": (close, {"reason": WORDS}),
    "reopen": (reopen, {"reason": WORDS}),
}
"""Every step an officer can take; `officer` and `other` stand for whoever is drawn."""
ACTIONS = {
    **{step: Action(step) for step in STEPS if step in set(Action)},
    "add_co": Action.ADD_HANDLER,
    "add_lead": Action.ADD_HANDLER,
}
COMPLAINANT = ("withdraw", "add_material")
OUT_OF_DATE = 99


class World:
    """A case, three desks of one tree and one of another kind, and the steps taken so far."""

    def __init__(self) -> None:
        self.desks = [desk(), desk(division="360100"), desk(division="360103"), desk(AuthorityKind.MARKET_REGULATION)]
        self.people: list[User] = [one for each in self.desks for one in (each.handler, each.supervisor)]
        self.people.append(self.desks[0].other_supervisor)
        self.complaint = filed(kind=Kind.OVERCHARGING)
        self.now = NOW

    def take(self, step: str, who: int, which: int, other: int, days: int, *, is_stale: bool) -> bool:
        """Try one step; whether it was taken. Whatever refuses it must leave no trace."""
        self.now += timedelta(days=days)
        self.complaint.refresh_from_db()
        before = self.traces()
        try:
            self.act(step, who, which, other, is_stale=is_stale)
        except REFUSED:
            assert self.traces() == before, f"{step} was refused and left a trace"
            return False
        return True

    def act(self, step: str, who: int, which: int, other: int, *, is_stale: bool) -> None:
        if step == "withdraw":
            withdraw(complaint=self.complaint, now=self.now)
        elif step == "add_material":
            add_material(complaint=self.complaint, text=WORDS, evidence=[], now=self.now)
        else:
            service, values = STEPS[step]
            parts = list(self.complaint.handlings.order_by("pk"))
            part = parts[which % len(parts)]
            drawn = {"officer": self.people[other % len(self.people)], "other": self.authority(other)}
            service(
                handling=part,
                version=OUT_OF_DATE if is_stale else part.version,
                actor=self.people[who % len(self.people)],
                now=self.now,
                address=ADDRESS,
                **{name: drawn.get(str(value), value) for name, value in values.items()},
            )

    def likely(self) -> list[tuple[str, int, int]]:
        """(step, who, which part) that the table offers somebody now."""
        found = []
        for which, part in enumerate(self.complaint.handlings.select_related("authority").order_by("pk")):
            for who, person in enumerate(self.people):
                offered = possible(HandlingState(part.state), parties_of(person.scope, part))
                found += [(step, who, which) for step in STEPS if ACTIONS[step] in offered]
        return found

    def authority(self, number: int) -> Authority:
        return self.desks[number % len(self.desks)].authority

    def traces(self) -> tuple[int, ...]:
        """How much there is of everything a step writes, and the sum of all versions."""
        return (
            self.complaint.events.count(),
            AuditRow.objects.count(),
            self.complaint.handlings.count(),
            Deadline.objects.count(),
            sum(self.complaint.handlings.values_list("version", flat=True)),
        )


def check(world: World, steps_taken: int) -> None:
    """What holds after every step."""
    complaint = Complaint.objects.get(pk=world.complaint.pk)
    parts = list(complaint.handlings.all())
    assert complaint.events.count() == 1 + steps_taken, "an event was lost or invented"
    if complaint.state in OPEN_CASES:
        held = [part for part in parts if part.state not in ENDED | ANSWERED and part.authority_id]
        assert held, f"nobody holds a case that is {complaint.state}"
        assert complaint.closed_at is None
    else:
        assert complaint.closed_at is not None
    for part in parts:
        check_part(part, world)
    open_parts = [part.authority_id for part in parts if part.closed_at is None and not part.is_review]
    assert len(open_parts) == len(set(open_parts)), "an authority has two open parts"


def check_part(part: Handling, world: World) -> None:
    owed = list(part.deadlines.filter(met_at=None))
    if part.state in ENDED:
        assert part.closed_at is not None
        assert not owed, "an ended part owes something"
    steps = sorted(deadline.step for deadline in owed)
    if part.state in {HandlingState.PENDING, HandlingState.OBJECTED}:
        assert steps == (["acceptance", "decision"] if part.role == HandlingRole.LEAD else ["decision"])
    elif part.state in WORKING:
        assert steps == ["decision"], f"{part.state} owes {steps}"
    elif part.state == HandlingState.CONCLUDED:
        assert steps == []
    days = calendar()
    for deadline in owed:
        due = counted(deadline, [], days, day_of(world.now))
        assert (deadline.due_on, deadline.is_provisional) == (due.due_on, due.provisional) or deadline.is_provisional
    waiting = part.conclusions.filter(is_approved=None).count()
    assert waiting == (part.state == HandlingState.PROPOSED)
    assert part.referrals.filter(is_upheld=None).count() == (part.state == HandlingState.OBJECTED)
    for person in world.people:
        mine = parties_of(person.scope, Handling.objects.select_related("authority").get(pk=part.pk))
        assert Action.CONCLUDE not in possible(HandlingState(part.state), mine) or person.scope.has(Role.SUPERVISOR)


WALK = st.lists(
    st.tuples(
        st.sampled_from([*STEPS, *COMPLAINANT]),
        st.integers(0, 8),
        st.integers(0, 5),
        st.integers(0, 8),
        st.integers(0, 9),
        st.sampled_from(["offered"] * 6 + ["anything", "stale"]),
        st.integers(0, 10_000),
    ),
    min_size=5,
    max_size=30,
)
"""Mostly steps that the table offers somebody at that moment; some are anything, some by an outdated page."""


@pytest.mark.slow
class AnyWalk(TestCase):
    """Hypothesis draws the walks; each runs in a transaction of its own."""

    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(WALK)
    def test_after_any_sequence_of_steps_the_case_has_a_holder_a_whole_story_and_clocks_that_agree(self, walk):
        world, taken = World(), 0
        for drawn, person, part, other, days, how, luck in walk:
            offered = world.likely() if how == "offered" else []
            step, who, which = offered[luck % len(offered)] if offered else (drawn, person, part)
            taken += world.take(step, who, which, other, days, is_stale=how == "stale")
            check(world, taken)

    def test_a_walk_that_goes_well_reaches_the_end(self):
        world, market = World(), 3
        for step, who in (("accept", 6), ("investigate", 6), ("propose", 6), ("conclude", 7), ("close", 6)):
            assert world.take(step, who, 0, market, 1, is_stale=False), step
        world.complaint.refresh_from_db()
        assert world.complaint.state == State.CLOSED
