"""What a part has sent to institutions, and what an officer can do about it now. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.cells import may_forward
from complaints.forwarded_page import TONES
from complaints.models import Complaint, Forwarding, Handling
from complaints.parties import buttons
from complaints.workflow import Action, HandlingState


@dataclass(frozen=True)
class StepLink:
    """A button: words and address."""

    words: Promise
    href: str


@dataclass(frozen=True)
class Sent:
    """A forwarding as the case page shows it."""

    forwarding: Forwarding
    tone: str
    due_on: date | None
    steps: list[StepLink]


STEPS: dict[str, tuple[Action, Promise]] = {
    "return": (Action.RETURN_REPLY, _("Return the reply")),
    "recall": (Action.RECALL, _("Take it back")),
    "release": (Action.RELEASE_CONTACT, _("Release the contact")),
}
"""By the name in the address."""


def forwarding_section(user: User, complaint: Complaint, part: Handling, _now: datetime) -> dict[str, Any]:
    """For `parts/forwarding.html`: what this part sent, the steps that are possible, and whether more can be sent.

    Three queries.
    """
    offered = buttons(user, part)
    rows = part.forwardings.select_related("institution", "replied_by", "contact_released_by")
    sent = [_sent(each, complaint, offered) for each in rows.prefetch_related("deadlines", "attachments")]
    may_send = Action.FORWARD in offered and may_forward(HandlingState(part.state), is_report=complaint.is_report)
    return {
        "sent": sent,
        "forward": reverse("wall:forward", args=[complaint.pk, part.pk]) if may_send else "",
        "is_barred": complaint.is_report and Action.FORWARD in offered and not may_send,
    }


def _sent(forwarding: Forwarding, complaint: Complaint, offered: frozenset[Action]) -> Sent:
    steps = [
        StepLink(words, reverse("wall:step", args=[complaint.pk, forwarding.pk, name]))
        for name, (action, words) in STEPS.items()
        if action in offered and fits(forwarding, complaint, action)
    ]
    due = min((each.due_on for each in forwarding.deadlines.all() if each.met_at is None), default=None)
    return Sent(forwarding, TONES[Forwarding.State(forwarding.state)], due, steps)


def fits(forwarding: Forwarding, complaint: Complaint, action: Action) -> bool:
    """Whether the step makes sense for this forwarding; the service has the last word."""
    match action:
        case Action.RETURN_REPLY:
            return forwarding.state == Forwarding.State.REPLIED
        case Action.RECALL:  # a reply does not matter: what should never have been told can still be taken back
            return forwarding.state != Forwarding.State.RECALLED
        case Action.RELEASE_CONTACT:
            return (
                complaint.consent_share_contact
                and not complaint.is_report
                and forwarding.contact_released_at is None
                and forwarding.state != Forwarding.State.RECALLED
            )
        case _:
            return False
