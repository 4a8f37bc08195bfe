"""What is kept only for a while and then goes: drafts, answers to keys, spent challenges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.models import Draft, SpentChallenge, Submission
from complaints.services.drafts import discard_draft

DRAFTS_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Purged:
    """How many of each went."""

    drafts: int
    submissions: int
    challenges: int


def purge_expired(*, now: datetime) -> Purged:
    """Delete drafts untouched for a day, with their files, and whatever has expired. Running it again is harmless."""
    old = list(Draft.objects.filter(updated_at__lt=now - DRAFTS_KEPT))
    for draft in old:
        discard_draft(draft=draft)
    submissions, _ = Submission.objects.filter(expires_at__lt=now).delete()
    challenges, _ = SpentChallenge.objects.filter(expires_at__lt=now).delete()
    return Purged(drafts=len(old), submissions=submissions, challenges=challenges)
