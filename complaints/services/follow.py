"""What a complainant does after filing: adds material, withdraws. Each is one transaction under a lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import messages
from complaints.cells import CELLS
from complaints.entry import Fault, Invalid
from complaints.kinds import Nature
from complaints.models import Complaint, ComplaintEvent, Evidence, Handling
from complaints.platform_events import tell_platform
from complaints.services.case_steps import end_part, lock_in_order, locked_complaint, settle
from complaints.services.separating import lock_with_merged, separate_merged
from complaints.strands import evidence_of, strands_of
from complaints.wall import Audience
from complaints.workflow import Action, Actor, HandlingState, NotAllowed, State, allowed_actions

WITHDRAWN_FROM = frozenset(cell.state for cell in CELLS if cell.action == Action.WITHDRAW)
"""States of a part that a withdrawal ends."""


@transaction.atomic
def add_material(*, complaint: Complaint, text: str, evidence: Sequence[Evidence], now: datetime) -> ComplaintEvent:
    """Add words or files to a complaint. Raises workflow.NotAllowed, Invalid (nothing given, or too many files).

    Of a claim and a report under one receipt every half that still goes on is told; the files stay with the first.
    """
    cases = locked_strands(complaint)
    taking = those_allowing(cases, Action.ADD_MATERIAL)
    if not text and not evidence:
        raise Invalid([Fault("text", "required", _("Write something or choose a file."))])
    keep_files(cases[0], evidence)
    events = [written_by_complainant(one, Action.ADD_MATERIAL, text, now) for one in taking]
    for one, event in zip(taking, events, strict=True):
        messages.material_added(one, event)
    return events[0]


@transaction.atomic
def withdraw(*, complaint: Complaint, now: datetime, nature: Nature | None = None) -> ComplaintEvent:
    """Withdraw a complaint; its authorities and the complainant are told. Raises workflow.NotAllowed.

    Of a claim and a report under one receipt only that of `nature`; left out, whatever still goes on. Others who
    reported the same event did not withdraw: what was merged into the case is opened again.
    """
    lock_with_merged(one.pk for one in strands_of(complaint))
    cases = [one for one in locked_strands(complaint) if nature is None or one.nature == nature]
    events = []
    for one in those_allowing(cases, Action.WITHDRAW):
        # An authority that has answered has: its word, and the right to have it reviewed, stay.
        for part in one.handlings.filter(closed_at=None, state__in=WITHDRAWN_FROM).select_for_update(of=("self",)):
            end_part(part, HandlingState.WITHDRAWN, now)
            separate_merged(part, now)
        settle(one, now)
        event = written_by_complainant(one, Action.WITHDRAW, "", now)
        messages.complaint_withdrawn(one, event)
        events.append(event)
        if one.pk == complaint.pk:
            complaint.state = one.state
    return events[0]


def locked_strands(complaint: Complaint) -> list[Complaint]:
    """All cases of the submission, locked in the order of their keys, the first one first.

    The main cases they are handled together with are locked, too: a step there writes to this person and may be this
    person's answer, so it is over before, or waits.
    """
    lock_in_order(*(key for one in strands_of(complaint) for key in (one.pk, one.merged_into_id)))
    return [locked_complaint(one.pk) for one in strands_of(complaint)]


def those_allowing(cases: Sequence[Complaint], action: Action) -> list[Complaint]:
    """The cases in whose state the complainant may do this. Raises workflow.NotAllowed where none does."""
    found = [one for one in cases if action in allowed_actions(State(one.state), Actor.COMPLAINANT)]
    if not found:
        raise NotAllowed(State(cases[0].state) if cases else State.WITHDRAWN, action)
    return found


def keep_files(first: Complaint, evidence: Sequence[Evidence]) -> None:
    """Put files to the case that keeps them; the row is locked. Raises Invalid for more than are taken."""
    most = settings.ENV.EVIDENCE_MAX_FILES
    if evidence and evidence_of(first).count() + len(evidence) > most:
        message = _("At most %(count)d files can come with one complaint.") % {"count": most}
        raise Invalid([Fault("files", "too-many-files", message)])
    for item in evidence:
        item.complaint, item.draft = first, None
        item.save()


def written_by_complainant(
    complaint: Complaint, action: Action, text: str, now: datetime, handling: Handling | None = None
) -> ComplaintEvent:
    """The event of what the complainant did or wrote; the state of the case is as it stands by now."""
    event = ComplaintEvent.objects.create(
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
    tell_platform(complaint, event)
    return event
