"""How fast the outbox drains, as a share of what the database can commit one row at a time.

    python -m benchmarks.outbox [messages]

Yardstick and drain run in turns on the same database (`DATABASE_URL`, or SQLite in a folder of its own), in a test
database that is dropped at the end. The provider is a class that does nothing, so this is the cost of the outbox alone.
"""
# ruff: noqa: E402  # Django is set up before its models are imported

from __future__ import annotations

import logging
import os
import statistics
import sys
import tempfile
from time import perf_counter

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="outbox-benchmark-")
os.environ["SMS_SENDER"] = "benchmarks.outbox.Nowhere"
os.environ["NUDGE_WORKER"] = "false"

import django

django.setup()

from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import setup_databases, teardown_databases

from notifications.models import Heartbeat, Message
from notifications.services import beat, drain_outbox, queue_message

ROUNDS = 3


class Nowhere:
    """A provider that takes everything at once."""

    def send(self, *, to: str, text: str, key: str) -> str:
        """Do nothing."""
        return key


def commits_per_second(count: int) -> float:
    """The yardstick: UPDATEs of one row, one commit each."""
    began = perf_counter()
    for _ in range(count):
        Heartbeat.objects.filter(pk="worker").update(beaten_at=Now())
    return count / (perf_counter() - began)


def queued_per_second(count: int, tag: str) -> float:
    """Messages queued in transactions of their own."""
    began = perf_counter()
    for number in range(count):
        with transaction.atomic():
            queue_message(
                event_key=f"{tag}:{number}",
                channel="sms",
                template="notifications/trial",
                language="zh-hans",
                recipient="13800138000",
                context={"queued_at": "noon"},
            )
    return count / (perf_counter() - began)


def drained_per_second(count: int) -> float:
    """Messages sent to nowhere, all states written."""
    began = perf_counter()
    drained = drain_outbox(limit=count, seconds=600)
    assert drained.sent == count, drained
    return count / (perf_counter() - began)


def claim_with_backlog(backlog: int) -> float:
    """Milliseconds a round of 50 messages takes when `backlog` more wait."""
    Message.objects.bulk_create(
        [Message(event_key=f"backlog:{backlog}:{n}", channel="sms", template="notifications/trial", language="en",
                 recipient="13800138000", context={}) for n in range(backlog)],
        batch_size=1000,
    )  # fmt: skip
    began = perf_counter()
    assert drain_outbox(limit=50, seconds=60).sent == 50
    return (perf_counter() - began) * 1000


def main(count: int) -> None:
    """Measure and print one line per figure."""
    beat()
    yardsticks, queueing, draining = [], [], []
    for round_number in range(ROUNDS):
        yardsticks.append(commits_per_second(count))
        queueing.append(queued_per_second(count, f"round{round_number}"))
        draining.append(drained_per_second(count))
    yardstick = statistics.median(yardsticks)
    print(f"{connection.vendor}: {count} messages, median of {ROUNDS} rounds")
    print(f"single-row UPDATE commits  {yardstick:8.0f}/s  1.00")
    for name, rates in (("queued", queueing), ("drained", draining)):
        rate = statistics.median(rates)
        print(f"{name:25}  {rate:8.0f}/s  {rate / yardstick:.2f}")
    print(f"a round of 50 with 0 waiting behind it       {claim_with_backlog(50):6.0f} ms")
    print(f"a round of 50 with 50,000 waiting behind it  {claim_with_backlog(50_000):6.0f} ms")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    config = setup_databases(verbosity=0, interactive=False)
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    finally:
        teardown_databases(config, verbosity=0)
