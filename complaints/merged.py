"""What somebody is told whose case is handled together with another one: the outcome, never its words. Reads only.

The facts and reasons of the main case may speak of the person who filed it; finding and measures do not. The amount
of a refund is that person's own, too. What was found there is an answer to whoever was merged: it can be rated and
reviewed like one's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from complaints.models import Complaint, Conclusion, Handling
from complaints.workflow import ANSWERED, PLAIN, HandlingState


@dataclass(frozen=True)
class SharedOutcome:
    """What one authority found and ordered in the main case; `finding` is empty while it works."""

    authority: str
    finding: str
    measures: tuple[str, ...]
    answered_at: datetime | None
    """When it was an answer to whoever was merged: when it was given, or when the merging shared it. None: not yet."""


def joined_to(part: Handling) -> QuerySet[Handling]:
    """The parts of other cases merged into this one by the authority whose part it is, or by one that had it before.

    A query for each authority that handed the part on.
    """
    authorities, holder = {part.authority_id}, part
    while holder.came_from is not None:
        holder = holder.came_from
        authorities.add(holder.authority_id)
    return Handling.objects.filter(
        complaint__merged_into=part.complaint_id, state=HandlingState.MERGED, authority__in=authorities - {None}
    )


def shared_outcomes(complaint: Complaint, parts: Sequence[Handling]) -> dict[int, SharedOutcome]:
    """For each of `parts` of the case that was merged, by its key, what its authority found in the main case.

    Two queries at most, none without a merged part. Authorities that go on in this case answer here, not there. Where
    one has handed the main case on since, whoever has it now answers.
    """
    merged = {part.authority_id: part for part in parts if part.state == HandlingState.MERGED}
    if complaint.merged_into_id is None or not merged:
        return {}
    answering = _answering(complaint.merged_into_id, merged)
    answered = [part.pk for part in answering.values() if part.state in ANSWERED]
    approved = Conclusion.objects.filter(handling__in=answered, is_approved=True).order_by("pk")
    found = {one.handling_id: one for one in approved.only("handling_id", "finding", "measures")} if answered else {}
    return {
        merged[authority].pk: _outcome(merged[authority], part, found.get(part.pk))
        for authority, part in answering.items()
    }


def _answering(main: int, merged: Mapping[int | None, Handling]) -> dict[int | None, Handling]:
    """By the authority that merged, the part of the main case that answers for it: its own, or who has that now."""
    plain = Handling.objects.filter(complaint=main, role__in=PLAIN).select_related("authority").order_by("pk")
    merger: dict[int, int | None] = {}
    found: dict[int | None, Handling] = {}
    for part in plain:
        if part.authority_id in merged:
            merger[part.pk] = part.authority_id
        elif part.came_from_id in merger:
            merger[part.pk] = merger[part.came_from_id]
        if part.pk in merger and part.state != HandlingState.HANDED_OVER:
            found[merger[part.pk]] = part
    return found


def _outcome(merged: Handling, answering: Handling, conclusion: Conclusion | None) -> SharedOutcome:
    name = answering.holder_name
    given, shared = answering.answered_at, merged.closed_at
    at = max(given, shared) if given is not None and shared is not None else None
    if conclusion is None:
        return SharedOutcome(name, "", (), at)
    return SharedOutcome(name, conclusion.finding, tuple(conclusion.measures), at)
