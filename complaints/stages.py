"""The way of a complaint as a drawing of three stages, for whom it is followed by. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.workflow import PublicState

WAY: tuple[Promise, ...] = (_("Received"), _("Looked into"), _("Answered"))

REACHED: dict[PublicState, int] = {
    PublicState.RECEIVED: 1,
    PublicState.IN_PROGRESS: 2,
    PublicState.AWAITING: 2,
    PublicState.CONCLUDED: 3,
    PublicState.CLOSED: 3,
    PublicState.FINAL: 3,
}
"""How many stages are reached. A state that is not named left the plain way: its words alone say where it stands."""


@dataclass(frozen=True)
class Stage:
    """One stage: behind the complaint, where it is now, or still to come."""

    words: Promise
    is_done: bool
    is_now: bool


def stages_of(state: PublicState) -> tuple[Stage, ...]:
    """All stages as they look from `state`; none where it left the plain way. The last stage is done once reached."""
    reached = REACHED.get(state)
    if reached is None:
        return ()
    last = len(WAY)
    return tuple(
        Stage(words, is_done=number < reached or number == reached == last, is_now=number == reached)
        for number, words in enumerate(WAY, start=1)
    )
