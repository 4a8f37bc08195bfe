"""The tone in which the desk shows each state: good, known, mind, stop or plain. A pure table."""

from __future__ import annotations

from registry.applications import ApplicationState
from registry.choices import AmbulanceStatus, MarkingState
from registry.standing import Standing

TONES: dict[str, str] = {
    AmbulanceStatus.DRAFT: "plain",
    AmbulanceStatus.UNDER_REVIEW: "known",
    AmbulanceStatus.IN_SERVICE: "good",
    AmbulanceStatus.SUSPENDED: "stop",
    AmbulanceStatus.RETIRED: "plain",
    MarkingState.ISSUED: "mind",
    MarkingState.MOUNTED: "good",
    MarkingState.REVOKED: "plain",
    ApplicationState.AWAITING_OTHER: "mind",
    ApplicationState.SUBMITTED: "known",
    ApplicationState.RETURNED: "mind",
    ApplicationState.APPROVED: "good",
    ApplicationState.REFUSED: "stop",
    ApplicationState.WITHDRAWN: "plain",
    Standing.IN_SERVICE_120: "good",
    Standing.INSPECTION_OVERDUE: "mind",
    Standing.SCRAP_OVERDUE: "stop",
    Standing.INSTITUTION_CLOSED: "stop",
}
"""By the value in the database; a draft is plain whatever it is a draft of."""


def tone_of(state: str) -> str:
    """The tone of a state; plain for one that has none of its own."""
    return TONES.get(state, "plain")
