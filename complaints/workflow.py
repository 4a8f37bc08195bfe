"""The states of a complaint and who may move it, as one table. Handling by staff adds its rows here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a complaint stands inside the house."""

    RECEIVED = "received", _("Received")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PublicState(TextChoices):
    """The few words the public is told. The values are part of the API."""

    RECEIVED = "received", _("Received; the authority is looking at it")
    WITHDRAWN = "withdrawn", _("Withdrawn by you")


PUBLIC: dict[State, PublicState] = {
    State.RECEIVED: PublicState.RECEIVED,
    State.WITHDRAWN: PublicState.WITHDRAWN,
}


class Action(TextChoices):
    """What can be done to a complaint; also the name of the event it leaves behind."""

    SUBMIT = "submit", _("Complaint received")
    ADD_MATERIAL = "add_material", _("Material added by you")
    WITHDRAW = "withdraw", _("Withdrawn by you")


class Actor(Enum):
    """Who acts."""

    COMPLAINANT = "complainant"
    SYSTEM = "system"


@dataclass(frozen=True)
class Step:
    """One allowed cell: from `state`, `actor` may do `action`, which leads to `next_state`."""

    state: State
    action: Action
    actor: Actor
    next_state: State


STEPS: tuple[Step, ...] = (
    Step(State.RECEIVED, Action.ADD_MATERIAL, Actor.COMPLAINANT, State.RECEIVED),
    Step(State.RECEIVED, Action.WITHDRAW, Actor.COMPLAINANT, State.WITHDRAWN),
)


class NotAllowed(Exception):
    """The complaint's present state does not allow this action."""

    def __init__(self, state: State, action: Action) -> None:
        super().__init__(f"{action} is not allowed when {state}")
        self.state, self.action = state, action


def next_state(state: State, action: Action, actor: Actor) -> State:
    """The state after `action` by `actor`. Raises NotAllowed for every cell that is not in the table."""
    for step in STEPS:
        if (step.state, step.action, step.actor) == (state, action, actor):
            return step.next_state
    raise NotAllowed(state, action)


def allowed_actions(state: State, actor: Actor) -> list[Action]:
    """What `actor` may do now: the buttons of the page are drawn from this."""
    return [step.action for step in STEPS if step.state == state and step.actor == actor]
