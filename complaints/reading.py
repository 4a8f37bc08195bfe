"""What a complainant is told: the receipt, and the story so far. One shape for both doors."""

from __future__ import annotations

import hmac
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from complaints.clock import Step
from complaints.models import Complaint, Deadline, Handling
from complaints.receipts import read_receipt_code, read_reference, receipt_hash
from complaints.strands import evidence_of
from complaints.workflow import OPEN_CASES, PUBLIC, Action, PublicState, State


@dataclass(frozen=True)
class DueLine:
    """A step and the day by which the complainant can expect it. `provisional`: the calendar is not published yet."""

    step: str
    on: date
    provisional: bool

    @property
    def label(self) -> str:
        """The step in the reader's language."""
        return str(Step(self.step).label)


@dataclass(frozen=True)
class EvidenceLine:
    """A file that came with the complaint, by the name it had and the hash of the original."""

    name: str
    sha256: str


@dataclass(frozen=True)
class EventLine:
    """One dated public step."""

    action: str
    at: datetime

    @property
    def label(self) -> str:
        """What happened, in the reader's language."""
        return str(Action(self.action).label)


@dataclass(frozen=True)
class Receipt:
    """What the complainant holds in hand. `receipt_code` is empty except right after filing."""

    reference: str
    receipt_code: str
    state: str
    public_state: str
    received_at: datetime
    due: tuple[DueLine, ...]
    evidence: tuple[EvidenceLine, ...]

    def as_stored(self) -> dict[str, Any]:
        """Plain values, to be kept sealed for a day."""
        return asdict(self)

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> Receipt:
        """The receipt that `as_stored` kept."""
        return cls(
            reference=stored["reference"],
            receipt_code=stored["receipt_code"],
            state=stored["state"],
            public_state=stored["public_state"],
            received_at=datetime.fromisoformat(stored["received_at"]),
            due=tuple(
                DueLine(line["step"], date.fromisoformat(line["on"]), line["provisional"]) for line in stored["due"]
            ),
            evidence=tuple(EvidenceLine(**line) for line in stored["evidence"]),
        )


def public_state_of(state: str) -> PublicState:
    """The public's word for an inner state."""
    return PUBLIC[State(state)]


def receipt_of(complaint: Complaint, receipt_code: str = "") -> Receipt:
    """The receipt of a complaint: three queries at most."""
    return Receipt(
        reference=complaint.reference,
        receipt_code=receipt_code,
        state=complaint.state,
        public_state=public_state_of(complaint.state).value,
        received_at=complaint.received_at,
        due=due_lines(complaint),
        evidence=tuple(EvidenceLine(item.name, item.sha256) for item in evidence_of(complaint)),
    )


def due_lines(complaint: Complaint) -> tuple[DueLine, ...]:
    """The latest day for each step over all leads and reviews: by then every one of them owes an answer.

    A part that no authority has owes nothing as long as another one works on the case.
    """
    of_both = Q(handling__complaint=complaint) | Q(handling__complaint__twin_of=complaint)
    owed = Deadline.objects.filter(of_both, met_at=None, forwarding=None).exclude(handling__role="co")
    beside = Handling.objects.filter(complaint=OuterRef("handling__complaint"), authority__isnull=False)
    owed = owed.exclude(Q(Exists(beside), handling__authority=None))
    latest: dict[str, DueLine] = {}
    for deadline in owed.filter(handling__complaint__state__in=OPEN_CASES):
        known = latest.get(deadline.step)
        if known is None or deadline.due_on > known.on:
            latest[deadline.step] = DueLine(deadline.step, deadline.due_on, deadline.is_provisional)
    return tuple(sorted(latest.values(), key=lambda line: line.on))


def public_events(complaint: Complaint) -> tuple[EventLine, ...]:
    """The dated steps the complainant may see, oldest first."""
    return tuple(EventLine(event.action, event.at) for event in complaint.events.public())


def find_by_receipt(reference: str, code: str) -> Complaint | None:
    """The complaint with this reference and receipt code; None whatever of the two was wrong.

    The hash is computed and compared in every case, so that the answer takes as long for a wrong reference.
    """
    given = receipt_hash(read_receipt_code(code))
    found = Complaint.objects.filter(reference=read_reference(reference)).first()
    kept = found.receipt_hash if found else receipt_hash("")
    return found if hmac.compare_digest(given, kept) and found else None
