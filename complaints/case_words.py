"""The desk's words for what the public is told otherwise, for who acted, and for signs. Pure."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.clock import Step
from complaints.workflow import Action, Actor, HandlingState, State

DESK_WORDS: Final[dict[Action, Promise]] = {
    Action.ADD_MATERIAL: _("Material added by the complainant"),
    Action.WITHDRAW: _("Withdrawn by the complainant"),
    Action.ANSWER: _("Question answered by the complainant"),
    Action.RATE: _("Rated by the complainant"),
    Action.ASK_REVIEW: _("Review asked for by the complainant"),
    Action.ASK_SECOND_REVIEW: _("Second review asked for by the complainant"),
    Action.ASK: _("Question to the complainant"),
    Action.RELEASE_CONTACT: _("Contact passed to the institution, as the complainant agreed"),
}
"""Steps whose public words speak to the complainant."""

DESK_STEPS: Final[dict[Step, Promise | str]] = {
    **{step: step.label for step in Step},
    Step.ACCEPTANCE: _("Acceptance"),
    Step.OBJECTION: _("Objection"),
    Step.EXTENSION: _("Extension"),
    Step.REVIEW_REQUEST: _("Request for a review"),
    Step.REVIEW_ANSWER: _("Answer of the review"),
    Step.SECOND_REVIEW_REQUEST: _("Request for a second review"),
    Step.SECOND_REVIEW_ANSWER: _("Answer of the second review"),
}
"""Deadlines, of which some are told to the complainant in other words."""

SIDES: Final[dict[str, Promise]] = {
    Actor.COMPLAINANT.value: _("Complainant"),
    Actor.SYSTEM.value: _("By itself"),
    Actor.HANDLER.value: _("Handler"),
    Actor.SUPERVISOR.value: _("Supervisor"),
    Actor.SUPERIOR.value: _("Higher authority"),
    Actor.INSTITUTION.value: _("Institution"),
}
"""Who acted, by the value of an event."""

BY_NOBODY: Final[dict[Action, Actor]] = dict.fromkeys(
    (
        Action.SUBMIT,
        Action.ADD_MATERIAL,
        Action.WITHDRAW,
        Action.ANSWER,
        Action.RATE,
        Action.ASK_REVIEW,
        Action.ASK_SECOND_REVIEW,
    ),
    Actor.COMPLAINANT,
)
"""Whose a step is that no signed-in person took; of all others it is the service itself."""

SIGNS: Final[dict[str, Promise]] = {
    "unchecked_address": _("Sent without the check against programs"),
    "many_on_vehicle": _("Many on this vehicle"),
    "many_from_phone": _("Many from one phone"),
    "unknown_code": _("Code not in the register"),
    "code_missing": _("Code reported missing"),
    "no_authority": _("An authority is missing"),
}
"""What the service noticed when a complaint came in (`Complaint.flags`)."""

TONES: Final[dict[str, str]] = {
    HandlingState.PENDING: "mind",
    HandlingState.OBJECTED: "mind",
    HandlingState.ACCEPTED: "known",
    HandlingState.WITH_INSTITUTION: "known",
    HandlingState.INVESTIGATED: "known",
    HandlingState.PROPOSED: "mind",
    HandlingState.CONCLUDED: "good",
    HandlingState.CLOSED: "plain",
    State.RECEIVED: "mind",
    State.IN_PROGRESS: "known",
    State.AWAITING: "mind",
    State.UNDER_REVIEW: "mind",
    State.UNDER_SECOND_REVIEW: "mind",
    State.REVIEWED: "good",
    State.FINAL: "good",
}
"""In which tone a chip shows a state; plain for all others."""


def desk_words(action: str) -> str:
    """What happened, as the desk says it."""
    known = Action(action)
    return str(DESK_WORDS.get(known, known.label))


def signs_of(flags: list[str]) -> list[str]:
    """The signs of a complaint in words; one that has none shows its name."""
    return [str(SIGNS.get(flag, flag)) for flag in flags]
