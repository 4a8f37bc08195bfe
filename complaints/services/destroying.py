"""The destruction of a case's personal data: words first, then files, then the last rows; a tombstone stays.

It goes in three steps, each of which may be the last one of a process that dies; the next run finishes:

1. One transaction empties every word and writes the tombstone with counts and hashes.
2. After the commit the files go. One that is gone already is no error.
3. One transaction removes the rows of the files and notes that the case is destroyed.

What statistics need stays: kind, nature, state, days, place by division, vehicle, institution, amounts, findings, who
handled it. Backups made before still hold the rest; they have to run out by themselves (docs/operations.md).
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from complaints import files, messages
from complaints.models import (
    CaseLink,
    Complaint,
    Conclusion,
    DestructionBatch,
    Evidence,
    Extension,
    Forwarding,
    Handling,
    Hold,
    QualityCheck,
    Question,
    Rating,
    Recusal,
    Referral,
    Reveal,
    Submission,
    Tombstone,
)
from complaints.refusals import Unsound
from complaints.services.case_steps import locked_complaint, named
from complaints.services.retaining import kin_of, past_retention

log = logging.getLogger(__name__)


def destroy_confirmed(*, now: datetime) -> int:
    """Destroy what two supervisors confirmed, and finish what was begun; how many cases. Safe to run again."""
    begun = Complaint.objects.filter(tombstone__isnull=False, destroyed_at=None).order_by("pk")
    count = sum(_try_to_finish(complaint, now) for complaint in begun)
    batches = DestructionBatch.objects.filter(second_at__isnull=False, done_at=None).order_by("pk")
    return count + sum(_destroy_batch(batch, now) for batch in batches)


def _try_to_finish(complaint: Complaint, now: datetime) -> bool:
    try:
        return _finish(complaint, now)
    except OSError:
        log.exception("the files of complaint %d could not be removed; the next run tries again", complaint.pk)
        return False


def _destroy_batch(batch: DestructionBatch, now: datetime) -> int:
    """Every case that may still go; then the batch is done. One that fails does not hold up the rest."""
    count = failed = 0
    for complaint in batch.complaints.filter(destroyed_at=None).order_by("pk"):
        try:
            if _may_go(complaint, now):
                destroy_complaint(complaint=complaint, batch=batch, now=now)
                count += 1
            else:
                batch.complaints.remove(complaint)
        except Unsound:  # held since we looked
            batch.complaints.remove(complaint)
        except OSError:
            failed += 1
            log.exception("the files of complaint %d could not be removed; the next run tries again", complaint.pk)
    if not failed:
        _note_done(batch, now)
    return count


def _note_done(batch: DestructionBatch, now: datetime) -> None:
    with transaction.atomic():
        locked = DestructionBatch.objects.select_for_update(of=("self",)).select_related("authority").get(pk=batch.pk)
        if locked.done_at is None:
            locked.done_at = now
            locked.save(update_fields=["done_at"])
            audit.record(
                action="batch.destroyed",
                actor=None,
                thing=locked,
                division_code=locked.authority.division_id or "",
                detail={"complaints": locked.tombstones.count()},
                now=now,
            )


def _may_go(complaint: Complaint, now: datetime) -> bool:
    """Whether the case may still be destroyed: neither it nor its kin was opened again or held since."""
    kin = kin_of([complaint.pk])[complaint.pk]
    alive = Complaint.objects.filter(pk__in=kin, destroyed_at=None, tombstone__isnull=True)
    return past_retention(now).filter(pk__in=alive).count() == alive.count()


def destroy_complaint(*, complaint: Complaint, batch: DestructionBatch | None, now: datetime) -> Tombstone:
    """Destroy the personal data of one case; `batch` is None where the person asked for it.

    Must not run inside a transaction: the files go only after the words are gone for good. Raises Unsound for a case
    that is held. A case that is destroyed already is left as it is.
    """
    with transaction.atomic(durable=True):
        locked = locked_complaint(complaint.pk)
        known = Tombstone.objects.filter(complaint=locked).first()
        if known is None:
            if locked.holds.filter(lifted_at=None).exists():
                raise Unsound({"complaint": _("This case is held for a lawsuit or an inspection.")}, code="held")
            known = Tombstone.objects.create(
                complaint=locked, batch=batch, counts=_counts(locked), hashes=_hashes(locked), at=now
            )
            _empty(locked)
    _finish(complaint, now)
    known.refresh_from_db()
    return known


def _finish(complaint: Complaint, now: datetime) -> bool:
    """Steps two and three; whether the case was not destroyed before."""
    evidence = list(Evidence.objects.filter(complaint=complaint).only("original_key", "cleaned_key"))
    files.discard(evidence)
    with transaction.atomic():
        locked = locked_complaint(complaint.pk)
        Evidence.objects.filter(pk__in=[one.pk for one in evidence]).delete()
        if locked.destroyed_at is not None or Evidence.objects.filter(complaint=locked).exists():
            return False
        locked.destroyed_at = now
        locked.save(update_fields=["destroyed_at"])
        Tombstone.objects.filter(complaint=locked).update(at=now)
        audit.record(
            action="complaint.destroyed",
            actor=None,
            thing=locked,
            division_code=locked.division_id,
            detail={**named(locked), "files": len(evidence)},
            now=now,
        )
    return True


def _counts(locked: Complaint) -> dict[str, int]:
    """What there was, by sort."""
    parts = Handling.objects.filter(complaint=locked)
    return {
        "parts": parts.count(),
        "events": locked.events.count(),
        "files": locked.evidence.count(),
        "bytes": sum(locked.evidence.values_list("size", flat=True)),
        "questions": Question.objects.filter(handling__in=parts).count(),
        "forwardings": Forwarding.objects.filter(handling__in=parts).count(),
        "conclusions": Conclusion.objects.filter(handling__in=parts).count(),
        "reveals": locked.reveals.count(),
    }


def _hashes(locked: Complaint) -> list[str]:
    """SHA-256 of every original, by which a file that turns up later can be told."""
    return sorted(locked.evidence.values_list("sha256", flat=True))


def _empty(locked: Complaint) -> None:
    """Every word of and about the person, the story and the answers. Rows stay, for counts and days.

    What waits in the outbox for the person goes, too, with every copy of the contact there.
    """
    messages.forget_contact([locked, *locked.twins.all()])
    Complaint.objects.filter(pk=locked.pk).update(
        narrative="",
        place="",
        answers={},
        occurred_at=None,
        plate_given="",
        contact_name="",
        contact_phone="",
        contact_email="",
        contact_phone_hash="",
        platform=None,
        platform_reference="",
    )
    of_part = {"handling__complaint": locked}
    locked.events.update(text="")
    Evidence.objects.filter(complaint=locked).update(name="", thumbnail="", picture_hash="")
    Question.objects.filter(**of_part).update(text="", answer="")
    Forwarding.objects.filter(**of_part).update(
        summary="", reply="", corrective_action="", return_note="", contact_release_reason=""
    )
    Conclusion.objects.filter(**of_part).update(facts="", reasons="", legal_basis="", decision="", note="")
    Extension.objects.filter(**of_part).update(reason="")
    Referral.objects.filter(**of_part).update(reason="", note="")
    QualityCheck.objects.filter(**of_part).update(note="")
    Recusal.objects.filter(complaint=locked).update(reason="")
    Reveal.objects.filter(complaint=locked).update(reason="")
    Hold.objects.filter(complaint=locked).update(reason="")
    Rating.objects.filter(complaint=locked).update(text="")
    CaseLink.objects.filter(Q(complaint=locked) | Q(other=locked)).update(reason="")
    Submission.objects.filter(complaint=locked).delete()
