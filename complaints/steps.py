"""Which pages a complaint asks, in which order, and where an answer is asked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.kinds import FACTS, Kind


class Step(StrEnum):
    """One page, one topic. The values stand in addresses."""

    KIND = "kind"
    VEHICLE = "vehicle"
    DIFFERENCES = "differences"
    WHEN = "when"
    WHERE = "where"
    RIDE = "ride"
    CHARGE = "charge"
    WISH = "wish"
    AUTHORITY = "authority"
    STORY = "story"
    EVIDENCE = "evidence"
    CONTACT = "contact"
    CONSENT = "consent"
    REVIEW = "review"


TITLES: dict[Step, Promise] = {
    Step.KIND: _("What is it about?"),
    Step.VEHICLE: _("Which vehicle was it?"),
    Step.DIFFERENCES: _("What is different?"),
    Step.WHEN: _("When did it happen?"),
    Step.WHERE: _("Where did it happen?"),
    Step.RIDE: _("How far was the ride?"),
    Step.CHARGE: _("How much were you charged?"),
    Step.WISH: _("What do you wish for?"),
    Step.AUTHORITY: _("Which authority is it about?"),
    Step.STORY: _("What happened?"),
    Step.EVIDENCE: _("Photos, recordings, documents"),
    Step.CONTACT: _("How may we reach you?"),
    Step.CONSENT: _("Do you agree?"),
    Step.REVIEW: _("Please check before you send"),
}

ASKED_ON: dict[str, Step] = {
    "kind": Step.KIND,
    "ambulance_code": Step.VEHICLE,
    "plate": Step.VEHICLE,
    "occurred_at": Step.WHEN,
    "division": Step.WHERE,
    "place": Step.WHERE,
    "distance_km": Step.RIDE,
    "amount_charged": Step.CHARGE,
    "wish": Step.WISH,
    "about_authority_kind": Step.AUTHORITY,
    "narrative": Step.STORY,
    "files": Step.EVIDENCE,
    "contact_name": Step.CONTACT,
    "contact_phone": Step.CONTACT,
    "contact_email": Step.CONTACT,
    "consent_sensitive": Step.CONSENT,
    "consent_share_contact": Step.CONSENT,
}
"""Field of a fault → the page that asks for it."""

ALWAYS_OPEN = frozenset({Step.KIND, Step.VEHICLE})
"""Pages that may be opened although the walk leaves them out: to say that it was another vehicle."""


def steps_for(kind: Kind, *, vehicle_is_known: bool, authority_is_known: bool = False) -> tuple[Step, ...]:
    """The pages of a kind in order, the choice of the kind first and the review last.

    The day and the place come before the money: the price that was posted depends on the day.
    """
    facts = FACTS[kind]
    money = (Step.RIDE, Step.CHARGE, Step.WISH) if facts.asks_money else ()
    if facts.about_authority:
        about = () if authority_is_known else (Step.AUTHORITY,)
    else:
        about = () if vehicle_is_known else (Step.VEHICLE,)
    return (
        Step.KIND,
        *about,
        *((Step.DIFFERENCES,) if kind is Kind.CARD_MISMATCH else ()),
        Step.WHEN,
        Step.WHERE,
        *money,
        Step.STORY,
        Step.EVIDENCE,
        Step.CONTACT,
        Step.CONSENT,
        Step.REVIEW,
    )


def steps_of(answers: Mapping[str, Any]) -> tuple[Step, ...]:
    """The pages of what has been answered so far. Raises ValueError when the kind is not known."""
    return steps_for(
        Kind(answers.get("kind", "")),
        vehicle_is_known=bool(answers.get("vehicle_is_known")),
        authority_is_known=bool(answers.get("about_authority_id")),
    )


def is_open(step: Step, steps: Sequence[Step]) -> bool:
    """Whether this page may be opened."""
    return step in steps or step in ALWAYS_OPEN


def before(step: Step, steps: Sequence[Step]) -> Step:
    """The page before this one; the first page for one that the walk leaves out."""
    return steps[max(steps.index(step) - 1, 0)] if step in steps else steps[0]


def after(step: Step, steps: Sequence[Step]) -> Step:
    """The page after this one; the second page for one that the walk leaves out."""
    return steps[min(steps.index(step) + 1, len(steps) - 1)] if step in steps else steps[1]


def missing(answers: Mapping[str, Any]) -> list[Step]:
    """Pages without whose answer nothing can be sent, in order. Raises ValueError when the kind is not known."""
    steps = steps_of(answers)
    has_place = bool(answers.get("division") or answers.get("vehicle_is_known") or answers.get("institution_id"))
    has_story = bool(answers.get("narrative") or (Step.DIFFERENCES in steps and answers.get("differences")))
    has_authority = bool(answers.get("about_authority_kind") or answers.get("about_authority_id"))
    lacking = {Step.AUTHORITY: not has_authority, Step.WHERE: not has_place, Step.STORY: not has_story}
    return [step for step in steps if lacking.get(step)]
