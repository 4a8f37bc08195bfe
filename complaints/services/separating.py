"""A main case ends without an answer: what was merged into it comes back to its own desk, or nobody would answer it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from accounts import audit
from complaints.merged import joined_to
from complaints.models import Complaint, Handling
from complaints.services import clocks
from complaints.services.case_steps import locked_by_system, move, named
from complaints.workflow import Action, HandlingRole, HandlingState

PLAIN = (HandlingRole.LEAD, HandlingRole.CO)


def lock_with_merged(cases: Iterable[int]) -> None:
    """Lock these cases and those merged into them, in the order of their numbers, as every step of several cases does.

    Belongs inside a transaction, before any of them is locked alone.
    """
    keys = list(cases)
    rows = Complaint.objects.select_for_update(of=("self",)).filter(Q(pk__in=keys) | Q(merged_into__in=keys))
    list(rows.order_by("pk").values_list("pk"))


def separate_merged(part: Handling, now: datetime) -> None:
    """Open again what other cases had merged into this part, which ended unanswered; their complainants are told.

    The authority works on each as on any other, its clock anew. An authority that has come to another open part in
    such a case answers it there.
    """
    for joined in joined_to(part).select_related("complaint").order_by("pk"):
        _separate(joined, now)


def _separate(joined: Handling, now: datetime) -> None:
    locked, cell = locked_by_system(joined, Action.REOPEN)
    complaint = locked.complaint
    others = complaint.handlings.exclude(pk=locked.pk)
    if others.filter(authority=locked.authority, closed_at=None, role__in=PLAIN).exists():
        return
    main = complaint.merged_into
    if not others.filter(state=HandlingState.MERGED).exists():
        complaint.merged_into = None
        complaint.save(update_fields=["merged_into"])
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
