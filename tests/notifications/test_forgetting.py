"""Messages are not kept for ever: what was sent or given up long ago is deleted, what is still to be sent never."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from notifications.models import Message
from notifications.services import forget_old, queue_message
from notifications.states import State
from notifications.tasks import forget

pytestmark = pytest.mark.django_db
OLD = timedelta(days=settings.ENV.MESSAGES_KEPT_DAYS, hours=1)
YOUNG = timedelta(days=settings.ENV.MESSAGES_KEPT_DAYS - 1)


def message(key: str, state: str, age: timedelta) -> Message:
    with transaction.atomic():
        made = queue_message(
            event_key=key,
            channel="email",
            template="notifications/trial",
            language="zh-hans",
            recipient="family@example.org",
            context={},
        )
    at = timezone.now() - age
    values = {"state": state, "created_at": at, "sent_at": at if state == State.SENT else None}
    Message.objects.filter(pk=made.pk).update(**values)
    return made


def test_what_was_sent_or_given_up_long_ago_goes_and_the_rest_stays():
    for state in (State.SENT, State.DEAD, State.SUSPENDED):
        message(f"old-{state}", state, OLD)
        message(f"young-{state}", state, YOUNG)
    message("waiting", State.PENDING, OLD)
    forget()
    kept = set(Message.objects.values_list("event_key", flat=True))
    assert kept == {"young-sent", "young-dead", "young-suspended", "waiting"}
    forget()
    assert Message.objects.count() == 4


def test_one_run_deletes_so_many_and_the_next_goes_on():
    for number in range(5):
        message(f"old-{number}", State.SENT, OLD)
    before = timezone.now() - YOUNG
    assert forget_old(before=before, limit=3) == 3
    assert forget_old(before=before, limit=3) == 2
    assert forget_old(before=before, limit=3) == 0


def test_the_moment_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        forget_old(before=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
