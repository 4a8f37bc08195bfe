"""A case as an authority's system reads it, as plain values in the names of the API. Reads only.

Nothing of who complained, no contact, no place in words, no file: the columns that hold them are not even read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Count, Prefetch, QuerySet

from accounts.models import User
from complaints.case_clocks import ShownClock, shown_clock
from complaints.case_story import lines_of
from complaints.cells import may_forward
from complaints.clock_words import Explanation
from complaints.models import Complaint, Deadline, Handling
from complaints.parties import buttons
from complaints.rules import calendar
from complaints.wall import Reader, Side
from complaints.workflow import Action, HandlingState
from directory.models import Institution

SEALED: Final = (
    "narrative",
    "place",
    "answers",
    "contact_name",
    "contact_phone",
    "contact_email",
    "contact_phone_hash",
    "receipt_hash",
)


def with_parts(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Everything a row shows, in three queries for any number of rows."""
    deadlines = Deadline.objects.select_related("forwarding__institution").order_by("due_on", "pk")
    parts = (
        Handling.objects.select_related("authority")
        .prefetch_related(Prefetch("deadlines", deadlines), "pauses", "referrals")
        .order_by("pk")
    )
    return rows.select_related("institution").defer(*SEALED).prefetch_related(Prefetch("handlings", parts))


def row_of(complaint: Complaint, authority_id: int) -> dict[str, Any]:
    """A case in a list. No query where `with_parts` was asked."""
    return {
        "id": complaint.pk,
        "reference": complaint.reference,
        "kind": complaint.kind,
        "nature": complaint.nature,
        "state": complaint.state,
        "received_at": complaint.received_at,
        "division": complaint.division_id,
        "institution": body_of(complaint.institution),
        "plate": complaint.plate_given,
        "parts": [part_row(part, authority_id) for part in complaint.handlings.all()],
    }


def body_of(institution: Institution | None) -> dict[str, str] | None:
    """The institution as the register has it."""
    return {"name": institution.name, "credit_code": institution.credit_code} if institution else None


def part_row(part: Handling, authority_id: int) -> dict[str, Any]:
    """One authority's part."""
    running = [one.due_on for one in part.deadlines.all() if one.met_at is None and not one.is_paused]
    return {
        "id": part.pk,
        "authority": part.authority.name if part.authority else None,
        "authority_kind": part.authority_kind,
        "is_own": part.authority_id == authority_id,
        "role": part.role,
        "state": part.state,
        "version": part.version,
        "next_due": min(running, default=None) if part.closed_at is None else None,
    }


def case_of(
    complaint: Complaint, narrative: str, user: User, offered: Mapping[str, Action], today: date
) -> dict[str, Any]:
    """The whole case; of each part those of the `offered` steps that `user` may take now."""
    days, reader = calendar(), Reader(Side.AUTHORITY, user.scope.authority_id)
    parts = []
    for part in complaint.handlings.all():
        part.complaint = complaint
        clocks = [shown_clock(one, list(part.pauses.all()), days, today) for one in part.deadlines.all()]
        parts.append(
            {
                **part_row(part, user.scope.authority_id),
                "actions": actions_of(user, part, offered),
                "deadlines": [deadline_of(clock) for clock in clocks],
            }
        )
    events = complaint.events.select_related("actor", "handling__authority").order_by("at", "pk")
    return {
        **row_of(complaint, user.scope.authority_id),
        "parts": parts,
        "occurred_at": complaint.occurred_at,
        "narrative": narrative,
        "distance_km": complaint.distance_km,
        "amount_charged": complaint.amount_charged,
        "posted_amount": complaint.posted_amount,
        "files": complaint.evidence.aggregate(count=Count("pk"))["count"],
        "events": [
            {
                "action": event.action,
                "at": event.at,
                "side": event.side,
                "authority": line.authority or None,
                "audience": line.audience,
                "text": line.text,
                "is_withheld": line.is_withheld,
            }
            for event, line in zip(events, lines_of(events, reader), strict=True)
        ],
    }


def actions_of(user: User, part: Handling, offered: Mapping[str, Action]) -> list[str]:
    """The names of those offered steps that may be taken now."""
    allowed = buttons(user, part)
    return [name for name, action in offered.items() if action in allowed and _fits(name, part)]


def _fits(name: str, part: Handling) -> bool:
    """Whether a part needs the step, beyond what the table allows."""
    if name == "take_back":
        return part.waiting_since is not None
    if name in {"ask", "investigate"}:
        return part.waiting_since is None
    return name != "forward" or may_forward(HandlingState(part.state), is_report=part.complaint.is_report)


def deadline_of(clock: ShownClock) -> dict[str, Any]:
    """A deadline and how it was counted."""
    deadline = clock.deadline
    return {
        "step": deadline.step,
        "owed_by_institution": deadline.forwarding_id is not None,
        "due_on": deadline.due_on,
        "provisional": deadline.is_provisional,
        "paused": deadline.is_paused,
        "met_at": deadline.met_at,
        "limit": deadline.limit,
        "extension": deadline.extension,
        "basis": deadline.basis,
        "starts_on": deadline.starts_on,
        "counted_days": sum(one.counted.length for one in clock.explanations),
        "skipped": [
            {"day": skipped.day, "why": skipped.why.value} for one in clock.explanations for skipped in one.due.skipped
        ],
        "words": [words for one in clock.explanations for words in words_of(one)],
    }


def words_of(told: Explanation) -> list[str]:
    """How a day was counted, for people: the limit, the days that counted and those that did not, and remarks."""
    groups = (told.counted, *told.worked_groups, *told.skipped)
    return [told.limit_words, *(f"{group.why.label}: {group.days_words}" for group in groups), *told.remarks]
