"""What a complainant sees of the data kept about him or her: who opened it, and what stands against deleting it.

PIPL 44–47: to know, to look, to correct, to delete. Reads only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, ComplaintEvent, Forwarding, Handling, Hold, Reveal
from complaints.review_rights import rights_of
from complaints.services.retaining import kept_for
from complaints.workflow import OPEN_CASES, Action, HandlingState
from edge.written import written_day

TAKEN_UP = (Action.ACCEPT, Action.DECLINE, Action.CONCLUDE, Action.FORWARD, Action.CLOSE)
"""After one of these an authority has acted, and has to keep the file."""


@dataclass(frozen=True)
class Look:
    """An officer opened something that is masked. Which authority, never who."""

    at: datetime
    what: str
    authority: str


@dataclass(frozen=True)
class Release:
    """The contact was passed to an institution, as agreed."""

    at: datetime
    institution: str


def looks_of(cases: Sequence[Complaint]) -> list[Look]:
    """Who opened contact, name or originals, oldest first. One query."""
    granted = Reveal.objects.filter(complaint__in=list(cases), is_granted=True).order_by("decided_at", "pk")
    return [
        Look(one.decided_at or one.asked_at, one.get_subject_display(), str(one.asked_by.authority or ""))
        for one in granted.select_related("asked_by__authority")
    ]


def releases_of(cases: Sequence[Complaint]) -> list[Release]:
    """Which institutions learned the contact, oldest first. One query."""
    released = Forwarding.objects.filter(handling__complaint__in=list(cases), contact_released_at__isnull=False)
    return [
        Release(one.contact_released_at, one.institution.name)
        for one in released.select_related("institution").order_by("contact_released_at")
        if one.contact_released_at is not None
    ]


def stands_against(cases: Sequence[Complaint], now: datetime) -> list[Promise | str]:
    """Why story and files cannot be deleted yet, each in a sentence; empty when nothing stands against it.

    A case of which nothing was taken up before it was withdrawn need not be kept. Any other is kept as long as the
    retention of its nature says, and not deleted while it is handled, held, or its time for a review runs.
    """
    found: list[Promise | str] = []
    if any(one.state in OPEN_CASES for one in cases) or any(_goes_on_elsewhere(one) for one in cases):
        found.append(_("It is being handled. Withdraw it first, or wait for the answer."))
    if Hold.objects.filter(complaint__in=list(cases), lifted_at=None).exists():
        found.append(_("It is kept for a lawsuit or an inspection, until that is over."))
    for one in cases:
        parts = list(Handling.objects.filter(complaint=one).select_related("authority__parent"))
        until = [right.until for right in rights_of(one, parts, now) if right.is_open]
        if until:
            words = _("Until %(day)s a review can be asked for.")
            found.append(words % {"day": written_day(max(until))})
        kept_until = _kept_until(one, parts)
        if kept_until is not None and kept_until > now:
            words = _("The authority has acted on it and must keep the file until %(day)s; then it is destroyed.")
            found.append(words % {"day": written_day(kept_until)})
    return list(dict.fromkeys(found))


def _goes_on_elsewhere(complaint: Complaint) -> bool:
    return complaint.merged_into is not None and complaint.merged_into.state in OPEN_CASES


def _kept_until(complaint: Complaint, parts: Sequence[Handling]) -> datetime | None:
    """The end of the retention; None where no authority has taken anything up, or while the case is open."""
    untouched = all(part.state in {HandlingState.WITHDRAWN, HandlingState.HANDED_OVER} for part in parts)
    acted = ComplaintEvent.objects.filter(complaint=complaint, action__in=TAKEN_UP)
    if complaint.closed_at is None or (untouched and not acted.exists()):
        return None
    return complaint.closed_at + kept_for(complaint.nature)
