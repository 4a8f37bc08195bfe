"""The complainant rates how it was handled (信访工作条例 21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.entry import Fault, Invalid
from complaints.merged import shared_outcomes
from complaints.models import Complaint, Handling, Rating
from complaints.services.case_steps import locked_complaint
from complaints.services.follow import written_by_complainant
from complaints.workflow import ANSWERED, Action, Actor, HandlingState, NotAllowed, State, require

LEAST, MOST = 1, 5
BAD = 2
"""Up to here the person is told at once how to ask for a review."""
LONGEST_RATING = 1000
RATEABLE = frozenset({*ANSWERED, HandlingState.DECLINED})


@transaction.atomic
def rate(*, complaint: Complaint, stars: int, text: str, now: datetime) -> Rating:
    """Rate one case from one to five, with words if one likes; a later rating stands in place of the earlier one.

    Of a case that is handled together with another one, how that was answered. Raises workflow.NotAllowed while nothing
    was answered, Invalid for points that there are not.
    """
    locked = locked_complaint(complaint.pk)
    require(State(locked.state), Action.RATE, Actor.COMPLAINANT)
    if not is_rateable(locked, list(locked.handlings.all())):
        raise NotAllowed(State(locked.state), Action.RATE)
    if not LEAST <= stars <= MOST:
        raise Invalid([Fault("stars", "out-of-range", _("Choose one to five points."))])
    if len(text) > LONGEST_RATING:
        message = _("Please write at most %(count)d characters.") % {"count": LONGEST_RATING}
        raise Invalid([Fault("text", "too-long", message)])
    rating, _is_new = Rating.objects.update_or_create(
        complaint=locked, defaults={"stars": stars, "text": text, "at": now}
    )
    written_by_complainant(locked, Action.RATE, text, now)
    return rating


def is_rateable(complaint: Complaint, parts: Sequence[Handling]) -> bool:
    """Whether any of `parts`, all of the case, was answered, here or in the case it is handled together with."""
    if any(part.state in RATEABLE for part in parts):
        return True
    return any(one.answered_at is not None for one in shared_outcomes(complaint, parts).values())


def rating_of(complaint: Complaint) -> Rating | None:
    """The rating that stands; None before one was given."""
    try:
        return complaint.rating
    except ObjectDoesNotExist:
        return None
