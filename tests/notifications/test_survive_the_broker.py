"""A Redis of our own is stopped, killed and started again while messages are committed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from django.conf import settings

from tests.servers import OwnRedis
from tests.workers import ROOT, eventually, running_worker

pytestmark = pytest.mark.services

PRODUCER = """
import sys, time, django
django.setup()
from django.db import transaction
from notifications.services import queue_message
for line in sys.stdin:
    began = time.perf_counter()
    with transaction.atomic():
        queue_message(event_key=line.strip(), channel="sms", template="notifications/trial", language="en",
                      recipient="13800138000", context={})
    print(time.perf_counter() - began, flush=True)
"""


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    server = OwnRedis()
    yield server
    server.go_on()
    server.kill()


class Producer:
    """A web process in small: commits a message for every key it is given."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def commit(self, key: str) -> float:
        """Seconds the commit took."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{key}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


@contextmanager
def running_producer(environment: Mapping[str, str]) -> Iterator[Producer]:
    with subprocess.Popen(
        [sys.executable, "-c", PRODUCER],
        cwd=ROOT,
        env={**environment, "NUDGE_WORKER": "true"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Producer(process)
        process.kill()


def delivered(key: str) -> bool:
    return (settings.VAR_DIR / "inbox" / "sms" / f"{key}.txt").exists()


@pytest.mark.parametrize("fault", ["hangs", "is killed"])
def test_commits_are_quick_and_messages_arrive_although_redis(child_environment, own_redis, fault):
    environment = {**child_environment, "REDIS_URL": own_redis.url}
    tag = fault.replace(" ", "-")
    with running_worker(environment) as worker, running_producer(environment) as producer:
        producer.commit(f"{tag}:before")
        eventually(lambda: delivered(f"{tag}:before"), otherwise=lambda: worker.log)
        own_redis.hang() if fault == "hangs" else own_redis.kill()
        slowest = max(producer.commit(f"{tag}:during:{number}") for number in range(5))
        assert slowest < 0.5
        time.sleep(2.5)  # the nudge of that time is given up
        own_redis.go_on() if fault == "hangs" else own_redis.start()
        producer.commit(f"{tag}:after")
        eventually(lambda: delivered(f"{tag}:after"), seconds=20, otherwise=lambda: worker.log)
        eventually(lambda: delivered(f"{tag}:during:4"), seconds=20, otherwise=lambda: worker.log)
