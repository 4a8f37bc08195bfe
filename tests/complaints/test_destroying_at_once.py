"""Runs and people at the same moment: one batch, two words, one destruction. Row locks exist on PostgreSQL only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AuditRow
from complaints.models import Complaint, ComplaintEvent, DestructionBatch, Hold, Tombstone
from complaints.refusals import Unsound
from complaints.services.destroying import destroy_confirmed
from complaints.services.holds import place_hold
from complaints.services.retaining import confirm_batch, make_batches
from complaints.services.watching import close_concluded, escalate_overdue, send_reminders
from notifications.models import Message
from tests.at_once import at_once
from tests.complaints.desk import ADDRESS, case, desk
from tests.complaints.entries import NOW, filed

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
LATER = NOW + timedelta(days=1200)


def ended(count: int = 3) -> None:
    for _ in range(count):
        complaint = filed()
        complaint.handlings.update(state="closed", closed_at=NOW)
        Complaint.objects.filter(pk=complaint.pk).update(state="closed", closed_at=NOW)


def confirmed(here) -> DestructionBatch:
    ended()
    (batch,) = make_batches(now=LATER)
    for who in (here.supervisor, here.other_supervisor):
        confirm_batch(batch=batch, actor=who, now=LATER, address=ADDRESS)
    return batch


def test_runs_at_once_make_one_batch():
    desk()
    ended()
    at_once(*[lambda: make_batches(now=LATER)] * 4)
    assert [batch.complaints.count() for batch in DestructionBatch.objects.all()] == [3]


def test_two_words_at_once_are_both_kept_and_one_persons_two_are_one():
    here = desk()
    ended()
    (batch,) = make_batches(now=LATER)

    def word(who):
        return lambda: confirm_batch(batch=batch, actor=who, now=LATER, address=ADDRESS)

    results = at_once(word(here.supervisor), word(here.supervisor), refusals=(Unsound,))
    assert sum(isinstance(one, Unsound) for one in results) == 1
    at_once(word(here.other_supervisor), word(here.supervisor), refusals=(Unsound,))
    batch.refresh_from_db()
    assert (batch.first_by, batch.second_by) == (here.supervisor, here.other_supervisor)


def test_runs_at_once_destroy_each_case_once():
    batch = confirmed(desk())
    at_once(*[lambda: destroy_confirmed(now=LATER)] * 4)
    assert Tombstone.objects.filter(batch=batch).count() == 3
    assert AuditRow.objects.filter(action="complaint.destroyed").count() == 3
    assert AuditRow.objects.filter(action="batch.destroyed").count() == 1
    assert not Complaint.objects.filter(destroyed_at=None).exists()


def test_a_hold_and_the_destruction_at_once_never_both_win():
    here = desk()
    confirmed(here)
    first = Complaint.objects.order_by("pk")[0]
    at_once(
        lambda: place_hold(complaint=first, reason="诉讼", actor=here.supervisor, now=LATER, address=ADDRESS),
        lambda: destroy_confirmed(now=LATER),
        refusals=(Unsound,),
    )
    first.refresh_from_db()
    assert (first.destroyed_at is None) == Hold.objects.filter(complaint=first).exists()
    assert bool(first.narrative) == (first.destroyed_at is None)


def test_nights_at_once_escalate_close_and_remind_once():
    here = desk()
    case(at_desk=here).accepted()
    case(at_desk=here).concluded()
    for run in (escalate_overdue, close_concluded, send_reminders):
        at_once(*[lambda run=run: run(now=NOW + timedelta(days=70))] * 4)
    events = ComplaintEvent.objects.filter(action__in=["escalate", "close"]).values_list("action", flat=True)
    assert sorted(events) == ["close", "escalate"]
    assert Message.objects.filter(template="complaints/case_due").count() == 1
