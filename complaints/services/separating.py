"""A main case ends without an answer: what was merged into it comes back to its own desk, or nobody would answer it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from accounts import audit
from complaints.merged import joined_to
from complaints.models import Complaint, Handling
from complaints.services import clocks
from complaints.services.case_steps import lock_in_order, locked_by_system, move, named
from complaints.workflow import PLAIN, Action, HandlingState


def lock_with_merged(cases: Iterable[int]) -> None:
    """Lock these cases, those merged into them and those they were merged into, in the order of their numbers.

    Belongs inside a transaction, before any of them is locked alone.
    """
    keys = list(cases)
    tied = Complaint.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys)).values_list("pk", "merged_into_id")
    lock_in_order(*(key for pair in tied for key in pair))


def separate_merged(part: Handling, now: datetime) -> None:
    """Open again what other cases had merged into this part, which ended unanswered; their complainants are told.

    The authority works on each as on any other, its clock anew. An authority that has come to another open part in
    such a case answers it there.
    """
    for joined in joined_to(part).select_related("complaint").order_by("pk"):
        _separate(joined, now)


def separate(locked: Handling) -> None:
    """The part that was merged is answered in its own case again; the last one that was ends the tie to the main case.

    Both cases are locked by the caller, who moves the part and starts its clock.
    """
    if not locked.complaint.handlings.exclude(pk=locked.pk).filter(state=HandlingState.MERGED).exists():
        locked.complaint.merged_into = None
        locked.complaint.save(update_fields=["merged_into"])


def _separate(joined: Handling, now: datetime) -> None:
    locked, cell = locked_by_system(joined, Action.REOPEN)
    complaint = locked.complaint
    others = complaint.handlings.exclude(pk=locked.pk)
    if others.filter(authority=locked.authority, closed_at=None, role__in=PLAIN).exists():
        return
    main = complaint.merged_into
    separate(locked)
    move(locked, cell, now=now)
    clocks.start_answer_clock(locked, now)
    audit.record(
        action="complaint.separated",
        actor=None,
        thing=complaint,
        division_code=complaint.division_id,
        detail={**named(complaint), "handling": locked.pk, "main": main.reference if main else ""},
        now=now,
    )
