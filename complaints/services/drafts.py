"""A complaint being written: begun, saved page by page, with files, thrown away."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.entry import Entry, Fault, Invalid
from complaints.files import discard_on_commit
from complaints.models import Draft, Evidence
from complaints.models.complaint import Channel
from complaints.services.submit import Submitted, submit_complaint


def begin_draft(answers: dict[str, Any]) -> Draft:
    """A new draft under an unguessable id."""
    return Draft.objects.create(id=secrets.token_urlsafe(18), answers=answers)


@transaction.atomic
def save_answers(*, draft: Draft, answers: dict[str, Any]) -> Draft:
    """Add `answers` to what the draft holds. Two tabs at once lose nothing but the same field."""
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    locked.answers = {**locked.answers, **answers}
    locked.save(update_fields=["answers", "updated_at"])
    return locked


@transaction.atomic
def attach_evidence(*, draft: Draft, evidence: Evidence) -> Evidence:
    """Keep a stored file with the draft. Raises Invalid when there are as many as are taken.

    The caller discards the file then.
    """
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    most = settings.ENV.EVIDENCE_MAX_FILES
    if locked.evidence.count() >= most:
        message = _("At most %(count)d files can come with one complaint.") % {"count": most}
        raise Invalid([Fault("files", "too-many-files", message)])
    evidence.draft = locked
    evidence.save()
    return evidence


@transaction.atomic
def remove_evidence(*, draft: Draft, evidence_id: int) -> None:
    """Take a file out of the draft, its bytes too. One that is not there is no error.

    Raises Draft.DoesNotExist once the draft is filed: its files are the complaint's then.
    """
    Draft.objects.select_for_update().get(pk=draft.pk)
    found = list(Evidence.objects.filter(draft=draft, pk=evidence_id))
    Evidence.objects.filter(pk__in=[item.pk for item in found]).delete()
    discard_on_commit(found)


@transaction.atomic
def discard_draft(*, draft: Draft, untouched_since: datetime) -> bool:
    """Throw a draft away with its files, if nobody went on with it or filed it just now; whether it went."""
    locked = Draft.objects.select_for_update().filter(pk=draft.pk, updated_at__lt=untouched_since).first()
    if locked is None:
        return False
    discard_on_commit(list(locked.evidence.all()))
    locked.delete()
    return True


@transaction.atomic
def file_draft(*, draft: Draft, entry: Entry, language: str, flags: Sequence[str], now: datetime) -> Submitted:
    """File what a draft holds, files included, and throw the draft away: both or neither.

    The draft's id is the idempotency key. Of two browser tabs that send at once, one files; the other raises
    Draft.DoesNotExist and finds the answer under the same key. Raises Invalid (the draft stays) and KeyReused.
    """
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    submitted = submit_complaint(
        entry=entry,
        evidence=list(locked.evidence.all()),
        key=locked.pk,
        channel=Channel.WEB,
        language=language,
        flags=flags,
        now=now,
    )
    locked.delete()
    return submitted
