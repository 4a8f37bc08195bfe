"""Holds: a case that a lawsuit or an inspection needs is kept, whatever its age, until the hold is lifted."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from complaints.models import Complaint, DestructionBatch, Hold
from complaints.refusals import Unsound
from complaints.services.case_steps import locked_complaint, named, written
from complaints.services.retaining import kin_of
from registry.refusals import OutOfScope, WrongRole
from registry.services.deeds import Deed

LONGEST_REASON = 500
BETWEEN = "\n—\n"
"""Between why it was placed and why it was lifted."""


@transaction.atomic
def place_hold(*, complaint: Complaint, reason: str, actor: User, now: datetime, address: str) -> Hold:
    """Keep a case, and what hangs together with it, from destruction; it leaves the batches that wait.

    Raises OutOfScope, WrongRole, and Unsound without a reason, where a hold is in force, or too late.
    """
    deed = Deed(actor, now, address)
    locked = _locked(complaint, actor)
    words = written(reason, field="reason", longest=LONGEST_REASON)
    if hasattr(locked, "tombstone") or locked.destroyed_at is not None:
        raise Unsound({"reason": _("The data of this case has been destroyed; nothing is left to hold.")}, code="gone")
    try:
        with transaction.atomic():
            hold = Hold.objects.create(complaint=locked, reason=words, placed_by=actor, placed_at=now)
    except IntegrityError as error:
        raise Unsound({"reason": _("This case is held already.")}, code="held") from error
    kin = kin_of([locked.pk])[locked.pk]
    members = DestructionBatch.complaints.through.objects
    members.filter(complaint_id__in=kin, destructionbatch__done_at=None).delete()
    deed.record("complaint.hold_placed", locked, locked.division_id, named(locked))
    return hold


@transaction.atomic
def lift_hold(*, complaint: Complaint, reason: str, actor: User, now: datetime, address: str) -> Hold:
    """End the hold of a case; its time counts as if there had been none. Raises as `place_hold`."""
    deed = Deed(actor, now, address)
    locked = _locked(complaint, actor)
    words = written(reason, field="reason", longest=LONGEST_REASON)
    hold = locked.holds.filter(lifted_at=None).first()
    if hold is None:
        raise Unsound({"reason": _("No hold is in force on this case.")}, code="not-held")
    hold.reason = f"{hold.reason}{BETWEEN}{words}"
    hold.lifted_by, hold.lifted_at = actor, now
    hold.save(update_fields=["reason", "lifted_by", "lifted_at"])
    deed.record("complaint.hold_lifted", locked, locked.division_id, named(locked))
    return hold


def _locked(complaint: Complaint, actor: User) -> Complaint:
    """The case, locked, for a supervisor who sees it."""
    locked = locked_complaint(complaint.pk)
    if not Complaint.objects.visible_to(actor.scope).filter(pk=locked.pk).exists():
        raise OutOfScope
    if not actor.scope.has(Role.SUPERVISOR):
        raise WrongRole("only supervisors hold cases")
    return locked
