"""How long cases are kept: batches of what is past its time, and the two supervisors who confirm each.

What hangs together (claim and report of one submission, cases handled as one) stays together or goes together.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from complaints.kinds import Nature
from complaints.models import Complaint, DestructionBatch, Handling, Hold
from complaints.parties import is_below
from complaints.refusals import Unsound
from complaints.reminder_messages import batch_letters
from complaints.workflow import HandlingRole, HandlingState
from directory.kinds import AuthorityKind
from directory.models import Authority
from directory.nearest import division_and_ancestors, nearest
from registry.refusals import OutOfScope, WrongRole
from registry.services.deeds import Deed

log = logging.getLogger(__name__)

BATCH = 200
"""Cases of one batch, more only where one event has more: as many as two people can look through."""
KEYS_AT_ONCE = 500


def kept_for(nature: str) -> timedelta:
    """How long a case is kept after its end. A setting: no law that was read names the days."""
    env = settings.ENV
    days = {
        Nature.COMPLAINT: env.RETENTION_CLAIM_DAYS,
        Nature.REPORT: env.RETENTION_REPORT_DAYS,
        Nature.PRAISE: env.RETENTION_PRAISE_DAYS,
    }
    return timedelta(days=days[Nature(nature)])


def past_retention(now: datetime) -> QuerySet[Complaint]:
    """Cases whose own time is over: ended long enough ago, no part open, no hold, not destroyed."""
    over = Q(nature=Nature.PRAISE, closed_at__lt=now - kept_for(Nature.PRAISE))
    for nature in (Nature.COMPLAINT, Nature.REPORT):
        over |= Q(nature=nature, closed_at__lt=now - kept_for(nature))
    busy = Handling.objects.filter(closed_at=None, authority__isnull=False).values("complaint_id")
    held = Hold.objects.filter(lifted_at=None).values("complaint_id")
    return Complaint.objects.filter(over, destroyed_at=None).exclude(pk__in=busy).exclude(pk__in=held)


def kin_of(pks: Iterable[int]) -> dict[int, set[int]]:
    """Each case → everything that hangs together with it by a submission or a merge, itself included."""
    kin = {pk: {pk} for pk in pks}
    fresh = set(kin)
    while fresh:
        near = Q(pk__in=fresh) | Q(twin_of__in=fresh) | Q(merged_into__in=fresh)
        edges = Complaint.objects.filter(near).values_list("pk", "twin_of_id", "merged_into_id")
        fresh = set()
        for row in edges:
            group = {one for one in row if one is not None}
            fresh |= group - kin.keys()
            whole = set().union(*(kin.get(one, {one}) for one in group))
            for one in whole:
                kin[one] = whole
    return kin


def make_batches(*, now: datetime) -> list[DestructionBatch]:
    """Lay what is past its time before the supervisors of the authority in the lead; the new batches.

    What waits in a batch already is left there, so that running it again, or twice at once, makes nothing twice.
    """
    waiting = DestructionBatch.objects.filter(done_at=None, complaints__isnull=False).values("complaints")
    ready = set(past_retention(now).exclude(pk__in=waiting).values_list("pk", flat=True))
    found: dict[int, list[set[int]]] = defaultdict(list)
    for some in _slices(sorted(ready), KEYS_AT_ONCE):
        for authority_id, group in _with_authority(_whole_groups(some, ready)):
            if group not in found[authority_id]:
                found[authority_id].append(group)
    return [
        batch
        for authority_id, groups in found.items()
        for pks in _packed(groups)
        if (batch := _make(authority_id, pks, now)) is not None
    ]


def _slices(pks: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(pks), size):
        yield pks[start : start + size]


def _whole_groups(pks: list[int], ready: Collection[int]) -> list[set[int]]:
    """The groups of these cases that can go as a whole: every other member is past its time, too, or gone already."""
    kin = kin_of(pks)
    gone = set(
        Complaint.objects.filter(pk__in=set(kin) - set(ready), destroyed_at__isnull=False).values_list("pk", flat=True)
    )
    groups = {min(kin[pk]): kin[pk] for pk in pks}
    return [group - gone for group in groups.values() if all(one in ready or one in gone for one in group)]


def _with_authority(groups: list[set[int]]) -> Iterator[tuple[int, set[int]]]:
    """Each group with the authority that answers for it: in the lead, else with any part, else health around it."""
    first = [min(group) for group in groups]
    parts = Handling.objects.filter(complaint__in=first, authority__isnull=False)
    rows = parts.order_by("pk").values_list("complaint_id", "authority_id", "role", "state")
    best: dict[int, tuple[int, int]] = {}
    for complaint_id, authority_id, role, state in rows:
        rank = 2 * (role == HandlingRole.LEAD) + (state != HandlingState.HANDED_OVER)
        if authority_id is not None and rank >= best.get(complaint_id, (-1, 0))[0]:
            best[complaint_id] = (rank, authority_id)
    for pk, group in zip(first, groups, strict=True):
        found = best[pk][1] if pk in best else _health_around(pk)
        if found is None:
            log.warning("complaint %d is past its retention and no authority can confirm it", pk)
        else:
            yield found, group


def _health_around(pk: int) -> int | None:
    place = Complaint.objects.values_list("division_id", flat=True).get(pk=pk)
    known = Authority.objects.active().filter(kind=AuthorityKind.HEALTH, division_id__in=division_and_ancestors(place))
    return nearest({one.division_id: one.pk for one in known if one.division_id}, place)


def _packed(groups: list[set[int]]) -> Iterator[set[int]]:
    """Groups put together until a batch is full; none is torn apart."""
    pack: set[int] = set()
    for group in groups:
        if pack and len(pack | group) > BATCH:
            yield pack
            pack = set()
        pack |= group
    if pack:
        yield pack


@transaction.atomic
def _make(authority_id: int, pks: set[int], now: datetime) -> DestructionBatch | None:
    """One batch, unless another run made it: the cases are locked first, then looked at again."""
    rows = Complaint.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    list(rows.values_list("pk", flat=True))
    taken = DestructionBatch.objects.filter(done_at=None, complaints__in=pks)
    if taken.exists() or past_retention(now).filter(pk__in=pks).count() != len(pks):
        return None
    batch = DestructionBatch.objects.create(authority_id=authority_id, made_at=now)
    batch.complaints.set(sorted(pks))
    for letter in batch_letters(batch, len(pks)):
        letter.queue()
    audit.record(
        action="batch.made",
        actor=None,
        thing=batch,
        division_code=batch.authority.division_id or "",
        detail={"complaints": len(pks)},
        now=now,
    )
    return batch


@transaction.atomic
def confirm_batch(*, batch: DestructionBatch, actor: User, now: datetime, address: str) -> DestructionBatch:
    """Say that what is in the batch may be destroyed; after the second supervisor's word it will be.

    Supervisors of the authority and of those above it may. Raises OutOfScope, WrongRole, and Unsound for a second
    word of the same person or for a batch that was confirmed twice.
    """
    deed = Deed(actor, now, address)
    locked = DestructionBatch.objects.select_for_update(of=("self",)).select_related("authority").get(pk=batch.pk)
    require_supervisor(actor, locked.authority)
    if locked.second_at is not None:
        raise Unsound({"batch": _("Two supervisors have confirmed this batch already.")}, code="confirmed")
    if locked.first_by_id == actor.pk:
        raise Unsound({"batch": _("You confirmed it already. A second supervisor has to confirm it, too.")}, code="own")
    if locked.first_at is None:
        locked.first_by, locked.first_at = actor, now
    else:
        locked.second_by, locked.second_at = actor, now
    locked.save()
    deed.record(
        "batch.confirmed",
        locked,
        locked.authority.division_id or "",
        {"complaints": locked.complaints.count(), "is_second": locked.second_at is not None},
    )
    return locked


def require_supervisor(actor: User, authority: Authority) -> None:
    """Raises OutOfScope where the authority is neither the person's own nor below it; WrongRole for another duty."""
    scope = actor.scope
    if not scope.authority_id or (authority.pk != scope.authority_id and not is_below(authority, scope)):
        raise OutOfScope
    if not scope.has(Role.SUPERVISOR):
        raise WrongRole("only supervisors decide this")
