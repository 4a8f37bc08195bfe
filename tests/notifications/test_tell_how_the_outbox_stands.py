"""The facts for the readiness page, and the worker's heartbeat."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.utils import timezone

from notifications.models import Heartbeat, Message
from notifications.readiness import OutboxFacts, outbox_facts
from notifications.services import beat
from notifications.states import State
from notifications.tasks import drain, sweep
from tests.notifications.senders import Obedient

pytestmark = pytest.mark.django_db


def test_a_new_installation_has_nothing_to_tell():
    assert outbox_facts(timezone.now()) == OutboxFacts(None, 0, 0, None)


def test_the_oldest_unsent_message_counts_and_dead_ones_apart(queue):
    for name in ("old", "young", "sent", "dead"):
        queue(event_key=name)
    long_ago = Now() - timedelta(days=9)
    Message.objects.filter(event_key="sent").update(state=State.SENT, sent_at=Now(), created_at=long_ago)
    Message.objects.filter(event_key="dead").update(state=State.DEAD, created_at=long_ago)
    Message.objects.filter(event_key="old").update(created_at=Now() - timedelta(minutes=10))
    facts = outbox_facts(timezone.now())
    assert (facts.pending, facts.dead) == (2, 1)
    assert facts.oldest_unsent_seconds == pytest.approx(600, abs=10)
    oldest = Message.objects.oldest_unsent()
    assert oldest
    assert oldest.event_key == "old"


def test_a_stalled_worker_shows_by_the_age_of_its_heartbeat():
    beat()
    Heartbeat.objects.update(beaten_at=Now() - timedelta(minutes=3))
    assert outbox_facts(timezone.now()).last_heartbeat_seconds == pytest.approx(180, abs=10)
    beat()
    assert Heartbeat.objects.count() == 1
    assert outbox_facts(timezone.now()).last_heartbeat_seconds == pytest.approx(0, abs=10)


def test_clocks_that_disagree_make_no_negative_age(queue):
    queue()
    beat()
    facts = outbox_facts(timezone.now() - timedelta(minutes=1))
    assert (facts.oldest_unsent_seconds, facts.last_heartbeat_seconds) == (0, 0)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        outbox_facts(datetime(2026, 11, 23))  # noqa: DTZ001  # that is what is refused


def test_the_facts_take_two_queries(queue, django_assert_num_queries):
    queue()
    with django_assert_num_queries(2):
        outbox_facts(timezone.now())


@pytest.mark.parametrize("task", [drain, sweep])
def test_a_task_may_run_twice_and_leaves_a_heartbeat(queue, provider, task):
    provider("Obedient")
    queue()
    task()
    task()
    assert len(Obedient.taken) == 1
    assert outbox_facts(timezone.now()).last_heartbeat_seconds is not None


def test_a_trial_message_is_queued_by_command(capsys):
    call_command("trial_message", "email", "lee@example.org", language="en", key="trial:mine")
    assert "trial:mine" in capsys.readouterr().out
    message = Message.objects.get()
    assert (message.channel, message.recipient, message.language) == ("email", "lee@example.org", "en")


def test_a_trial_message_to_nobody_is_refused_in_words():
    with pytest.raises(CommandError, match="recipient"):
        call_command("trial_message", "sms", " ")
    assert not Message.objects.exists()
