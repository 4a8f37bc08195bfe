"""What is kept only for a while and then goes: drafts, answers to keys, spent challenges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.models import Draft, SpentChallenge, Submission
from complaints.services.drafts import discard_draft
from evidence.incoming import sweep_incoming

DRAFTS_KEPT = timedelta(days=1)
UNSEALED_KEPT = timedelta(hours=1)
"""No upload is looked at for that long: what is older was left by a process that was killed."""


@dataclass(frozen=True)
class Purged:
    """How many of each went."""

    drafts: int
    submissions: int
    challenges: int


def purge_expired(*, now: datetime) -> Purged:
    """Delete drafts untouched for a day, with their files, whatever has expired, and unsealed leftovers.

    Running it again is harmless.
    """
    before = now - DRAFTS_KEPT
    old = Draft.objects.filter(updated_at__lt=before).only("pk")
    gone = [discard_draft(draft=draft, untouched_since=before) for draft in old]
    submissions, _ = Submission.objects.filter(expires_at__lt=now).delete()
    sweep_incoming(before=now - UNSEALED_KEPT)
    challenges, _ = SpentChallenge.objects.filter(expires_at__lt=now).delete()
    return Purged(drafts=sum(gone), submissions=submissions, challenges=challenges)
