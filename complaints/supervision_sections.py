"""Parts of pages: the rooms of supervision as tabs; on the page of a case its extension, and whether it is held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from complaints.clock_words import written_limit
from complaints.forms_supervision import AskExtensionForm, DecideExtensionForm
from complaints.models import Complaint, Handling
from complaints.parties import buttons
from complaints.services.extending import extension_rule, open_decision
from complaints.workflow import Action
from directory.clock import Limit

TABS: tuple[tuple[str, Promise], ...] = (
    ("desk", _("Overview")),
    ("statistics", _("Statistics")),
    ("quality", _("Quality checks")),
    ("retention", _("Retention")),
)


def tabs_for(current: str) -> list[dict[str, Any]]:
    """The rooms of supervision; `current` is the one being read."""
    return [
        {"href": reverse(f"supervision:{name}"), "words": words, "is_here": name == current} for name, words in TABS
    ]


def extension_section(
    user: User,
    complaint: Complaint,  # noqa: ARG001 - every section of the page is given the same
    part: Handling,
    now: datetime,  # noqa: ARG001
) -> dict[str, Any]:
    """What `staff/cases/parts/extension.html` needs: what was asked and decided, and what this person may do now.

    At most three queries.
    """
    may = buttons(user, part)
    asked = list(part.extensions.select_related("asked_by", "decided_by"))
    waiting = next((one for one in asked if one.is_granted is None), None)
    is_extended = any(one.is_granted for one in asked)
    may_ask = Action.ASK_EXTENSION in may and waiting is None and not is_extended and open_decision(part) is not None
    return {
        "extension": {
            "part": part,
            "asked": [(one, written_limit(Limit.parse(one.limit))) for one in asked],
            "waiting": waiting,
            "may_decide": waiting is not None and Action.GRANT_EXTENSION in may and waiting.asked_by_id != user.pk,
            "limit": written_limit(extension_rule(part).limit) if may_ask else "",
            "ask_form": AskExtensionForm(initial={"version": part.version}) if may_ask else None,
            "decide_form": DecideExtensionForm(initial={"version": part.version}),
        }
    }


def hold_section(
    user: User,
    complaint: Complaint,
    part: Handling | None,  # noqa: ARG001 - every section of the page is given the same
    now: datetime,  # noqa: ARG001
) -> dict[str, Any]:
    """What `staff/cases/parts/hold.html` needs: the hold in force, and whether this person may place or lift one.

    One query.
    """
    return {
        "hold": {
            "complaint": complaint,
            "in_force": complaint.holds.filter(lifted_at=None).select_related("placed_by").defer("reason").first(),
            "may": user.scope.has(Role.SUPERVISOR) and complaint.destroyed_at is None,
        }
    }
