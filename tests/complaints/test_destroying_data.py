"""After its time the personal data of a case is destroyed: words, contacts, files. Counts, days and hashes stay."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import AuditRow
from complaints import files
from complaints.files import store_upload
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
    Tombstone,
)
from complaints.refusals import Unsound
from complaints.services.destroying import destroy_complaint, destroy_confirmed
from complaints.services.holds import lift_hold, place_hold
from complaints.services.retaining import confirm_batch, make_batches
from complaints.services.watching import close_concluded
from evidence.store import EvidenceStore
from tests import build
from tests.complaints.desk import ADDRESS, Case, case, desk
from tests.complaints.entries import EMAIL, NARRATIVE, entry, submit
from tests.evidence.samples import picture_bytes
from tests.people import client_of
from vault.fields import SealedJSONField, SealedTextField

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "绝密字句"
"""In every word of the case; nowhere when it is destroyed."""


def full_case() -> Case:
    """A concluded case with a row of everything that holds words."""
    held = case(
        contact_email=EMAIL, place=f"{SECRET}路", narrative=f"{NARRATIVE}{SECRET}", answers={"waiting": SECRET}
    ).concluded(facts=SECRET, reasons=SECRET, decision=SECRET)
    part, desk, now = held.part, held.desk, held.at
    evidence = store_upload(upload=io.BytesIO(picture_bytes()), name=f"{SECRET}.jpg", now=now)
    evidence.complaint = held.complaint
    evidence.save()
    held.complaint.events.update(text=SECRET)
    Question.objects.create(
        handling=part, text=SECRET, asked_by=desk.handler, asked_at=now, answer=SECRET, answered_at=now
    )
    forwarding = Forwarding.objects.create(
        number="GX26-0009",
        handling=part,
        institution=build.institution(),
        purpose="reply",
        state="replied",
        summary=SECRET,
        forwarded_by=desk.handler,
        forwarded_at=now,
        reply=SECRET,
        corrective_action=SECRET,
        return_note=SECRET,
        contact_release_reason=SECRET,
    )
    attachment = store_upload(upload=io.BytesIO(picture_bytes()), name=f"{SECRET}2.jpg", now=now)
    attachment.complaint, attachment.forwarding = held.complaint, forwarding
    attachment.save()
    Extension.objects.create(handling=part, limit="30d", reason=SECRET, asked_by=desk.handler, asked_at=now)
    Referral.objects.create(
        handling=part, reason=SECRET, asked_by=desk.handler, asked_at=now, is_upheld=False, decided_at=now, note=SECRET
    )
    QualityCheck.objects.create(handling=part, drawn_at=now, verdict="good", note=SECRET, checked_at=now)
    Recusal.objects.create(complaint=held.complaint, user=desk.other_supervisor, reason=SECRET, at=now)
    for subject, file in (("contact", None), ("original", evidence)):
        Reveal.objects.create(
            complaint=held.complaint, subject=subject, evidence=file, reason=SECRET, asked_by=desk.handler, asked_at=now
        )
    Rating.objects.create(complaint=held.complaint, stars=2, text=SECRET, at=now)
    Hold.objects.create(
        complaint=held.complaint, reason=SECRET, placed_by=desk.supervisor, placed_at=now, lifted_at=now
    )
    other = case(at_desk=desk)
    CaseLink.objects.create(complaint=held.complaint, other=other.complaint, kind="related", reason=SECRET, made_at=now)
    Conclusion.objects.filter(handling=part).update(note=SECRET, legal_basis=SECRET)
    return held


def over(held: Case) -> datetime:
    """Close it by time, and the instant at which its time is over."""
    closed = held.at + timedelta(days=40)
    close_concluded(now=closed)
    held.complaint.refresh_from_db()
    assert held.complaint.closed_at is not None
    return held.complaint.closed_at + timedelta(days=1096)


def confirmed(held: Case, now: datetime) -> DestructionBatch:
    (batch,) = make_batches(now=now)
    for supervisor in (held.desk.supervisor, held.desk.other_supervisor):
        confirm_batch(batch=batch, actor=supervisor, now=now, address=ADDRESS)
    return batch


def sealed_words(complaint: Complaint) -> list[str]:
    """Every sealed value of every row that hangs on the case, as it is read."""
    found = []
    for model in (Complaint, *(rel.related_model for rel in Complaint._meta.related_objects), *of_parts()):
        sealed = [f.name for f in model._meta.fields if isinstance(f, SealedTextField | SealedJSONField)]
        path = "pk" if model is Complaint else "complaint" if has(model, "complaint") else "handling__complaint"
        if sealed:
            rows = model.objects.filter(**{path: complaint.pk}).values_list(*sealed)
            found += [value for row in rows for value in row if value]
    return found


def of_parts():
    return {rel.related_model for rel in Handling._meta.related_objects if rel.related_model is not Handling}


def has(model, name: str) -> bool:
    return any(field.name == name for field in model._meta.fields)


def stored() -> list[Path]:
    return [path for path in EvidenceStore().root.rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def own_store(tmp_path, settings):
    settings.STORAGES = {**settings.STORAGES, "evidence": {**settings.STORAGES["evidence"]}}
    settings.STORAGES["evidence"]["OPTIONS"] = {**settings.STORAGES["evidence"]["OPTIONS"], "location": str(tmp_path)}


def test_no_word_of_the_case_is_left_and_no_file():
    held = full_case()
    now = over(held)
    assert len([word for word in sealed_words(held.complaint) if SECRET in str(word)]) > 15
    assert len(stored()) == 4
    batch = confirmed(held, now)
    assert destroy_confirmed(now=now) == 1
    assert sealed_words(held.complaint) == []
    assert stored() == []
    assert not Evidence.objects.exists()
    batch.refresh_from_db()
    assert batch.done_at == now


def test_what_statistics_need_stays_and_a_tombstone_says_what_there_was():
    held = full_case()
    before = held.complaint
    hashes = sorted(Evidence.objects.values_list("sha256", flat=True))
    now = over(held)
    confirmed(held, now)
    destroy_confirmed(now=now)
    after = Complaint.objects.get(pk=before.pk)
    for name in ("reference", "kind", "nature", "state", "division_id", "received_at", "closed_at", "institution_id"):
        assert getattr(after, name) == getattr(held.complaint, name)
    assert (after.contact_phone_hash, after.plate_given, after.occurred_at) == ("", "", None)
    assert after.destroyed_at == now
    tombstone = Tombstone.objects.get(complaint=after)
    assert tombstone.hashes == hashes
    assert tombstone.counts["files"] == 2
    assert tombstone.counts["questions"] == 1
    assert after.events.count() == tombstone.counts["events"]
    assert Conclusion.objects.get(handling__complaint=after).finding == "substantiated"
    assert Rating.objects.get(complaint=after).stars == 2
    row = AuditRow.objects.get(action="complaint.destroyed")
    assert row.actor is None
    assert SECRET not in str(row.detail)


@pytest.mark.parametrize("broken", ["discard", "record"])
def test_a_run_that_dies_is_finished_by_the_next(monkeypatch, broken):
    held = full_case()
    now = over(held)
    batch = confirmed(held, now)

    class Died(BaseException):
        pass

    def die(*_args, **_keywords):
        raise Died

    target = files if broken == "discard" else audit
    with monkeypatch.context() as patched:
        patched.setattr(target, broken, die)
        with pytest.raises(Died):
            destroy_confirmed(now=now)
    complaint = Complaint.objects.get(pk=held.complaint.pk)
    assert complaint.destroyed_at is None
    assert SECRET not in str(sealed_words(complaint))  # the words are gone already
    assert destroy_confirmed(now=now) >= 1
    complaint.refresh_from_db()
    batch.refresh_from_db()
    assert complaint.destroyed_at == now
    assert batch.done_at == now
    assert stored() == []
    assert Tombstone.objects.get().counts["files"] == 2
    assert destroy_confirmed(now=now) == 0
    assert AuditRow.objects.filter(action="complaint.destroyed").count() == 1


def test_a_file_that_cannot_be_removed_keeps_the_batch_open(monkeypatch):
    held = full_case()
    now = over(held)
    batch = confirmed(held, now)

    def full(*_args):
        raise OSError("read-only")

    with monkeypatch.context() as patched:
        patched.setattr(files, "discard", full)
        assert destroy_confirmed(now=now) == 0
    batch.refresh_from_db()
    assert batch.done_at is None
    assert destroy_confirmed(now=now) == 1


def test_a_hold_stops_it_even_after_two_have_confirmed():
    held = full_case()
    now = over(held)
    batch = confirmed(held, now)
    place_hold(complaint=held.complaint, reason="行政诉讼", actor=held.desk.supervisor, now=now, address=ADDRESS)
    assert destroy_confirmed(now=now) == 0
    batch.refresh_from_db()
    assert batch.done_at == now
    assert batch.complaints.count() == 0
    assert Complaint.objects.get(pk=held.complaint.pk).narrative
    with pytest.raises(Unsound):
        destroy_complaint(complaint=held.complaint, batch=None, now=now)
    assert make_batches(now=now) == []
    lift_hold(complaint=held.complaint, reason="已结案", actor=held.desk.supervisor, now=now, address=ADDRESS)
    assert len(make_batches(now=now)) == 1


def test_one_who_asked_for_it_needs_no_batch():
    held = full_case()
    tombstone = destroy_complaint(complaint=held.complaint, batch=None, now=held.at)
    assert tombstone.batch is None
    assert sealed_words(held.complaint) == []
    assert destroy_complaint(complaint=held.complaint, batch=None, now=held.at) == tombstone


def test_it_refuses_to_run_inside_a_transaction():
    held = case()
    with pytest.raises(RuntimeError), transaction.atomic():
        destroy_complaint(complaint=held.complaint, batch=None, now=held.at)


def test_too_late_for_a_hold():
    held = full_case()
    now = over(held)
    confirmed(held, now)
    destroy_confirmed(now=now)
    with pytest.raises(Unsound) as refused:
        place_hold(complaint=held.complaint, reason="诉讼", actor=held.desk.supervisor, now=now, address=ADDRESS)
    assert refused.value.code == "gone"


def test_the_phone_is_not_found_any_more():
    held = full_case()
    hashed = held.complaint.contact_phone_hash
    assert hashed
    destroy_complaint(complaint=held.complaint, batch=None, now=held.at)
    assert not Complaint.objects.filter(contact_phone_hash=hashed, pk=held.complaint.pk).exists()


def test_the_case_still_opens_for_the_desk_and_for_whoever_holds_the_receipt(client):
    here = desk()
    kept = submit(entry(contact_email=EMAIL)).receipt
    complaint = Complaint.objects.get(reference=kept.reference)
    destroy_complaint(complaint=complaint, batch=None, now=complaint.received_at)
    page = client_of(here.supervisor).get(reverse("cases:case", args=[complaint.pk]))
    assert page.status_code == 200
    typed = {"reference": kept.reference, "receipt_code": kept.receipt_code}
    followed = client.post(reverse("complaints:track"), typed, follow=True)
    assert followed.status_code == 200
    assert kept.reference in followed.content.decode()
    for secret in (NARRATIVE[:6], EMAIL, "李雷"):
        assert secret not in page.content.decode()
        assert secret not in followed.content.decode()


def test_the_page_of_a_case_offers_a_hold_to_supervisors_and_the_extension_to_the_desk():
    held = case().accepted()
    address = reverse("cases:case", args=[held.complaint.pk])
    for user, sees_hold in ((held.desk.supervisor, True), (held.desk.handler, False)):
        page = client_of(user).get(address).content.decode()
        assert (reverse("supervision:hold", args=[held.complaint.pk]) in page) is sees_hold
        assert reverse("supervision:ask_extension", args=[held.part.pk]) in page
