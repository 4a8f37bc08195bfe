"""Cases that belong together: linked, merged, separated again. Always an officer's act, with a reason.

Each authority speaks for its own part alone. Merging ends the part that this authority has in a case, because the same
authority answers the same event in the main case; what other authorities do in either case stays theirs.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints import messages
from complaints.models import CaseLink, Complaint, ComplaintEvent, Forwarding, Handling
from complaints.refusals import Unsound
from complaints.services import clocks
from complaints.services.case_steps import lock_in_order, locked_part, move, named, record_step, written
from complaints.services.separating import separate
from complaints.wall import Audience
from complaints.workflow import ENDED, OPEN_CASES, PLAIN, Action, HandlingState, NotAllowed, State
from registry.refusals import OutOfScope
from registry.services.deeds import Deed

BY_HAND = (CaseLink.Kind.DUPLICATE, CaseLink.Kind.RELATED)
"""Links an officer makes; the halves of one submission are linked where they are split."""

MAIN_STATES = OPEN_CASES | {State.CONCLUDED, State.REVIEWED}
"""A case that others can be merged into: it is worked on, or was answered and is not closed."""


@transaction.atomic
def link(
    *,
    handling: Handling,
    version: int | None,
    other: Complaint,
    kind: str,
    reason: str,
    actor: User,
    now: datetime,
    address: str,
) -> CaseLink:
    """Note that two cases belong together; nothing else changes. Both must be in the officer's sight.

    The reason is read by those who see both cases. Raises OutOfScope, WrongRole, StaleVersion, NotAllowed, and Unsound
    for the same case, a pair that is linked already, an unknown kind, or without a reason.
    """
    deed = Deed(actor, now, address)
    lock_in_order(handling.complaint_id, other.pk)
    locked, cell = locked_part(handling, Action.LINK, deed, version)
    words = written(reason, field="reason")
    beside = _seen(other, deed)
    if kind not in BY_HAND:
        raise Unsound({"kind": _("Choose how the two belong together.")}, code="no-kind")
    if beside.pk == locked.complaint_id:
        raise Unsound({"other": _("Choose another case than this one.")}, code="same-case")
    if _links_between(locked.complaint, beside).exists():
        raise Unsound({"other": _("These two cases are linked already.")}, code="linked")
    made = CaseLink.objects.create(
        complaint=locked.complaint, other=beside, kind=kind, reason=words, made_by=actor, made_at=now
    )
    event = move(locked, cell, now=now, actor=actor, text=words, audience=Audience.OWN)
    _note_in(beside, event)
    record_step(deed, locked, Action.LINK, other=beside.reference, kind=kind)
    return made


@transaction.atomic
def unlink(
    *,
    case_link: CaseLink,
    handling: Handling,
    version: int | None,
    reason: str,
    actor: User,
    now: datetime,
    address: str,
) -> ComplaintEvent:
    """Take a link away, from either of its cases. Raises as `link`; Unsound for the halves of one submission."""
    deed = Deed(actor, now, address)
    pair = {case_link.complaint_id, case_link.other_id}
    lock_in_order(*pair)
    locked, cell = locked_part(handling, Action.LINK, deed, version)
    words = written(reason, field="reason")
    found = CaseLink.objects.filter(pk=case_link.pk).first()
    if found is None or locked.complaint_id not in pair:
        raise Unsound({"other": _("This link is gone already.")}, code="no-link")
    if found.kind not in BY_HAND:
        raise Unsound({"other": _("Two halves of one submission stay linked.")}, code="twin")
    beside = _seen(found.other if found.complaint_id == locked.complaint_id else found.complaint, deed)
    found.delete()
    told = gettext("The link was removed. %(reason)s") % {"reason": words}
    event = move(locked, cell, now=now, actor=actor, text=told, audience=Audience.OWN)
    _note_in(beside, event)
    deed.record(
        "complaint.unlink",
        locked.complaint,
        locked.complaint.division_id,
        {**named(locked.complaint), "handling": locked.pk, "other": beside.reference},
    )
    return event


@transaction.atomic
def merge(
    *,
    handling: Handling,
    version: int | None,
    main: Complaint,
    reason: str,
    actor: User,
    now: datetime,
    address: str,
) -> ComplaintEvent:
    """End this authority's part because the same event is answered in `main`, where it has a part, too.

    The complainant is told that it is handled together, and is told of every later step of the main case; the main
    case's desk is told. Files stay where they are and are shown from the main case. Parts of other authorities go on.
    Raises as `link`; Unsound says why two cases cannot be merged.
    """
    deed = Deed(actor, now, address)
    lock_in_order(handling.complaint_id, main.pk)
    locked, cell = locked_part(handling, Action.MERGE, deed, version)
    words = written(reason, field="reason")
    whole = _seen(main, deed)
    _require_fit(locked.complaint, whole)
    answering = _answering_part(whole, locked)
    _require_nothing_open(locked)
    locked.complaint.merged_into = whole
    locked.complaint.save(update_fields=["merged_into"])
    event = move(locked, cell, now=now, actor=actor, text=words, audience=Audience.OWN)
    messages.case_joined(answering, _note_in(whole, event, answering))
    record_step(deed, locked, Action.MERGE, main=whole.reference)
    return event


@transaction.atomic
def unmerge(
    *, handling: Handling, version: int | None, reason: str, actor: User, now: datetime, address: str
) -> ComplaintEvent:
    """A supervisor separates the two again: this authority's part is at work as before, its clock anew.

    Raises as `link`; Unsound where the authority has come to another open part in the case meanwhile.
    """
    deed = Deed(actor, now, address)
    main = Complaint.objects.filter(merged=handling.complaint_id).first()
    lock_in_order(handling.complaint_id, *([main.pk] if main else []))
    locked, cell = locked_part(handling, Action.REOPEN, deed, version)
    if locked.state != HandlingState.MERGED or main is None:
        raise NotAllowed(HandlingState(locked.state), Action.REOPEN)
    words = written(reason, field="reason")
    others = locked.complaint.handlings.exclude(pk=locked.pk)
    if others.filter(authority=locked.authority, closed_at=None, role__in=PLAIN).exists():
        raise Unsound({"reason": _("Your authority has another open part in this case already.")}, code="has-part")
    separate(locked)
    event = move(locked, cell, now=now, actor=actor, text=words, audience=Audience.OWN)
    clocks.start_answer_clock(locked, now)
    note_separation(locked, main, event)
    record_step(deed, locked, Action.REOPEN, main=main.reference)
    return event


def note_separation(locked: Handling, main: Complaint, event: ComplaintEvent) -> None:
    """The main case shows that a case was separated from it; the desk that answers there is told."""
    answering = _own_part(main, locked)
    noted = _note_in(main, event, answering)
    if answering is not None:
        messages.case_joined(answering, noted)


def _seen(other: Complaint, deed: Deed) -> Complaint:
    """The other case, if the officer sees it. Raises OutOfScope."""
    found = Complaint.objects.visible_to(deed.actor.scope).filter(pk=other.pk).first()
    if found is None:
        raise OutOfScope
    return found


def _links_between(one: Complaint, other: Complaint) -> QuerySet[CaseLink]:
    return CaseLink.objects.filter(Q(complaint=one, other=other) | Q(complaint=other, other=one))


def _require_fit(complaint: Complaint, main: Complaint) -> None:
    """Raise Unsound where the two cannot be answered as one."""
    if main.pk == complaint.pk:
        raise Unsound({"other": _("Choose another case than this one.")}, code="same-case")
    if main.nature != complaint.nature:
        raise Unsound(
            {"other": _("A claim and a report of illegality are answered separately. You can link the two.")},
            code="other-nature",
        )
    if main.merged_into_id is not None:
        raise Unsound(
            {"other": _("That case is itself handled together with another one. Choose the main case.")}, code="ring"
        )
    if complaint.merged.exists():
        raise Unsound(
            {"other": _("Other cases are handled together with this one. Merge the other case into this one instead.")},
            code="is-main",
        )
    if complaint.merged_into_id not in {None, main.pk}:
        raise Unsound(
            {"other": _("Another authority handles this case together with a different one. Choose that one.")},
            code="other-main",
        )
    if main.state not in MAIN_STATES or main.destroyed_at is not None:
        raise Unsound({"other": _("That case has ended. Open it again first, or link the two.")}, code="main-has-ended")


def _own_part(main: Complaint, locked: Handling) -> Handling | None:
    """The part of the same authority in the main case that is not ended."""
    parts = main.handlings.filter(authority=locked.authority, role__in=PLAIN).exclude(state__in=ENDED)
    return parts.select_related("authority", "assignee").first()


def _answering_part(main: Complaint, locked: Handling) -> Handling:
    """Where this authority answers the event from now on. Raises Unsound: merging never leaves it unanswered."""
    found = _own_part(main, locked)
    if found is None or found.state == HandlingState.OBJECTED or locked.is_review:
        raise Unsound(
            {"other": _("Your authority has no part in that case to answer in. You can link the two.")},
            code="no-part-in-main",
        )
    found.complaint = main
    return found


def _require_nothing_open(locked: Handling) -> None:
    """Raise Unsound while somebody was asked in this part and has not answered: nobody would read the answer."""
    if locked.waiting_since is not None:
        raise Unsound(
            {"reason": _("The complainant was asked and has not answered. Wait, or take the question back.")},
            code="question-open",
        )
    owed = Forwarding.objects.filter(handling=locked, state__in=[Forwarding.State.OPEN, Forwarding.State.RETURNED])
    if owed.exists():
        raise Unsound(
            {"reason": _("The institution was asked in this case. Wait for its reply, or take it back first.")},
            code="institution-owes",
        )


def _note_in(other: Complaint, event: ComplaintEvent, part: Handling | None = None) -> ComplaintEvent:
    """The same event in the other case, for the desk alone; its complainant need not know that others reported.

    The words go along only into a part of the officer's own authority: other authorities may not see both cases.
    """
    part = part or _any_part(other, event)
    return ComplaintEvent.objects.create(
        complaint=other,
        handling=part,
        action=event.action,
        state=other.state,
        side=event.side,
        is_public=False,
        audience=Audience.OWN,
        text=event.text if part is not None else "",
        actor=event.actor,
        at=event.at,
    )


def _any_part(other: Complaint, event: ComplaintEvent) -> Handling | None:
    own = event.handling.authority_id if event.handling else None
    return other.handlings.filter(authority_id=own).last() if own is not None else None
