"""What the outbox tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models.functions import Now

from notifications.models import Message
from notifications.services import queue_message
from notifications.states import State
from tests.notifications.senders import Obedient, Unreachable
from tests.notifications.smtp_sink import SmtpSink

Queue = Callable[..., Message]


@pytest.fixture
def queue() -> Queue:
    """Queue a trial message by SMS; any argument can be changed."""
    numbers = count(1)

    def queue(**changes) -> Message:
        given = {
            "event_key": f"trial:{next(numbers)}",
            "channel": "sms",
            "template": "notifications/trial",
            "language": "en",
            "recipient": "13800138000",
            "context": {"queued_at": "noon"},
            **changes,
        }
        with transaction.atomic():
            return queue_message(**given)

    return queue


@pytest.fixture
def use(settings) -> Callable[..., None]:
    """Change settings of the typed environment for one test."""

    def use(**changes) -> None:
        settings.ENV = settings.ENV.model_copy(update=changes)

    return use


@pytest.fixture
def provider(use) -> Callable[[str], None]:
    """Choose the SMS provider by the name of a class in senders.py."""
    Obedient.taken.clear()
    Unreachable.calls.clear()
    return lambda name: use(SMS_SENDER=f"tests.notifications.senders.{name}")


@pytest.fixture
def sms_inbox(settings, tmp_path: Path) -> Path:
    """An empty folder of text messages."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "inbox" / "sms"


@pytest.fixture
def smtp(settings) -> Iterator[SmtpSink]:
    """A mail server of our own, and Django set to use it."""
    with SmtpSink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = sink.address
        settings.EMAIL_USE_TLS = False
        settings.EMAIL_TIMEOUT = 2
        yield sink


def let_pauses_pass() -> None:
    """As if the time until the next try were over."""
    Message.objects.filter(state=State.PENDING).update(not_before=Now() - timedelta(seconds=1))


def let_leases_run_out() -> None:
    """As if every worker that is sending had been gone for long."""
    Message.objects.filter(state=State.SENDING).update(lease_until=Now() - timedelta(seconds=1))
