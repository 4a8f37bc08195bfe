"""What a complainant does after filing: adds material, withdraws. Each is one transaction under a lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import messages
from complaints.entry import Fault, Invalid
from complaints.models import Complaint, ComplaintEvent, Evidence, Handling
from complaints.services.case_steps import end_part, locked_complaint, settle
from complaints.wall import Audience
from complaints.workflow import Action, Actor, HandlingState, State, require


@transaction.atomic
def add_material(*, complaint: Complaint, text: str, evidence: Sequence[Evidence], now: datetime) -> ComplaintEvent:
    """Add words or files to a complaint. Raises workflow.NotAllowed, Invalid (nothing given, or too many files)."""
    locked = locked_complaint(complaint.pk)
    require(State(locked.state), Action.ADD_MATERIAL, Actor.COMPLAINANT)
    if not text and not evidence:
        raise Invalid([Fault("text", "required", _("Write something or choose a file."))])
    if locked.evidence.given().count() + len(evidence) > settings.ENV.EVIDENCE_MAX_FILES:
        message = _("At most %(count)d files can come with one complaint.") % {"count": settings.ENV.EVIDENCE_MAX_FILES}
        raise Invalid([Fault("files", "too-many-files", message)])
    for item in evidence:
        item.complaint, item.draft = locked, None
        item.save()
    event = written_by_complainant(locked, Action.ADD_MATERIAL, text, now)
    messages.material_added(locked, event)
    return event


@transaction.atomic
def withdraw(*, complaint: Complaint, now: datetime) -> ComplaintEvent:
    """Withdraw a complaint; its authorities and the complainant are told. Raises workflow.NotAllowed."""
    locked = locked_complaint(complaint.pk)
    require(State(locked.state), Action.WITHDRAW, Actor.COMPLAINANT)
    for part in locked.handlings.filter(closed_at=None).select_for_update(of=("self",)):
        end_part(part, HandlingState.WITHDRAWN, now)
    settle(locked, now)
    event = written_by_complainant(locked, Action.WITHDRAW, "", now)
    messages.complaint_withdrawn(locked, event)
    complaint.state = locked.state
    return event


def written_by_complainant(
    complaint: Complaint, action: Action, text: str, now: datetime, handling: Handling | None = None
) -> ComplaintEvent:
    """The event of what the complainant did or wrote; the state of the case is as it stands by now."""
    return ComplaintEvent.objects.create(
        complaint=complaint,
        handling=handling,
        action=action,
        state=complaint.state,
        side=Actor.COMPLAINANT.value,
        is_public=True,
        audience=Audience.COMPLAINANT,
        text=text,
        at=now,
    )
