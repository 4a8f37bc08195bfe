"""What an authority sends across the wall: told in its own words, returned, taken back, the contact released.

The institution reads the row of the forwarding and the files named there. Everything that is written to it passes the
guard (`complaints.services.guarding`): no text that names the complainant leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints import messages
from complaints.cells import Cell, may_forward
from complaints.clock import Step
from complaints.kinds import Nature
from complaints.models import Complaint, ComplaintEvent, Evidence, Forwarding, Handling
from complaints.receipts import new_reference
from complaints.refusals import Unsound
from complaints.services import clocks
from complaints.services.case_steps import locked_part, move, record_step, written
from complaints.services.guarding import guarded, words_across
from complaints.strands import evidence_of, strands_of
from complaints.wall import Audience
from complaints.workflow import ANSWERED, Action, HandlingState, NotAllowed
from directory.models import Institution
from registry.services.deeds import Deed

REPLY_STEPS = (Step.INSTITUTION_REPLY, Step.INSTITUTION_REPLY_SEVERAL)
MOST_DRAWN = 20
"""Numbers that are drawn before giving up; of 576 million, none was ever needed twice."""
AWAITED = (Forwarding.State.OPEN, Forwarding.State.RETURNED)


@guarded("summary")
@transaction.atomic
def forward(
    *,
    handling: Handling,
    version: int | None,
    summary: str,
    actor: User,
    now: datetime,
    address: str,
    institution: Institution | None = None,
    shown_files: Sequence[int] = (),
    has_several_departments: bool = False,
) -> Forwarding:
    """Tell an institution what it has to answer, or to carry out once the authority has decided.

    `institution` is the one complained of unless another is given; `shown_files` are keys of the complainant's files
    whose cleaned copies it may see. Raises OutOfScope, WrongRole, StaleVersion; NotAllowed, also for a report of
    illegality before the decision (信访工作条例 30); Unsound for a summary that is empty or names the complainant, for
    no or a closed institution, and for a file that is not the complainant's.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(handling, Action.FORWARD, deed, version)
    complaint = locked.complaint
    if not may_forward(HandlingState(locked.state), is_report=complaint.is_report):
        raise NotAllowed(HandlingState(locked.state), Action.FORWARD)
    to = _open_institution(institution or complaint.institution, deed)
    words = words_across(summary, complaint, field="summary")
    files = _files(complaint, shown_files)
    is_decided = locked.state in ANSWERED
    forwarding = Forwarding.objects.create(
        number=_free_number(),
        handling=locked,
        institution=to,
        purpose=Forwarding.Purpose.MEASURES if is_decided else Forwarding.Purpose.REPLY,
        summary=words,
        has_several_departments=has_several_departments,
        forwarded_by=actor,
        forwarded_at=now,
    )
    forwarding.shown_files.set(files)
    _start_clock(locked, forwarding, now)
    event = _crossing(locked, cell, forwarding, words, actor=actor, now=now)
    messages.institution_told(forwarding, event)
    record_step(deed, locked, Action.FORWARD, institution=to.pk, files=len(files))
    return forwarding


def _open_institution(institution: Institution | None, deed: Deed) -> Institution:
    if institution is None:
        raise Unsound({"institution": _("Choose the institution that is to be told.")}, code="no-institution")
    if institution.closed_on is not None and institution.closed_on <= deed.today:
        raise Unsound(
            {"institution": _("This institution is closed: nobody there can answer. Choose another one.")},
            code="institution-closed",
        )
    return institution


def _files(complaint: Complaint, chosen: Sequence[int]) -> list[Evidence]:
    found = list(evidence_of(complaint).filter(pk__in=chosen))
    if len(found) != len(set(chosen)):
        raise Unsound({"shown_files": _("Choose among the files of the complainant.")}, code="no-file")
    return found


def _free_number() -> str:
    """A number like a reference that no forwarding and no complaint has. Raises RuntimeError if none is left."""
    for _attempt in range(MOST_DRAWN):
        number = new_reference()
        if not Forwarding.objects.filter(number=number).exists() and not _is_reference(number):
            return number
    raise RuntimeError("no number is free")


def _is_reference(number: str) -> bool:
    return Complaint.objects.filter(reference=number).exists()


def _start_clock(locked: Handling, forwarding: Forwarding, now: datetime) -> None:
    """The institution's clock; thanks need no answer."""
    if locked.complaint.nature != Nature.PRAISE:
        step = REPLY_STEPS[forwarding.has_several_departments]
        clocks.start_clock(locked, step, now, forwarding=forwarding)


def _crossing(
    locked: Handling, cell: Cell, forwarding: Forwarding, words: str, *, actor: User, now: datetime
) -> ComplaintEvent:
    """Take the step with words for this institution only."""
    return move(locked, cell, now=now, actor=actor, text=words, audience=Audience.INSTITUTION, forwarding=forwarding)


@guarded("reason")
@transaction.atomic
def recall(
    *, forwarding: Forwarding, version: int | None, reason: str, actor: User, now: datetime, address: str
) -> Forwarding:
    """Take back what an institution was sent: it reads nothing of it any more, and owes nothing.

    The part goes back to work, unless another institution still has something to answer. `version` is the part's.
    Raises as `forward`; Unsound where it was taken back already. The institution reads the reason.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(forwarding.handling, Action.RECALL, deed, version)
    sent = _locked_forwarding(forwarding, locked)
    words = words_across(reason, locked.complaint, field="reason")
    if sent.state == Forwarding.State.RECALLED:
        raise Unsound({"reason": _("It was taken back already.")}, code="recalled")
    sent.state, sent.return_note = Forwarding.State.RECALLED, words
    sent.version += 1
    sent.save()
    clocks.meet(locked, now, *REPLY_STEPS, forwarding=sent)
    if Forwarding.objects.filter(handling=locked).exclude(state=Forwarding.State.RECALLED).exists():
        cell = replace(cell, next_state=HandlingState(locked.state))
    event = _crossing(locked, cell, sent, words, actor=actor, now=now)
    messages.institution_told(sent, event)
    record_step(deed, locked, Action.RECALL, institution=sent.institution_id)
    return sent


def _locked_forwarding(forwarding: Forwarding, locked: Handling) -> Forwarding:
    rows = Forwarding.objects.select_for_update(of=("self",)).select_related("institution")
    return rows.get(pk=forwarding.pk, handling=locked)


@guarded("note")
@transaction.atomic
def return_reply(
    *, forwarding: Forwarding, version: int | None, note: str, actor: User, now: datetime, address: str
) -> Forwarding:
    """Ask the institution for a better reply, with a note it reads and a new term. `version` is the part's.

    Raises as `forward`; Unsound where no reply is there to be returned.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(forwarding.handling, Action.RETURN_REPLY, deed, version)
    sent = _locked_forwarding(forwarding, locked)
    words = words_across(note, locked.complaint, field="note")
    if sent.state != Forwarding.State.REPLIED:
        raise Unsound({"note": _("There is no reply that could be returned.")}, code="no-reply")
    sent.state, sent.return_note = Forwarding.State.RETURNED, words
    sent.version += 1
    sent.save()
    _start_clock(locked, sent, now)
    event = _crossing(locked, cell, sent, words, actor=actor, now=now)
    messages.institution_told(sent, event)
    record_step(deed, locked, Action.RETURN_REPLY, institution=sent.institution_id)
    return sent


@transaction.atomic
def release_contact(
    *, forwarding: Forwarding, version: int | None, reason: str, actor: User, now: datetime, address: str
) -> Forwarding:
    """Let the institution complained of see name, phone and e-mail, as the complainant agreed; the complainant is told.

    `version` is the part's. Raises as `forward`; Unsound without a reason, without the complainant's consent, for a
    report of illegality, for another institution than the one complained of, and where nothing is there to release.
    """
    deed = Deed(actor, now, address)
    locked, cell = locked_part(forwarding.handling, Action.RELEASE_CONTACT, deed, version)
    sent = _locked_forwarding(forwarding, locked)
    words = written(reason, field="reason")
    _require_release(locked.complaint, sent)
    # Its version stays: somebody at the institution may be writing the reply right now.
    sent.contact_released_by, sent.contact_released_at, sent.contact_release_reason = actor, now, words
    sent.save()
    move(locked, cell, now=now, actor=actor, text=words)
    record_step(deed, locked, Action.RELEASE_CONTACT, institution=sent.institution_id)
    return sent


def _require_release(complaint: Complaint, sent: Forwarding) -> None:
    """Raises Unsound where the contact must not cross, or where there is none."""
    person = messages.person_of(complaint)
    faults = (
        (
            any(each.is_report for each in strands_of(complaint)),
            "is-report",
            _("A report of illegality: nothing that identifies the reporter is ever passed on."),
        ),
        (
            not (complaint.consent_share_contact and person.consent_share_contact),
            "no-consent",
            _("The complainant did not agree that name and contact are passed on."),
        ),
        (
            complaint.institution_id not in {None, sent.institution_id},
            "other-institution",
            _("The complainant agreed for the institution complained of, not for this one."),
        ),
        (
            not (person.contact_name or person.contact_phone or person.contact_email),
            "no-contact",
            _("The complainant left no contact."),
        ),
        (
            sent.state == Forwarding.State.RECALLED,
            "recalled",
            _("This was taken back from the institution: it reads nothing of it any more."),
        ),
        (sent.contact_released_at is not None, "released", _("The contact was released already.")),
    )
    for is_fault, code, words in faults:
        if is_fault:
            raise Unsound({"reason": words}, code=code)
