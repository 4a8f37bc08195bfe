"""Which steps of a case are told in a letter, and the letter of one, built from what is stored. Reads only.

The same step gives the same letter whenever it is asked for. Its number is the year and the number of the event: unique
in the whole service, hence for every authority and year; it has gaps, since not every event is a letter.
The name of whoever complained is in the person's own copy, and in an officer's only while a supervisor's leave to see
the identity is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import translation

from accounts.models import User
from complaints.clock import Rule
from complaints.findings import Finding, Measure
from complaints.kinds import Kind, Nature
from complaints.letters import Letter, LetterKind, Remedy
from complaints.letters.letter import CHINESE, LANGUAGES, LONGEST_NAME, REMEDY_OF, legal_basis_of, remedies_of
from complaints.letters.matter import MatterWords, matter_words
from complaints.letters.words import words_in
from complaints.messages import person_of
from complaints.models import Complaint, ComplaintEvent, Conclusion, Deadline, Handling, Reveal
from complaints.rules import calendar, rules_in
from complaints.services.clocks import ANSWER_STEP, counted, day_of
from complaints.strands import first_of
from complaints.summary import shown_plate
from complaints.superiors import superior_of
from complaints.wall import Audience
from complaints.workflow import Action, HandlingRole
from directory.clock import due_after
from directory.kinds import AuthorityKind
from edge.written import written_number

DECISION_OF: Final[dict[HandlingRole, LetterKind]] = {
    HandlingRole.LEAD: LetterKind.DECISION,
    HandlingRole.CO: LetterKind.DECISION,
    HandlingRole.REVIEW: LetterKind.REVIEW,
    HandlingRole.SECOND_REVIEW: LetterKind.SECOND_REVIEW,
}
KIND_OF: Final[dict[Action, LetterKind]] = {
    Action.ACCEPT: LetterKind.ACCEPTANCE,
    Action.DECLINE: LetterKind.REFUSAL,
    Action.GRANT_EXTENSION: LetterKind.EXTENSION,
}
TOLD_BY_LETTER: Final = (*KIND_OF, Action.CONCLUDE)


class NoLetter(LookupError):
    """The step is none that is told by letter."""


@dataclass(frozen=True)
class LetterLine:
    """One letter of a case, for a list."""

    event_pk: int
    kind: LetterKind
    authority: str
    signed_on: date

    @property
    def title(self) -> str:
        """What sort of letter it is, in the reader's language."""
        return str(self.kind.label)


def letter_events(complaint: Complaint) -> QuerySet[ComplaintEvent]:
    """The steps of a case, and of the other half of the same submission, that are told by letter; oldest first."""
    return (
        ComplaintEvent.objects.filter(Q(complaint=complaint) | Q(complaint__twin_of=complaint))
        .filter(action__in=TOLD_BY_LETTER, is_public=True, handling__isnull=False)
        .exclude(complaint__nature=Nature.PRAISE)
        .select_related("handling__authority")
        .order_by("at", "pk")
    )


def letter_lines(events: Iterable[ComplaintEvent]) -> list[LetterLine]:
    """What a list of letters shows of each."""
    return [
        LetterLine(event.pk, kind_of(event, part), part.holder_name, day_of(event.at))
        for event in events
        if (part := event.handling) is not None
    ]


def letters_section(user: User, complaint: Complaint) -> list[LetterLine]:
    """The letters of a case for the desk; none for somebody whose authority has no part in it. Two queries."""
    authority = user.authority_id
    if authority is None or not any(part.authority_id == authority for part in complaint.handlings.all()):
        return []
    return letter_lines(letter_events(complaint).filter(complaint=complaint).defer("text"))


def kind_of(event: ComplaintEvent, part: Handling) -> LetterKind:
    """Which letter tells of the step. Raises NoLetter."""
    if event.action == Action.CONCLUDE:
        return DECISION_OF[HandlingRole(part.role)]
    if event.action not in KIND_OF:
        raise NoLetter(event.action)
    return KIND_OF[Action(event.action)]


def own_letter(event: ComplaintEvent) -> Letter:
    """The letter as the person who complained gets it, addressed by the name that was given. Raises as `letter_of`."""
    return letter_of(event, name=person_of(event.complaint).contact_name)


def name_for(user: User, complaint: Complaint, now: datetime) -> str:
    """The name that an officer's copy bears: empty unless leave to see it is open, and where none was given."""
    return person_of(complaint).contact_name if may_see_name(user, complaint, now) else ""


def may_see_name(user: User, complaint: Complaint, now: datetime) -> bool:
    """Whether a supervisor granted this officer to see who complained, and the time for it is not over."""
    granted = Reveal.objects.filter(subject=Reveal.Subject.IDENTITY, asked_by=user, is_granted=True, until__gt=now)
    return granted.filter(complaint__in={complaint.pk, first_of(complaint)}).exists()


def letter_of(event: ComplaintEvent, *, name: str = "") -> Letter:
    """The letter of a step; without a name it is addressed to “the complainant”.

    Raises NoLetter, and UnfitLetter where what is stored does not make a letter.
    """
    part, complaint = event.handling, event.complaint
    if part is None or complaint.nature == Nature.PRAISE:
        raise NoLetter(event.action)
    kind, language = kind_of(event, part), complaint.language if complaint.language in LANGUAGES else CHINESE
    with translation.override(language):
        return _written(event, part, kind, language, name[:LONGEST_NAME].strip())


def _written(event: ComplaintEvent, part: Handling, kind: LetterKind, language: str, name: str) -> Letter:
    complaint, said = event.complaint, matter_words(language)
    authority_kind, rules = AuthorityKind(part.authority_kind), rules_in(complaint.division_id)
    body = _body(event, part, kind, said)
    law = legal_basis_of(kind, authority_kind, language, rules[authority_kind])
    return Letter(
        kind=kind,
        authority_name=part.authority.name if part.authority else "",
        about=str(Kind(complaint.kind).label),
        reference=person_of(complaint).reference,
        received_on=day_of(part.opened_at if part.is_review else complaint.received_at),
        signed_on=day_of(event.at),
        decision=body.decision,
        number=said.said("number", year=str(day_of(event.at).year), number=str(event.pk)),
        addressee=name or said.complainant,
        claim=_claim(part, said, language),
        facts=body.facts,
        reasons=body.reasons,
        legal_basis=tuple(dict.fromkeys((*law, *body.legal_basis))),
        measures=body.measures,
        remedies=_remedies(part, kind, day_of(event.at), language, rules[authority_kind]),
        due_on=_due_on(event, part, kind),
        contact=_contact(part, said),
        language=language,
    )


@dataclass(frozen=True)
class _Body:
    """What the authority says in the letter."""

    decision: str
    facts: str = ""
    reasons: str = ""
    legal_basis: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


def _body(event: ComplaintEvent, part: Handling, kind: LetterKind, said: MatterWords) -> _Body:
    told = event.text if event.audience == Audience.COMPLAINANT else ""
    if kind is LetterKind.ACCEPTANCE:
        return _Body(said.accepted, reasons=told)
    if kind is LetterKind.REFUSAL:
        return _Body(said.refused, reasons=told)
    if kind is LetterKind.EXTENSION:
        extension = part.extensions.filter(is_granted=True, decided_at=event.at).last()
        return _Body(said.extended, reasons=extension.reason if extension else "")
    conclusion = part.conclusions.filter(is_approved=True, decided_at=event.at).last()
    return _concluded(conclusion, said) if conclusion else _Body(told)


def _concluded(conclusion: Conclusion, said: MatterWords) -> _Body:
    finding = said.said("finding", finding=str(Finding(conclusion.finding).label))
    return _Body(
        decision=f"{finding}\n{conclusion.decision}",
        facts=conclusion.facts,
        reasons=conclusion.reasons,
        legal_basis=tuple(line.strip() for line in conclusion.legal_basis.splitlines() if line.strip()),
        measures=tuple(_measure(Measure(one), conclusion.refund_amount, said) for one in conclusion.measures),
    )


def _measure(measure: Measure, refund: Decimal | None, said: MatterWords) -> str:
    if measure is Measure.REFUND and refund is not None:
        return said.said("refund", amount=written_number(refund))
    return str(measure.label)


def _claim(part: Handling, said: MatterWords, language: str) -> str:
    """What was complained of, from the plain facts: the story itself may name people and stays where it is."""
    if part.reviewed is not None:
        which = "review" if part.role == HandlingRole.REVIEW else "second_review"
        return said.row([said.said(which, authority=part.reviewed.holder_name)])
    complaint, facts = part.complaint, []
    if complaint.occurred_at is not None:
        facts.append(said.said("day", day=words_in(language).day(day_of(complaint.occurred_at))))
    if complaint.plate_given:
        facts.append(said.said("vehicle", plate=shown_plate(complaint.plate_given)))
    if complaint.institution is not None:
        facts.append(said.said("institution", name=complaint.institution.name))
    if complaint.distance_km is not None:
        facts.append(said.said("distance", km=written_number(complaint.distance_km)))
    if complaint.amount_charged is not None:
        facts.append(said.said("charged", amount=written_number(complaint.amount_charged)))
    return said.row(facts)


def _contact(part: Handling, said: MatterWords) -> str:
    authority = part.authority
    if authority is None:
        return ""
    which = "contact" if authority.complaint_phone else "contact_without_phone"
    return said.said(which, name=authority.name, phone=authority.complaint_phone)


def _remedies(
    part: Handling, kind: LetterKind, signed_on: date, language: str, rules: Iterable[Rule]
) -> tuple[Remedy, ...]:
    above = superior_of(part.authority) if part.authority and kind in REMEDY_OF else None
    if above is None or above.pk == part.complaint.about_authority_id:  # nobody reviews what is said of itself
        return ()
    known = tuple(rules)
    (remedy,) = remedies_of(kind, AuthorityKind(part.authority_kind), above.name, language=language, rules=known)
    until = due_after(signed_on, remedy.limit, calendar(), today=signed_on).due_on
    return remedies_of(
        kind, AuthorityKind(part.authority_kind), above.name, until=until, language=language, rules=known
    )


def _due_on(event: ComplaintEvent, part: Handling, kind: LetterKind) -> date | None:
    """The day as it stood when the letter was signed: what moved it later has steps of its own."""
    signed_on = day_of(event.at)
    rows = part.deadlines.filter(step=ANSWER_STEP[HandlingRole(part.role)], forwarding=None).order_by("pk")
    if kind is LetterKind.ACCEPTANCE:
        row, extension = rows.filter(starts_on=signed_on).first(), ""
    elif kind is LetterKind.EXTENSION:
        row = rows.exclude(extension="").last()
        extension = row.extension if row else ""
    else:
        return None
    if row is None:
        return None
    then = Deadline(step=row.step, limit=row.limit, extension=extension, starts_on=row.starts_on)
    pauses = [one for one in part.pauses.all() if one.resumed_on is not None and one.resumed_on <= signed_on]
    return counted(then, pauses if extension else [], calendar(), signed_on).due_on
