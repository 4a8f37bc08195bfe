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
from complaints.workflow import Action, Actor, State, next_state


@transaction.atomic
def add_material(*, complaint: Complaint, text: str, evidence: Sequence[Evidence], now: datetime) -> ComplaintEvent:
    """Add words or files to a complaint. Raises workflow.NotAllowed, Invalid (nothing given, or too many files)."""
    locked = Complaint.objects.select_for_update().get(pk=complaint.pk)
    state = next_state(State(locked.state), Action.ADD_MATERIAL, Actor.COMPLAINANT)
    if not text and not evidence:
        raise Invalid([Fault("text", "required", _("Write something or choose a file."))])
    if locked.evidence.count() + len(evidence) > settings.ENV.EVIDENCE_MAX_FILES:
        message = _("At most %(count)d files can come with one complaint.") % {"count": settings.ENV.EVIDENCE_MAX_FILES}
        raise Invalid([Fault("files", "too-many-files", message)])
    for item in evidence:
        item.complaint, item.draft = locked, None
        item.save()
    event = _move(locked, state, Action.ADD_MATERIAL, text, now)
    messages.material_added(locked, event)
    return event


@transaction.atomic
def withdraw(*, complaint: Complaint, now: datetime) -> ComplaintEvent:
    """Withdraw a complaint; its authorities and the complainant are told. Raises workflow.NotAllowed."""
    locked = Complaint.objects.select_for_update().get(pk=complaint.pk)
    state = next_state(State(locked.state), Action.WITHDRAW, Actor.COMPLAINANT)
    event = _move(locked, state, Action.WITHDRAW, "", now)
    locked.handlings.filter(closed_at=None).update(state=Handling.State.WITHDRAWN, closed_at=now)
    messages.complaint_withdrawn(locked, event)
    complaint.state = locked.state
    return event


def _move(complaint: Complaint, state: State, action: Action, text: str, now: datetime) -> ComplaintEvent:
    complaint.state = state
    complaint.save(update_fields=["state"])
    return ComplaintEvent.objects.create(
        complaint=complaint, action=action, state=state, is_public=True, text=text, at=now
    )
