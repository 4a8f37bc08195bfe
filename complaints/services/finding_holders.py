"""Parts that no authority has, because none of the kind was known when the case was filed: given to whoever came since.

Such a part holds up nobody (`workflow.case_state`) where another authority works on the case; where none does, the
operator of the service was told, and the case waits here until an authority for the place is entered.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import audit
from complaints import messages
from complaints.kinds import Kind, Nature
from complaints.models import Deadline, Handling
from complaints.responsible import responsible_for
from complaints.services import clocks
from complaints.services.case_steps import locked_by_system, move, named, settle
from complaints.services.splitting import subject_as_filed
from complaints.workflow import OPEN_CASES, Action, NotAllowed
from directory.models import Authority


def find_holders(*, now: datetime) -> int:
    """Give parts without an authority to the one that answers for the place by now; how many. May run twice."""
    orphans = Handling.objects.filter(authority=None, closed_at=None, complaint__state__in=OPEN_CASES).order_by("pk")
    return sum(_find(Handling.objects.get(pk=pk), now) for pk in list(orphans.values_list("pk", flat=True)))


@transaction.atomic
def _find(part: Handling, now: datetime) -> bool:
    try:
        locked, cell = locked_by_system(part, Action.ADD_HANDLER)
    except NotAllowed:
        return False
    if locked.authority_id is not None:
        return False
    authority = _holder(locked)
    if authority is None:
        settle(locked.complaint, now)  # whoever else works on the case may have answered it meanwhile
        return False
    locked.authority, locked.authority_kind, locked.opened_at = authority, authority.kind, now
    Deadline.objects.filter(handling=locked).delete()  # nobody owed anything while nobody was there
    event = move(locked, cell, now=now)
    if locked.complaint.nature != Nature.PRAISE:
        clocks.start_clocks([locked], locked.complaint, now)
    messages.part_opened(locked, event)
    audit.record(
        action="complaint.holder_found",
        actor=None,
        thing=locked.complaint,
        division_code=locked.complaint.division_id,
        detail={**named(locked.complaint), "handling": locked.pk, "to": authority.pk},
        now=now,
    )
    return True


def _holder(locked: Handling) -> Authority | None:
    """Who would have got the part today; None while there is nobody, or nobody who has no part in the case yet."""
    complaint = locked.complaint
    others = complaint.handlings.exclude(pk=locked.pk)
    taken = set(others.filter(authority__isnull=False).values_list("authority_id", flat=True))
    wanted = responsible_for(Kind(complaint.kind), subject_as_filed(complaint), complaint.about_authority)
    for one in wanted:
        fits = one.role == locked.role and (one.kind == locked.authority_kind or not taken)
        if fits and one.authority is not None and one.authority.pk not in taken:
            return one.authority
    return None
