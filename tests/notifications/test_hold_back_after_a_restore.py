"""After a restore, what was pending in the backup waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.utils import timezone

from notifications import claims
from notifications.models import Message
from notifications.services import Drained, drain_outbox, suspend_older_than
from notifications.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def restored(queue):
    """A backup of an hour ago (one waiting, one being sent, one sent) and one message queued since."""
    for name in ("waiting", "sending", "sent"):
        queue(event_key=name)
    Message.objects.filter(event_key="sent").update(state=State.SENT, sent_at=Now())
    Message.objects.filter(event_key="waiting").update(not_before=Now() + timedelta(minutes=5))
    claims.claim_batch(size=1, channels=["sms"])
    Message.objects.update(created_at=Now() - timedelta(hours=1))
    queue(event_key="new")


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("event_key", "state"))


def test_older_unsent_messages_are_held_back_and_newer_ones_go_out(restored, provider):
    provider("Obedient")
    assert suspend_older_than(moment=timezone.now() - timedelta(minutes=30)) == 2
    assert drain_outbox() == Drained(sent=1)
    assert states() == {
        "waiting": State.SUSPENDED,
        "sending": State.SUSPENDED,
        "sent": State.SENT,
        "new": State.SENT,
    }


def test_a_moment_without_a_time_zone_is_refused(restored):
    with pytest.raises(ValueError, match="time zone"):
        suspend_older_than(moment=datetime(2026, 11, 23, 10))  # noqa: DTZ001  # that is what is refused
    assert State.SUSPENDED not in states().values()


@pytest.mark.parametrize("style", ["local", "offset"])
def test_the_command_reads_local_time_and_offsets(restored, capsys, style):
    moment = timezone.now() - timedelta(minutes=30)
    local = timezone.localtime(moment).replace(tzinfo=None)
    text = (local if style == "local" else moment.astimezone(UTC)).isoformat(timespec="minutes")
    call_command("suspend_outbox", before=text)
    assert "2 messages suspended" in capsys.readouterr().out
    assert states()["new"] == State.PENDING


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01T10:00", "10:00"])
def test_the_command_refuses_what_is_no_moment(restored, text):
    with pytest.raises(CommandError, match="write it like"):
        call_command("suspend_outbox", before=text)
    assert State.SUSPENDED not in states().values()
