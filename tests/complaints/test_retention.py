"""What is kept for a day, and goes."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone
from PIL import Image

from complaints.answers import entry_of
from complaints.files import store_upload
from complaints.models import Draft, Evidence, SpentChallenge, Submission
from complaints.services import (
    attach_evidence,
    begin_draft,
    discard_draft,
    file_draft,
    purge_expired,
    remove_evidence,
    save_answers,
    spend_challenge,
)
from evidence.store import EvidenceStore
from tests import build
from tests.complaints.build import COMPLETE, authorities
from tests.complaints.entries import submit

pytestmark = pytest.mark.django_db


def picture() -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "JPEG")
    data.seek(0)
    return data


def draft_with_file():
    draft = begin_draft({"kind": "service"})
    item = store_upload(upload=picture(), name="收据.jpg", now=timezone.now())
    return draft, attach_evidence(draft=draft, evidence=item)


def test_an_old_draft_goes_with_its_files(django_capture_on_commit_callbacks):
    draft, item = draft_with_file()
    store = EvidenceStore()
    assert b"".join(store.read_cleaned(item.cleaned_key))[:2] == b"\xff\xd8"
    Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_expired(now=timezone.now()).drafts == 1
    assert not Draft.objects.exists()
    assert not Evidence.objects.exists()
    assert not store.path_of(item.cleaned_key).exists()
    assert not store.path_of(item.original_key).exists()


def test_a_draft_somebody_went_on_with_meanwhile_stays():
    draft, item = draft_with_file()
    assert not discard_draft(draft=draft, untouched_since=timezone.now() - timedelta(days=1))
    assert Evidence.objects.get() == item


def test_a_file_of_a_draft_that_was_filed_meanwhile_stays_the_complaints():
    authorities()
    build.division()
    draft, item = draft_with_file()
    draft = save_answers(draft=draft, answers=COMPLETE)
    file_draft(draft=draft, entry=entry_of(draft.answers), language="en", flags=[], now=timezone.now())
    with pytest.raises(Draft.DoesNotExist):
        remove_evidence(draft=draft, evidence_id=item.pk)
    assert Evidence.objects.get().complaint_id


def test_a_draft_of_today_stays(django_capture_on_commit_callbacks):
    _draft, item = draft_with_file()
    with django_capture_on_commit_callbacks(execute=True):
        purge_expired(now=timezone.now())
    assert EvidenceStore().path_of(item.original_key).exists()


def test_a_removed_file_is_gone_from_the_disk_and_a_strangers_stays(django_capture_on_commit_callbacks):
    draft, item = draft_with_file()
    stranger = begin_draft({})
    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(draft=stranger, evidence_id=item.pk)
    assert EvidenceStore().path_of(item.original_key).exists()
    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(draft=draft, evidence_id=item.pk)
    assert not EvidenceStore().path_of(item.original_key).exists()


def test_answers_and_spent_challenges_go_when_they_expire():
    now = timezone.now()
    submit(now=now)
    assert spend_challenge("signature", now + timedelta(minutes=5))
    assert purge_expired(now=now).submissions == 0
    purge_expired(now=now + timedelta(days=1, minutes=1))
    assert not Submission.objects.exists()
    assert not SpentChallenge.objects.exists()


def test_a_challenge_is_spent_once():
    later = timezone.now() + timedelta(minutes=5)
    assert spend_challenge("signature", later)
    assert not spend_challenge("signature", later)


def test_nothing_stays_unsealed_after_an_upload():
    store_upload(upload=picture(), name="收据.jpg", now=timezone.now())
    assert list((settings.VAR_DIR / "incoming").iterdir()) == []


def test_what_a_killed_process_left_unsealed_is_swept_after_an_hour():
    folder = settings.VAR_DIR / "incoming" / "left"
    folder.mkdir(parents=True)
    purge_expired(now=timezone.now())
    assert folder.exists()
    purge_expired(now=timezone.now() + timedelta(hours=2))
    assert not folder.exists()


def test_beat_calls_the_purge_by_a_name_that_exists():
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"complaints.tasks.purge", "accounts.tasks.clear_sessions"} <= planned
    current_app.loader.import_default_modules()
    assert planned <= set(current_app.tasks)
