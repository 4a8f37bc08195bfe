"""Every step of an authority's part, as one table: state × action × actor → state. Pure.

Everything that is not listed is forbidden. The buttons of the desk are drawn from it, messages follow from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from complaints.kinds import Nature
from complaints.workflow import ANSWERED, Action, Actor, HandlingState, NotAllowed


class Told(Enum):
    """Who is told of a step by message."""

    COMPLAINANT = "complainant"
    DESK = "desk"
    """The desk whose part it is."""
    OTHER_DESKS = "other_desks"
    """Every other authority with an open part."""
    SUPERVISORS = "supervisors"
    """The supervisors of the authority whose part it is."""
    SUPERIOR = "superior"
    """The authority that has to decide."""
    INSTITUTION = "institution"


@dataclass(frozen=True)
class Cell:
    """In `state`, `actor` may do `action` to an authority's part, which leads to `next_state`.

    `is_public`: the step shows in the complainant's story. `told`: who gets a message.
    """

    state: HandlingState
    action: Action
    actor: Actor
    next_state: HandlingState
    needs_reason: bool = False
    is_public: bool = False
    told: frozenset[Told] = frozenset()
    only: Nature | None = None
    """The one nature of cases that has this step; None for all. Thanks need no investigation, a report no reporter."""


_S, _A, _W = HandlingState, Action, Actor
_TO_PERSON, _TO_BOTH = frozenset({Told.COMPLAINANT}), frozenset({Told.COMPLAINANT, Told.OTHER_DESKS})


def _cells(
    states: Iterable[HandlingState],
    action: Action,
    *actors: Actor,
    to: HandlingState | None = None,
    needs_reason: bool = False,
    is_public: bool = False,
    told: frozenset[Told] = frozenset(),
    only: Nature | None = None,
) -> tuple[Cell, ...]:
    """One cell for every state and actor; `to` is None where the state stays."""
    return tuple(
        Cell(state, action, actor, to or state, needs_reason, is_public, told, only)
        for state in states
        for actor in actors
    )


_OFFICERS = (_W.HANDLER, _W.SUPERVISOR)
_AT_WORK = (_S.ACCEPTED, _S.WITH_INSTITUTION, _S.INVESTIGATED)
_LIVE = (_S.PENDING, _S.OBJECTED, *_AT_WORK, _S.PROPOSED, _S.CONCLUDED)

CELLS: tuple[Cell, ...] = (
    *_cells(_LIVE, _A.ASSIGN, *_OFFICERS),
    *_cells((*_LIVE, _S.CLOSED), _A.NOTE, *_OFFICERS),
    # Who objected may take it after all: while nobody decides, its own days go on.
    *_cells((_S.PENDING, _S.OBJECTED), _A.ACCEPT, *_OFFICERS, to=_S.ACCEPTED, is_public=True, told=_TO_BOTH),
    *_cells((_S.PENDING,), _A.DECLINE, *_OFFICERS, to=_S.DECLINED, needs_reason=True, is_public=True, told=_TO_BOTH),
    *_cells((_S.PENDING,), _A.OBJECT, *_OFFICERS, to=_S.OBJECTED, needs_reason=True, told=frozenset({Told.SUPERIOR})),
    *_cells(
        (_S.OBJECTED,),
        _A.UPHOLD,
        _W.SUPERIOR,
        to=_S.HANDED_OVER,
        needs_reason=True,
        is_public=True,
        told=frozenset({Told.COMPLAINANT, Told.DESK}),
    ),
    *_cells((_S.OBJECTED,), _A.REJECT, _W.SUPERIOR, to=_S.PENDING, needs_reason=True, told=frozenset({Told.DESK})),
    *_cells(
        (_S.PENDING, *_AT_WORK),
        _A.HAND_OVER,
        *_OFFICERS,
        to=_S.HANDED_OVER,
        needs_reason=True,
        is_public=True,
        told=_TO_BOTH,
    ),
    *_cells(
        (_S.PENDING, _S.OBJECTED, *_AT_WORK, _S.PROPOSED),
        _A.REASSIGN,
        _W.SUPERIOR,
        to=_S.HANDED_OVER,
        needs_reason=True,
        is_public=True,
        told=frozenset({Told.COMPLAINANT, Told.DESK}),
    ),
    *_cells((_S.PENDING, *_AT_WORK), _A.ADD_HANDLER, *_OFFICERS, _W.SUPERIOR, needs_reason=True, is_public=True),
    # No authority of the kind was known when it was filed; one is now: `services.finding_holders`.
    *_cells((_S.PENDING,), _A.ADD_HANDLER, _W.SYSTEM, is_public=True),
    *_cells(_AT_WORK, _A.ASK, *_OFFICERS, needs_reason=True, is_public=True, told=_TO_PERSON),
    *_cells(
        (_S.ACCEPTED, _S.WITH_INSTITUTION, _S.INVESTIGATED),
        _A.FORWARD,
        *_OFFICERS,
        to=_S.WITH_INSTITUTION,
        needs_reason=True,
        is_public=True,
        told=frozenset({Told.INSTITUTION}),
    ),
    *_cells((_S.CONCLUDED, _S.CLOSED), _A.FORWARD, *_OFFICERS, needs_reason=True, told=frozenset({Told.INSTITUTION})),
    *_cells(
        (_S.WITH_INSTITUTION,),
        _A.RECALL,
        *_OFFICERS,
        to=_S.ACCEPTED,
        needs_reason=True,
        told=frozenset({Told.INSTITUTION}),
    ),
    # What was sent can be taken back as long as the institution could answer: closing asks for it (see `close`).
    *_cells(
        (_S.ACCEPTED, _S.INVESTIGATED, _S.PROPOSED, _S.CONCLUDED, _S.CLOSED),
        _A.RECALL,
        *_OFFICERS,
        needs_reason=True,
        told=frozenset({Told.INSTITUTION}),
    ),
    *_cells((_S.WITH_INSTITUTION,), _A.REPLY, _W.INSTITUTION, is_public=True, told=frozenset({Told.DESK})),
    # An authority may go on without waiting, or be at work again after it answered; the reply that comes then belongs
    # to the file all the same.
    *_cells(
        (_S.ACCEPTED, _S.INVESTIGATED, _S.PROPOSED, _S.CONCLUDED, _S.CLOSED),
        _A.REPLY,
        _W.INSTITUTION,
        told=frozenset({Told.DESK}),
    ),
    *_cells(
        (_S.WITH_INSTITUTION, _S.CONCLUDED, _S.CLOSED),
        _A.RETURN_REPLY,
        *_OFFICERS,
        needs_reason=True,
        told=frozenset({Told.INSTITUTION}),
    ),
    *_cells(_AT_WORK, _A.RELEASE_CONTACT, *_OFFICERS, needs_reason=True, is_public=True, told=_TO_PERSON),
    *_cells((_S.ACCEPTED, _S.WITH_INSTITUTION), _A.INVESTIGATE, *_OFFICERS, to=_S.INVESTIGATED, needs_reason=True),
    *_cells((_S.INVESTIGATED,), _A.PROPOSE, *_OFFICERS, to=_S.PROPOSED, told=frozenset({Told.SUPERVISORS})),
    *_cells(
        (_S.PROPOSED,), _A.SEND_BACK, _W.SUPERVISOR, to=_S.INVESTIGATED, needs_reason=True, told=frozenset({Told.DESK})
    ),
    *_cells((_S.PROPOSED,), _A.CONCLUDE, _W.SUPERVISOR, to=_S.CONCLUDED, is_public=True, told=_TO_BOTH),
    *_cells((_S.CONCLUDED,), _A.CLOSE, *_OFFICERS, to=_S.CLOSED, needs_reason=True, is_public=True),
    *_cells((_S.CONCLUDED,), _A.CLOSE, _W.SYSTEM, to=_S.CLOSED, is_public=True),
    *_cells(
        (_S.PENDING, _S.ACCEPTED, _S.WITH_INSTITUTION),
        _A.CLOSE,
        *_OFFICERS,
        to=_S.CLOSED,
        is_public=True,
        only=Nature.PRAISE,
    ),
    *_cells(
        (_S.CONCLUDED, _S.CLOSED, _S.DECLINED),
        _A.REOPEN,
        _W.SUPERVISOR,
        _W.SUPERIOR,
        to=_S.ACCEPTED,
        needs_reason=True,
        is_public=True,
        told=_TO_BOTH,
    ),
    # A claim is its owner's to give up. What a report tells of is the authority's to look into, whoever withdraws it
    # and under whatever pressure.
    *_cells(
        (_S.WITHDRAWN,),
        _A.REOPEN,
        _W.SUPERVISOR,
        to=_S.ACCEPTED,
        needs_reason=True,
        is_public=True,
        told=_TO_BOTH,
        only=Nature.REPORT,
    ),
    # Two cases that were merged by mistake are separated again: `services.linking.unmerge`.
    *_cells(
        (_S.MERGED,),
        _A.REOPEN,
        _W.SUPERVISOR,
        to=_S.ACCEPTED,
        needs_reason=True,
        is_public=True,
        told=_TO_BOTH,
    ),
    # The main case ended without an answer: `services.separating`.
    *_cells(
        (_S.MERGED,),
        _A.REOPEN,
        _W.SYSTEM,
        to=_S.ACCEPTED,
        is_public=True,
        told=frozenset({Told.COMPLAINANT, Told.DESK}),
    ),
    # Of a part that was merged the main case's answer was reviewed: it is separated and answered by itself.
    *_cells(
        (_S.CONCLUDED, _S.CLOSED, _S.DECLINED, _S.MERGED),
        _A.REMAND,
        _W.SYSTEM,
        to=_S.ACCEPTED,
        is_public=True,
        told=frozenset({Told.DESK}),
    ),
    *_cells((*_AT_WORK,), _A.ASK_EXTENSION, *_OFFICERS, needs_reason=True, told=frozenset({Told.SUPERVISORS})),
    *_cells(
        (*_AT_WORK, _S.PROPOSED),
        _A.GRANT_EXTENSION,
        _W.SUPERVISOR,
        needs_reason=True,
        is_public=True,
        told=frozenset({Told.COMPLAINANT, Told.DESK}),
    ),
    *_cells(
        (*_AT_WORK, _S.PROPOSED),
        _A.REFUSE_EXTENSION,
        _W.SUPERVISOR,
        needs_reason=True,
        told=frozenset({Told.DESK}),
    ),
    *_cells((*_LIVE, _S.CLOSED, _S.DECLINED), _A.LINK, *_OFFICERS, needs_reason=True),
    *_cells(
        (_S.PENDING, *_AT_WORK),
        _A.MERGE,
        *_OFFICERS,
        to=_S.MERGED,
        needs_reason=True,
        is_public=True,
        told=_TO_PERSON,
    ),
    *_cells((_S.PENDING, *_AT_WORK), _A.SPLIT, *_OFFICERS, needs_reason=True, is_public=True, told=_TO_PERSON),
    *_cells(_LIVE, _A.RECUSE, *_OFFICERS, needs_reason=True, told=frozenset({Told.SUPERVISORS})),
    *_cells((*_LIVE,), _A.ESCALATE, _W.SYSTEM, told=frozenset({Told.SUPERIOR})),
    *_cells((*_LIVE,), _A.RECOUNT, _W.SYSTEM, is_public=True),
    *_cells((_S.PENDING, _S.OBJECTED, *_AT_WORK, _S.PROPOSED), _A.WITHDRAW, _W.COMPLAINANT, to=_S.WITHDRAWN),
)
"""Every step of an authority's part. A report of illegality has one more rule: see `may_forward`."""


def cell_for(state: HandlingState, action: Action, actors: Iterable[Actor], *, nature: str = Nature.COMPLAINT) -> Cell:
    """The cell by which one of `actors` may do `action` now. Raises NotAllowed for whatever is not in the table."""
    mine = frozenset(actors)
    for cell in CELLS:
        if cell.state == state and cell.action == action and cell.actor in mine and cell.only in {None, nature}:
            return cell
    raise NotAllowed(state, action)


def is_ever_for(action: Action, actors: Iterable[Actor]) -> bool:
    """Whether one of `actors` may do `action` in any state at all; otherwise it is somebody else's step."""
    mine = frozenset(actors)
    return any(cell.action == action and cell.actor in mine for cell in CELLS)


def possible(state: HandlingState, actors: Iterable[Actor], *, nature: str = Nature.COMPLAINT) -> frozenset[Action]:
    """What these may do to a part now: the buttons of the desk are drawn from this."""
    mine = frozenset(actors)
    return frozenset(
        cell.action for cell in CELLS if cell.state == state and cell.actor in mine and cell.only in {None, nature}
    )


TAKES_REPLY = frozenset(cell.state for cell in CELLS if cell.action == Action.REPLY)
"""States of a part in which an institution's reply is taken; in any other one it owes none."""


def may_forward(state: HandlingState, *, is_report: bool) -> bool:
    """Whether an institution may be told at all: of a report of illegality, nothing before the authority has decided.

    信访工作条例 30: a report is never passed to the accused.
    """
    return not is_report or state in ANSWERED
