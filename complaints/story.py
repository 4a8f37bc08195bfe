"""The whole story of a submission as its complainant reads it: one for both doors, from all parts of all its cases.

Nothing of the complainant's own words is told again, and of a case it is handled together with only what was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from complaints.clock import Step
from complaints.findings import Finding, Measure
from complaints.kinds import Nature
from complaints.merged import SharedOutcome, shared_outcomes
from complaints.models import Complaint, ComplaintEvent, Conclusion, Deadline, Extension, Handling, Question, Rating
from complaints.reading import public_state_of
from complaints.review_rights import ReviewRight, rights_of
from complaints.services.rating import is_rateable, rating_of
from complaints.stages import Stage, stages_of
from complaints.story_words import FOUND, HEADINGS
from complaints.strands import strands_of
from complaints.wall import Audience
from complaints.workflow import (
    ANSWERED,
    OPEN_CASES,
    Action,
    Actor,
    HandlingRole,
    HandlingState,
    PublicState,
    State,
    allowed_actions,
)
from directory.clock import Limit

SHOWN_STEPS = (Step.ACCEPTANCE, Step.DECISION, Step.REVIEW_ANSWER, Step.SECOND_REVIEW_ANSWER)
"""Deadlines the complainant waits for; those between authorities and institutions are their own."""


@dataclass(frozen=True)
class Told:
    """One dated step: who took it, and the words that came with it for the complainant."""

    action: str
    at: datetime
    authority: str = ""
    words: str = ""

    @property
    def label(self) -> str:
        """What happened, in the reader's language."""
        return str(Action(self.action).label)


@dataclass(frozen=True)
class Asked:
    """A question that waits for the complainant."""

    id: int
    authority: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Due:
    """A day by which one authority owes a step. While `paused` it moves with the days of waiting."""

    step: str
    on: date
    provisional: bool
    authority: str
    paused: bool = False
    extended_by: str = ""
    reason: str = ""

    @property
    def label(self) -> str:
        """The step in the reader's language."""
        return str(Step(self.step).label)

    @property
    def extended_days(self) -> int:
        """By how many days it was put off; 0 if it was not."""
        return Limit.parse(self.extended_by).amount if self.extended_by else 0


@dataclass(frozen=True)
class Outcome:
    """What was found and ordered, without any words of the file."""

    finding: str
    measures: tuple[str, ...]

    @property
    def found(self) -> str:
        """The finding in plain words, in the reader's language."""
        return str(FOUND[Finding(self.finding)])

    @property
    def ordered(self) -> tuple[str, ...]:
        """The measures in the reader's language."""
        return tuple(str(Measure(one).label) for one in self.measures)


@dataclass(frozen=True)
class Decision:
    """The answer of one authority; `outcome` is None where it did not accept the case."""

    part_id: int
    authority: str
    role: str
    at: datetime
    outcome: Outcome | None
    refund_amount: Decimal | None
    text: str
    right: ReviewRight | None

    @property
    def role_label(self) -> str:
        """The part in the reader's language."""
        return str(HandlingRole(self.role).label)


@dataclass(frozen=True)
class Strand:
    """One case of the submission."""

    complaint: Complaint
    told: tuple[Told, ...]
    asked: tuple[Asked, ...]
    due: tuple[Due, ...]
    decisions: tuple[Decision, ...]
    rights: tuple[ReviewRight, ...]
    rating: Rating | None
    may_rate: bool
    parts: tuple[Handling, ...] = ()
    """The parts of authorities that exist, each authority once."""
    handled_together: tuple[Outcome, ...] = ()
    """What was found in the case this one is handled together with."""

    @property
    def heading(self) -> str:
        """What this case is to the complainant: the claim, or the report."""
        return str(HEADINGS[Nature(self.complaint.nature)])

    @property
    def public_state(self) -> PublicState:
        """The public's word for where it stands."""
        return public_state_of(self.complaint.state)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The way as far as it goes; empty where the case left the plain way."""
        return stages_of(self.public_state)

    @property
    def is_provisional(self) -> bool:
        """Whether the explanation of provisional days belongs on the page."""
        return any(one.provisional for one in self.due) or any(one.provisional for one in self.rights if one.is_open)

    @property
    def open_rights(self) -> tuple[ReviewRight, ...]:
        """The reviews that can be asked for now."""
        return tuple(one for one in self.rights if one.is_open)

    @cached_property
    def actions(self) -> frozenset[Action]:
        """What the complainant may do now, by the table, the terms and what is there to be done."""
        found = set(allowed_actions(State(self.complaint.state), Actor.COMPLAINANT))
        if not self.asked:
            found.discard(Action.ANSWER)
        if not self.may_rate:
            found.discard(Action.RATE)
        return frozenset(
            found - {Action.ASK_REVIEW, Action.ASK_SECOND_REVIEW} | {one.action for one in self.open_rights}
        )


@dataclass(frozen=True)
class Story:
    """All cases of one submission, the first one first."""

    strands: tuple[Strand, ...]

    @property
    def is_both(self) -> bool:
        """Whether a claim and a report are handled apart."""
        return len(self.strands) > 1

    @property
    def actions(self) -> frozenset[Action]:
        """What the complainant may do in any of the cases."""
        return frozenset().union(*(one.actions for one in self.strands))

    def strand(self, nature: str) -> Strand:
        """The case of this nature; the first one for anything else."""
        return next((one for one in self.strands if one.complaint.nature == nature), self.strands[0])


@dataclass
class _Rows:
    """What the story is made of, fetched at once for all its cases."""

    parts: dict[int, Handling]
    events: list[ComplaintEvent] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    conclusions: dict[int, Conclusion] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    def of(self, complaint: Complaint) -> list[Handling]:
        """The parts of one case."""
        return [part for part in self.parts.values() if part.complaint_id == complaint.pk]


def story_of(complaint: Complaint, now: datetime) -> Story:
    """The story of the submission `complaint` belongs to: four queries, and one for each sort of thing there is."""
    cases = strands_of(complaint)
    rows = _fetch(cases)
    return Story(tuple(_strand(one, rows, now) for one in cases))


def _fetch(cases: Sequence[Complaint]) -> _Rows:
    keys = [one.pk for one in cases]
    found = Handling.objects.filter(complaint__in=keys).select_related("authority__parent").order_by("pk")
    rows = _Rows({part.pk: part for part in found.prefetch_related("deadlines")})
    rows.events = list(ComplaintEvent.objects.filter(complaint__in=keys).order_by("at", "pk"))
    waiting = [part.pk for part in rows.parts.values() if part.waiting_since is not None]
    if waiting:
        rows.questions = list(Question.objects.filter(handling__in=waiting, answered_at=None))
    answered = [part.pk for part in rows.parts.values() if part.state in ANSWERED]
    if answered:
        rows.conclusions = _last_conclusions(answered)
    if any(one.extension for part in rows.parts.values() for one in part.deadlines.all()):
        granted = Extension.objects.filter(handling__in=list(rows.parts), is_granted=True)
        rows.reasons = {one.handling_id: one.reason for one in granted}
    return rows


def _last_conclusions(parts: Iterable[int]) -> dict[int, Conclusion]:
    approved = Conclusion.objects.filter(handling__in=list(parts), is_approved=True).order_by("pk")
    return {one.handling_id: one for one in approved}


def _strand(complaint: Complaint, rows: _Rows, now: datetime) -> Strand:
    parts = rows.of(complaint)
    rights = rights_of(complaint, parts, now)
    events = [one for one in rows.events if one.complaint_id == complaint.pk]
    shared = shared_outcomes(complaint, parts)
    answers = [*_decisions(parts, events, rights, rows), *_shared(parts, shared, rights)]
    return Strand(
        complaint=complaint,
        told=tuple(_told(one, rows) for one in events if _is_told(one)),
        asked=tuple(
            Asked(one.pk, _name(rows.parts[one.handling_id]), one.text, one.asked_at)
            for one in rows.questions
            if rows.parts[one.handling_id].complaint_id == complaint.pk
        ),
        due=tuple(_dues(complaint, parts, rows)),
        decisions=tuple(sorted(answers, key=lambda one: one.at)),
        rights=tuple(rights),
        rating=rating_of(complaint),
        may_rate=Action.RATE in allowed_actions(State(complaint.state), Actor.COMPLAINANT)
        and is_rateable(complaint, parts),
        handled_together=tuple(Outcome(one.finding, one.measures) for one in shared.values() if one.finding),
        parts=_with_authority(parts),
    )


def _with_authority(parts: Sequence[Handling]) -> tuple[Handling, ...]:
    return tuple({part.authority_id: part for part in parts if part.authority is not None}.values())


def _name(part: Handling | None) -> str:
    """Who is meant: the authority by its name, or by its kind where none exists."""
    if part is None:
        return ""
    return part.holder_name


def _is_told(event: ComplaintEvent) -> bool:
    """Public steps; and what is not public by itself but was written to the complainant."""
    return event.is_public or (event.audience == Audience.COMPLAINANT and bool(event.text))


def _told(event: ComplaintEvent, rows: _Rows) -> Told:
    is_own = event.side == Actor.COMPLAINANT.value
    is_for_us = event.audience == Audience.COMPLAINANT and not is_own
    # The words of an answer stand with the decision, once.
    words = event.text if is_for_us and event.action not in {Action.CONCLUDE, Action.DECLINE} else ""
    part = rows.parts.get(event.handling_id) if event.handling_id and not is_own else None
    return Told(event.action, event.at, _name(part), words)


def _dues(complaint: Complaint, parts: Sequence[Handling], rows: _Rows) -> list[Due]:
    """What leads and reviewers still owe, the nearest first."""
    if complaint.state not in OPEN_CASES:
        return []
    held = [part for part in parts if part.authority is not None]
    found = [
        _due(part, one, rows)
        for part in held or parts
        if part.role != HandlingRole.CO
        for one in part.deadlines.all()
        if one.met_at is None and one.forwarding_id is None and one.step in SHOWN_STEPS
    ]
    return sorted(found, key=lambda one: one.on)


def _due(part: Handling, deadline: Deadline, rows: _Rows) -> Due:
    return Due(
        step=deadline.step,
        on=deadline.due_on,
        provisional=deadline.is_provisional,
        authority=_name(part),
        paused=deadline.is_paused,
        extended_by=deadline.extension,
        reason=rows.reasons.get(part.pk, "") if deadline.extension else "",
    )


def _decisions(
    parts: Sequence[Handling], events: Sequence[ComplaintEvent], rights: Sequence[ReviewRight], rows: _Rows
) -> list[Decision]:
    """What was answered in this case."""
    by_part = {one.part.pk: one for one in rights}
    found = []
    for part in parts:
        conclusion = rows.conclusions.get(part.pk) if part.state in ANSWERED else None
        at = part.answered_at
        if at is None or (conclusion is None and part.state != HandlingState.DECLINED):
            continue
        found.append(
            Decision(
                part_id=part.pk,
                authority=_name(part),
                role=part.role,
                at=at,
                outcome=Outcome(conclusion.finding, tuple(conclusion.measures)) if conclusion else None,
                refund_amount=conclusion.refund_amount if conclusion else None,
                text=conclusion.decision if conclusion else _why_declined(part, events),
                right=by_part.get(part.pk),
            )
        )
    return found


def _shared(
    parts: Sequence[Handling], shared: Mapping[int, SharedOutcome], rights: Sequence[ReviewRight]
) -> list[Decision]:
    """What was answered in the main case: no words, no amount, but the right to a review."""
    by_part = {one.part.pk: one for one in rights}
    return [
        Decision(
            part_id=part.pk,
            authority=found.authority,
            role=part.role,
            at=found.answered_at,
            outcome=Outcome(found.finding, found.measures) if found.finding else None,
            refund_amount=None,
            text="",
            right=by_part.get(part.pk),
        )
        for part in parts
        if (found := shared.get(part.pk)) is not None and found.answered_at is not None
    ]


def _why_declined(part: Handling, events: Sequence[ComplaintEvent]) -> str:
    said = [one.text for one in events if one.handling_id == part.pk and one.action == Action.DECLINE]
    return said[-1] if said else ""
