"""Sending what is due: retries, dead letters, take-over."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from notifications import claims
from notifications.backoff import LONGEST, wait_after
from notifications.models import Message
from notifications.services import Drained, drain_outbox, requeue
from notifications.states import State
from tests.notifications.conftest import let_leases_run_out, let_pauses_pass
from tests.notifications.senders import Obedient, Unreachable

pytestmark = pytest.mark.django_db
BOTH = ["email", "sms"]


def test_due_messages_are_sent_once(queue, provider):
    provider("Obedient")
    message = queue()
    assert drain_outbox() == Drained(sent=1)
    assert drain_outbox() == Drained()
    assert Obedient.taken == [("13800138000", "[Ambulance Check] Trial message, noon", message.event_key)]
    message.refresh_from_db()
    assert (message.state, message.attempt, message.provider_id) == (State.SENT, 1, "provider-1")
    assert message.sent_at
    assert abs(timezone.now() - message.sent_at) < timedelta(minutes=1)


def test_a_message_is_not_sent_before_its_time(queue, provider):
    provider("Obedient")
    queue()
    Message.objects.update(not_before=Now() + timedelta(minutes=5))
    assert drain_outbox() == Drained()
    assert not Obedient.taken


def test_a_failed_message_waits_longer_each_time(queue, provider):
    provider("Busy")
    message = queue()
    pauses = []
    for attempt in (1, 2, 3):
        assert drain_outbox() == Drained(retried=1)
        assert drain_outbox() == Drained(), "it must wait first"
        message.refresh_from_db()
        assert (message.state, message.attempt, message.last_error) == (State.PENDING, attempt, "quota reached")
        pauses.append((message.not_before - timezone.now()).total_seconds())
        let_pauses_pass()
    for pause, middle in zip(pauses, (60, 120, 240), strict=True):
        assert middle * 0.74 < pause < middle * 1.26


def test_a_provider_that_recovers_gets_the_message(queue, provider):
    provider("Busy")
    message = queue()
    drain_outbox()
    provider("Obedient")
    let_pauses_pass()
    assert drain_outbox() == Drained(sent=1)
    message.refresh_from_db()
    assert (message.state, message.attempt, message.last_error) == (State.SENT, 2, "")


def test_the_last_attempt_makes_a_dead_letter_that_is_logged(queue, provider, use, caplog):
    use(OUTBOX_MAX_ATTEMPTS=2)
    provider("Busy")
    queue()
    assert drain_outbox() == Drained(retried=1)
    let_pauses_pass()
    assert drain_outbox() == Drained(dead=1)
    let_pauses_pass()
    assert drain_outbox() == Drained()
    assert Message.objects.dead().get().last_error == "quota reached"
    assert [r.levelname for r in caplog.records if "dead after attempt 2" in r.getMessage()] == ["ERROR"]


def test_a_refused_message_is_dead_at_once(queue, provider):
    provider("Refusing")
    message = queue()
    assert drain_outbox() == Drained(dead=1)
    message.refresh_from_db()
    assert (message.state, message.attempt, message.last_error) == (State.DEAD, 1, "number not in service")


def test_a_message_nobody_can_send_does_not_hold_up_the_others(queue, provider, sms_inbox, caplog):
    provider("Faulty")
    poison = queue(event_key="poison:1", recipient="13912345678")
    queue(event_key="good:1")
    assert drain_outbox() == Drained(sent=1, retried=1)
    poison.refresh_from_db()
    assert poison.last_error == "KeyError"
    assert "13912345678" not in caplog.text
    assert (sms_inbox / "good:1.txt").exists()


def test_a_message_sealed_with_a_lost_key_dies_alone(queue, provider):
    provider("Obedient")
    lost = queue()
    queue()
    table = Message._meta.db_table
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET recipient = 'gAAAA-sealed-elsewhere' WHERE id = %s", [lost.pk])
    assert drain_outbox() == Drained(sent=1, dead=1)
    assert Message.objects.defer("recipient").get(pk=lost.pk).last_error.startswith("sealed with a key")


def test_an_unreachable_provider_is_asked_once_in_a_round_and_others_are_served(queue, provider, mailoutbox):
    provider("Unreachable")
    for _ in range(5):
        queue()
    queue(channel="email", recipient="a@example.org")
    assert drain_outbox() == Drained(sent=1, retried=5)
    assert len(Unreachable.calls) == 1
    assert len(mailoutbox) == 1


def test_a_round_keeps_to_its_limit_and_gives_the_rest_back(queue, provider):
    provider("Obedient")
    for _ in range(3):
        queue()
    assert drain_outbox(limit=2) == Drained(sent=2)
    assert drain_outbox(seconds=0) == Drained()
    left = Message.objects.get(state=State.PENDING)
    assert left.attempt == 0


def test_rows_a_slow_batch_does_not_reach_go_back_uncounted(queue, provider, use):
    provider("Obedient")
    use(OUTBOX_LEASE_SECONDS=0)  # half of it is over before the first is sent
    queue()
    assert drain_outbox(limit=1) == Drained()
    message = Message.objects.get()
    assert (message.state, message.attempt, message.claimed_by) == (State.PENDING, 0, None)


def test_two_claims_never_hold_the_same_row(queue):
    wanted = {queue().pk for _ in range(4)}
    first = claims.claim_batch(size=3, channels=BOTH)
    second = claims.claim_batch(size=3, channels=BOTH)
    assert {c.pk for c in first}.isdisjoint(c.pk for c in second)
    assert {c.pk for c in [*first, *second]} == wanted


def test_only_the_asked_channels_are_claimed(queue):
    queue(channel="email", recipient="a@example.org")
    text = queue()
    assert [c.pk for c in claims.claim_batch(size=5, channels={"sms"})] == [text.pk]


def test_a_message_is_left_alone_while_its_lease_holds(queue, provider):
    provider("Obedient")
    queue()
    claims.claim_batch(size=1, channels=BOTH)
    assert drain_outbox() == Drained()


def test_the_message_of_a_vanished_worker_is_taken_over(queue, provider):
    provider("Obedient")
    message = queue()
    claims.claim_batch(size=1, channels=BOTH)
    let_leases_run_out()
    assert drain_outbox() == Drained(sent=1)
    message.refresh_from_db()
    assert message.attempt == 2


def test_a_message_that_kills_its_workers_dies_in_the_end(queue, use, caplog):
    use(OUTBOX_MAX_ATTEMPTS=1)
    queue()
    claims.claim_batch(size=1, channels=BOTH)
    let_leases_run_out()
    assert drain_outbox() == Drained(dead=1)
    assert Message.objects.dead().get().last_error == "the worker vanished while sending"
    assert "vanished" in caplog.text


@pytest.mark.parametrize(
    "late",
    [
        lambda claim: claims.finish(claim, provider_id="late"),
        lambda claim: claims.bury(claim, reason="late"),
        lambda claim: claims.postpone(claim, reason="late", wait=timedelta(hours=1)),
    ],
    ids=["finish", "bury", "postpone"],
)
def test_a_worker_that_lost_its_lease_changes_nothing(queue, late):
    queue()
    [lost] = claims.claim_batch(size=1, channels=BOTH)
    let_leases_run_out()
    claims.take_over()
    [holder] = claims.claim_batch(size=1, channels=BOTH)
    before = Message.objects.values().get()
    assert late(lost) is False
    assert claims.read(lost) is None
    assert Message.objects.values().get() == before
    assert claims.finish(holder, provider_id="mine") is True


def test_a_lease_that_ran_out_before_sending_is_noticed(queue):
    queue()
    [claim] = claims.claim_batch(size=1, channels=BOTH)
    assert claims.read(claim)
    let_leases_run_out()
    assert claims.read(claim) is None


@pytest.mark.django_db(transaction=True)
def test_sending_inside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        drain_outbox()


@pytest.mark.parametrize("state", [State.DEAD, State.SUSPENDED])
def test_a_held_message_is_sent_again_with_all_its_attempts(queue, provider, state):
    provider("Obedient")
    message = queue()
    Message.objects.update(state=state, attempt=12, not_before=Now() + timedelta(hours=6))
    requeue(message)
    assert drain_outbox() == Drained(sent=1)
    message.refresh_from_db()
    assert message.attempt == 1


@pytest.mark.parametrize("state", [State.PENDING, State.SENT])
def test_a_message_that_is_out_or_waiting_is_not_sent_again(queue, state):
    message = queue()
    Message.objects.update(state=state, sent_at=Now() if state == State.SENT else None)
    with pytest.raises(ValueError, match="neither dead nor suspended"):
        requeue(message)


def test_pauses_double_up_to_six_hours():
    minute = timedelta(minutes=1)
    pauses = [wait_after(n, first=minute, luck=0.5) for n in range(1, 12)]
    assert pauses[:4] == [minute, 2 * minute, 4 * minute, 8 * minute]
    assert pauses[-1] == LONGEST, "the eleventh pause, before the twelfth and last attempt"
    assert timedelta(hours=17) < sum(pauses, timedelta()) < timedelta(hours=24)
    assert wait_after(1, first=minute, luck=0) == 0.75 * minute
    assert wait_after(1, first=minute, luck=1) == 1.25 * minute
    assert wait_after(60_000, first=minute, luck=0.5) == LONGEST
