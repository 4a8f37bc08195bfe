"""What somebody is told whose case is handled together with another one: the outcome, never its words. Reads only.

The facts and reasons of the main case may speak of the person who filed it; finding and measures do not. The amount
of a refund is that person's own, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from complaints.findings import Finding, Measure
from complaints.models import Complaint, Conclusion, Handling
from complaints.workflow import ANSWERED, HandlingState
from directory.clock import SHANGHAI


@dataclass(frozen=True)
class SharedOutcome:
    """What one authority found and ordered in the main case; `finding` is empty while it still works."""

    authority: str
    finding: str
    measures: tuple[str, ...]
    concluded_on: date | None

    @property
    def finding_words(self) -> str:
        """The finding in the reader's language."""
        return str(Finding(self.finding).label) if self.finding else ""

    @property
    def measure_words(self) -> list[str]:
        """The measures in the reader's language."""
        return [str(Measure(measure).label) for measure in self.measures]


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


def shown_outcome(complaint: Complaint) -> list[SharedOutcome]:
    """For each authority that handles this case together with another one, what it found there. Three queries at most.

    Empty for a case that is not merged. Authorities that go on in this case answer here, not there. Where one has
    handed the main case on since, whoever has it now answers.
    """
    if complaint.merged_into_id is None:
        return []
    own = set(complaint.handlings.filter(state=HandlingState.MERGED).values_list("authority_id", flat=True))
    plain = Handling.objects.filter(complaint=complaint.merged_into_id, role__in=["lead", "co"])
    answering: dict[int, Handling] = {}
    for part in plain.select_related("authority").order_by("pk"):
        if part.authority_id in own or part.came_from_id in answering:
            answering[part.pk] = part
    parts = [part for part in answering.values() if part.state != HandlingState.HANDED_OVER]
    answered = {part.pk for part in parts if part.state in ANSWERED}
    conclusions = {
        one.handling_id: one
        for one in Conclusion.objects.filter(handling__in=answered, is_approved=True)
        .only("handling_id", "finding", "measures", "decided_at")
        .order_by("pk")
    }
    return [_outcome(part, conclusions.get(part.pk)) for part in parts]


def _outcome(part: Handling, conclusion: Conclusion | None) -> SharedOutcome:
    name = part.authority.name if part.authority else str(part.get_authority_kind_display())
    if conclusion is None or conclusion.decided_at is None:
        return SharedOutcome(name, "", (), None)
    on = conclusion.decided_at.astimezone(SHANGHAI).date()
    return SharedOutcome(name, conclusion.finding, tuple(conclusion.measures), on)
