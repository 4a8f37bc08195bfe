"""Everything the page of one case shows: where it stands, whose turn it is, its parts and clocks. Reads only.

Who complained is not among it: name, phone and e-mail are not even read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from complaints.case_actions import Offer, offers
from complaints.case_clocks import ShownClock, shown_clock
from complaints.case_queue import next_due
from complaints.case_story import story_of
from complaints.case_told import happened_words, told_lines
from complaints.case_words import TONES, signs_of
from complaints.clock import Rule
from complaints.models import Complaint, Conclusion, Deadline, Handling, Referral
from complaints.objecting import ObjectionTerm, objection_term
from complaints.querysets import SEALED
from complaints.rules import calendar, rules_in
from complaints.services.opening import Told
from complaints.wall import Reader, Side
from directory.clock import SHANGHAI
from directory.formats import plate_kinds_of
from directory.kinds import AuthorityKind
from directory.workdays import Calendar
from registry.bands import Band, band_of
from registry.cards import facts_of
from registry.choices import PUBLIC_STATUSES
from registry.models import Ambulance
from registry.standing import vehicle_standing


def cases_with_parts() -> QuerySet[Complaint]:
    """Complaints with everything their page names, without whatever is sealed. Six queries for one case."""
    deadlines = Deadline.objects.filter(met_at=None).select_related("forwarding__institution")
    parts = Handling.objects.select_related("authority", "assignee", "came_from__authority", "reviewed__authority")
    parts = parts.prefetch_related(
        Prefetch("deadlines", deadlines), "pauses", "referrals__proposed", "referrals__decider", "conclusions"
    )
    return (
        Complaint.objects.select_related(
            "institution", "division__parent", "ambulance__institution", "ambulance__division", "platform"
        )
        .defer(*SEALED)
        .prefetch_related(Prefetch("handlings", parts.order_by("pk")))
    )


@dataclass(frozen=True)
class ShownPart:
    """One authority's part: its state, officer, clocks, what waits to be decided, and what the reader may do."""

    part: Handling
    tone: str
    is_own: bool
    clocks: list[ShownClock]
    offers: list[Offer]
    proposal: Conclusion | None
    conclusion: Conclusion | None
    objection: Referral | None
    term: ObjectionTerm | None
    """Until when the authority may say that the case is not its own; None where it cannot any more."""

    @property
    def is_first(self) -> bool:
        """Whether it stands above the story: the own part, and one in which the reader may do something."""
        return self.is_own or bool(self.offers)


@dataclass(frozen=True)
class NextStep:
    """What is owed next in the whole case, and by whom."""

    deadline: Deadline
    authority: str


@dataclass(frozen=True)
class Vehicle:
    """The vehicle complained of: drawn as painted, and what the register says of it."""

    plate: str
    plate_kind: str
    ambulance: Ambulance | None
    band: Band | None
    is_linked: bool
    """Whether the reader may open its record."""


def case_page(user: User, complaint: Complaint, told: Told, now: datetime) -> dict[str, Any]:
    """The context of the page. `complaint` comes from `cases_with_parts`; five queries beyond it."""
    today = now.astimezone(SHANGHAI).date()
    days, rules = calendar(), rules_in(complaint.division_id)
    parts = [shown_part(user, part, complaint, days, rules, today) for part in complaint.handlings.all()]
    return {
        "complaint": complaint,
        "tone": TONES.get(complaint.state, "plain"),
        "signs": signs_of(complaint.flags),
        "parts": sorted(parts, key=lambda one: (not one.is_own, one.part.closed_at is not None, one.part.pk)),
        "holders": [one.part for one in parts if one.part.closed_at is None],
        "next": next_step(complaint),
        "story": story_of(complaint, Reader(Side.AUTHORITY, user.scope.authority_id)),
        "told": told,
        "told_lines": told_lines(told.answers),
        "happened": happened_words(told.answers.get("when_precision", "")),
        "vehicle": vehicle_of(user, complaint, today),
        "files": complaint.evidence.count(),
        "today": today,
        "rail_current": "cases:cases",
        # Sections of other topics join here, one line each.
    }


def shown_part(
    user: User,
    part: Handling,
    complaint: Complaint,
    days: Calendar,
    rules: Mapping[AuthorityKind, Iterable[Rule]],
    today: date,
) -> ShownPart:
    """A part with its clocks explained. No query."""
    part.complaint = complaint
    own = part.authority_id is not None and part.authority_id == user.scope.authority_id
    drafts = list(part.conclusions.all())
    pauses = list(part.pauses.all())
    return ShownPart(
        part=part,
        tone=TONES.get(part.state, "plain"),
        is_own=own,
        clocks=[shown_clock(one, pauses, days, today) for one in part.deadlines.all()],
        offers=offers(user, part),
        proposal=next((one for one in drafts if one.is_approved is None), None) if own else None,
        conclusion=next((one for one in reversed(drafts) if one.is_approved), None),
        objection=next((one for one in part.referrals.all() if one.is_upheld is None), None),
        term=objection_term(part, rules, days, today),
    )


def next_step(complaint: Complaint) -> NextStep | None:
    """What is owed first over all open parts; None when nothing is."""
    owed = {
        due: part
        for part in complaint.handlings.all()
        if part.closed_at is None and (due := next_due(part.deadlines.all())) is not None
    }
    first = next_due(owed)
    if first is None:
        return None
    part = owed[first]
    return NextStep(first, part.holder_name)


def vehicle_of(user: User, complaint: Complaint, today: date) -> Vehicle | None:
    """The vehicle as registered, or as the complainant saw it; None where none was named. One query at most."""
    ambulance, plate = complaint.ambulance, complaint.plate_given
    if ambulance is None:
        kinds = plate_kinds_of(plate)
        return Vehicle(plate, kinds[-1] if kinds else "", None, None, is_linked=False) if plate else None
    band = None
    if ambulance.status in PUBLIC_STATUSES:
        band = band_of(vehicle_standing(facts_of(ambulance), today), ambulance.inspection_valid_until)
    is_linked = Ambulance.objects.visible_to(user.scope).filter(pk=ambulance.pk).exists()
    return Vehicle(ambulance.plate, ambulance.plate_kind, ambulance, band, is_linked)
