"""Writing into the outbox."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone

from notifications.models import Message
from notifications.nudge import nudge
from notifications.services import NotInTransaction, queue_message
from notifications.states import State


@pytest.mark.django_db
def test_a_queued_message_waits_and_is_due_at_once(queue):
    message = queue()
    assert (message.state, message.attempt, message.last_error) == (State.PENDING, 0, "")
    assert Message.objects.due(timezone.now() + timedelta(seconds=1)).get() == message


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_queued():
    with pytest.raises(NotInTransaction):
        queue_message(
            event_key="a",
            channel="sms",
            template="notifications/trial",
            language="en",
            recipient="13800138000",
            context={},
        )
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_rolled_back_leaves_no_message(queue):
    def change_that_fails():
        with transaction.atomic():
            queue()
            raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError, match="the change failed"):
        change_that_fails()
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_the_same_event_is_told_once_and_the_transaction_goes_on(queue):
    with transaction.atomic():
        first = queue(event_key="complaint:1:received", recipient="13800138000")
        again = queue(event_key="complaint:1:received", recipient="13900139000")
        other = queue(event_key="complaint:1:answered")
    assert again == first
    assert again.recipient == "13800138000"
    assert {m.pk for m in Message.objects.all()} == {first.pk, other.pk}


@pytest.mark.django_db
def test_recipient_and_context_are_not_readable_in_the_database(queue):
    message = queue(recipient="13800138000", context={"reference": "AB12-3456"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, context FROM notifications_message WHERE id = %s", [message.pk])
        stored = json.dumps(cursor.fetchone())
    assert "13800138000" not in stored
    assert "AB12" not in stored
    assert Message.objects.get().context == {"reference": "AB12-3456"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"event_key": ""}, "event_key"),
        ({"event_key": "../../etc/passwd"}, "event_key"),
        ({"event_key": "x" * 151}, "event_key"),
        ({"event_key": "复查"}, "event_key"),
        ({"channel": "pigeon"}, "email, sms"),
        ({"language": "de"}, "zh-hans, en"),
        ({"recipient": "  "}, "recipient"),
        ({"recipient": "a@example.org\nBcc: b@example.org"}, "recipient"),
        ({"context": {"on": date(2026, 11, 23)}}, "plain JSON"),
        ({"template": "../settings"}, "template name"),
        ({"template": "Received"}, "template name"),
    ],
)
def test_a_malformed_message_is_refused_in_words(queue, changes, word):
    with pytest.raises(ValueError, match=word) as refusal:
        queue(**changes)
    assert "Bcc" not in str(refusal.value)
    assert not Message.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_missing_template_is_found_when_queueing(queue, channel):
    with pytest.raises(TemplateDoesNotExist, match=r"messages/notifications/nothing\.en\."):
        queue(template="notifications/nothing", channel=channel)


@pytest.mark.django_db
def test_the_worker_is_woken_after_the_commit_only(queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        queue()
    assert callbacks == [nudge]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        {"state": "lost"},
        {"channel": "pigeon"},
        {"state": State.SENDING},
        {"state": State.SENT},
        {"sent_at": timezone.now()},
        {"lease_until": timezone.now()},
        {"recipient": ""},
        {"event_key": ""},
    ],
)
def test_the_database_refuses_a_row_that_cannot_be(queue, broken):
    message = queue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**broken)
