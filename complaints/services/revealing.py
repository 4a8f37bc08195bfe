"""Looks behind the mask: asked for with a reason, granted by the rule or by a supervisor, each showing recorded.

Law: 个人信息保护法 art. 6 (as little as the work needs), art. 51 (rights of access by duty); 信访工作条例 30.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from complaints import reveal_messages
from complaints.messages import person_of
from complaints.models import Complaint, Evidence, Reveal
from complaints.parties import parties_of
from complaints.refusals import AlreadyDecided, Unsound
from complaints.services.case_steps import locked_complaint, named, written
from complaints.strands import files_of_case
from complaints.workflow import Actor
from evidence.store import EvidenceStore
from registry.refusals import OutOfScope, WrongRole
from registry.services.deeds import Deed

HOURS_OPEN = timedelta(hours=8)
"""How long a granted look stays open: a working day, lunch included."""
OFFICERS = frozenset({Actor.HANDLER, Actor.SUPERVISOR})


@transaction.atomic
def ask_reveal(
    *,
    complaint: Complaint,
    subject: str,
    reason: str,
    actor: User,
    now: datetime,
    address: str,
    evidence: Evidence | None = None,
) -> Reveal:
    """Ask to see what is masked. The contact of a claim opens at once; all else waits for a supervisor.

    Who asks works on an open part of the case. Raises OutOfScope, WrongRole, and Unsound without a reason, for an
    unknown subject or a file of another case, and while the same is open or waits already.
    """
    deed = Deed(actor, now, address)
    locked = _locked_for_officer(complaint, actor)
    words = written(reason, field="reason")
    file = _subject(locked, subject, evidence)
    _require_news(locked, subject, file, actor, now)
    reveal = Reveal(complaint=locked, subject=subject, evidence=file, reason=words, asked_by=actor, asked_at=now)
    at_once = opens_at_once(locked, subject)
    if at_once:
        reveal.is_granted, reveal.decided_at, reveal.until = True, now, now + HOURS_OPEN
    reveal.save()
    if not at_once:
        reveal_messages.reveal_asked(reveal)
    _record(deed, reveal, is_granted=at_once)
    return reveal


def opens_at_once(complaint: Complaint, subject: str) -> bool:
    """Whether no supervisor is asked: for how to reach somebody who wants redress, never for who reported."""
    is_report = complaint.is_report or person_of(complaint).is_report
    return subject == Reveal.Subject.CONTACT and not is_report


def may_ask(complaint: Complaint, user: User) -> bool:
    """Whether the person works on an open part of the case. No query where the parts are loaded."""
    own = user.scope.authority_id
    parts = [part for part in complaint.handlings.all() if part.closed_at is None and part.authority_id == own]
    return any(OFFICERS & parties_of(user.scope, part) for part in parts)


def _locked_for_officer(complaint: Complaint, actor: User) -> Complaint:
    locked = locked_complaint(complaint.pk)
    if not Complaint.objects.visible_to(actor.scope).filter(pk=locked.pk).exists():
        raise OutOfScope
    if not may_ask(locked, actor):
        raise WrongRole("only who works on an open part may look behind the mask")
    return locked


def _subject(locked: Complaint, subject: str, evidence: Evidence | None) -> Evidence | None:
    """The file, if it is about one. Raises Unsound where subject and file do not fit."""
    if subject not in Reveal.Subject.values:
        raise Unsound({"subject": _("Choose what you need to see.")}, code="no-subject")
    if subject != Reveal.Subject.ORIGINAL:
        return None
    if evidence is None or not files_of_case(locked).filter(pk=evidence.pk).exists():
        raise Unsound({"subject": _("Choose a file of this case.")}, code="no-file")
    return evidence


def _require_news(locked: Complaint, subject: str, file: Evidence | None, actor: User, now: datetime) -> None:
    mine = Reveal.objects.filter(complaint=locked, subject=subject, evidence=file, asked_by=actor)
    if mine.filter(is_granted=None).exists():
        raise Unsound({"reason": _("You asked already; a supervisor has to decide.")}, code="waits")
    if mine.filter(is_granted=True, until__gt=now).exists():
        raise Unsound({"reason": _("It is open for you now; you need not ask again.")}, code="open")


@transaction.atomic
def decide_reveal(*, reveal: Reveal, is_granted: bool, actor: User, now: datetime, address: str) -> Reveal:
    """A supervisor of the asker's authority, never the asker, opens it for eight hours or refuses. The asker is told.

    Raises OutOfScope, WrongRole, AlreadyDecided.
    """
    deed = Deed(actor, now, address)
    complaint = locked_complaint(reveal.complaint_id)
    if not Complaint.objects.visible_to(actor.scope).filter(pk=complaint.pk).exists():
        raise OutOfScope
    rows = Reveal.objects.select_for_update(of=("self",)).select_related("asked_by", "decided_by", "evidence")
    locked = rows.get(pk=reveal.pk)
    locked.complaint = complaint
    if not may_decide(locked, actor):
        raise WrongRole("another supervisor of the asker's authority decides")
    if locked.is_granted is not None:
        raise AlreadyDecided(locked.decided_by, locked.decided_at)
    locked.is_granted, locked.decided_by, locked.decided_at = is_granted, actor, now
    locked.until = now + HOURS_OPEN if is_granted else None
    locked.save()
    reveal_messages.reveal_decided(locked)
    deed.record(
        "reveal.granted" if is_granted else "reveal.refused",
        complaint,
        complaint.division_id,
        {**named(complaint), "subject": locked.subject, "reveal": locked.pk, "to": locked.asked_by_id},
    )
    return locked


def may_decide(reveal: Reveal, user: User) -> bool:
    """Whether it is this person's to decide: a supervisor of the asker's authority, other than the asker."""
    return (
        user.scope.has(Role.SUPERVISOR)
        and user.pk != reveal.asked_by_id
        and bool(user.authority_id)
        and user.authority_id == reveal.asked_by.authority_id
    )


def is_open(reveal: Reveal, user: User, now: datetime) -> bool:
    """Whether the person may look now: asked by nobody else, granted, not over."""
    return reveal.asked_by_id == user.pk and bool(reveal.is_granted) and reveal.until is not None and now < reveal.until


@transaction.atomic
def show_person(*, reveal: Reveal, actor: User, now: datetime, address: str) -> dict[str, str]:
    """What the open look shows: name, or phone and e-mail. Each showing is recorded. Raises OutOfScope.

    For anybody but the asker, and once it is over or the case is out of reach, it does not exist.
    """
    complaint = _seen(reveal, actor, now)
    person = person_of(complaint)
    shown = (
        {"name": person.contact_name}
        if reveal.subject == Reveal.Subject.IDENTITY
        else {"phone": person.contact_phone, "email": person.contact_email}
    )
    _record_showing(reveal, complaint, Deed(actor, now, address))
    return shown


@transaction.atomic
def open_original(*, reveal: Reveal, actor: User, now: datetime, address: str) -> Iterator[bytes]:
    """The original of the file in chunks, under an open look; each opening is recorded.

    Raises OutOfScope, FileNotFoundError, CannotUnseal.
    """
    complaint = _seen(reveal, actor, now)
    if reveal.evidence is None:
        raise OutOfScope
    chunks = EvidenceStore().read_original(reveal.evidence.original_key)
    _record_showing(reveal, complaint, Deed(actor, now, address))
    return chunks


def _seen(reveal: Reveal, actor: User, now: datetime) -> Complaint:
    """The case of an open look of this very person. Raises OutOfScope."""
    complaint = Complaint.objects.visible_to(actor.scope).filter(pk=reveal.complaint_id).first()
    if complaint is None or not is_open(reveal, actor, now) or not may_ask(complaint, actor):
        raise OutOfScope
    return complaint


def _record_showing(reveal: Reveal, complaint: Complaint, deed: Deed) -> None:
    deed.record(
        "reveal.shown",
        complaint,
        complaint.division_id,
        {
            **named(complaint),
            "subject": reveal.subject,
            "reveal": reveal.pk,
            "file": reveal.evidence_id or 0,
        },
    )


def _record(deed: Deed, reveal: Reveal, *, is_granted: bool) -> None:
    complaint = reveal.complaint
    deed.record(
        "reveal.asked",
        complaint,
        complaint.division_id,
        {
            **named(complaint),
            "subject": reveal.subject,
            "reveal": reveal.pk,
            "is_granted": is_granted,
        },
    )
