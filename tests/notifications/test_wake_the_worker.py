"""The nudge: quick for the request, whatever the broker does."""

from __future__ import annotations

import os
import queue
import re
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from notifications.nudge import Nudger, nudge, nudger
from tests.workers import eventually, run_python

COMMIT = """
import logging, time
from django.conf import settings
from django.db import connection, transaction
from notifications.services import queue_message
def commit(number):
    began = time.perf_counter()
    with transaction.atomic():
        queue_message(event_key=f"broker:{number}", channel="sms", template="notifications/trial", language="en",
                      recipient="13800138000", context={})
    return time.perf_counter() - began
connection.ensure_connection()
commit(0)  # loads templates and keys
print("slowest", max(commit(n) for n in range(1, 21)))
end = time.monotonic() + 8
while time.monotonic() < end and not warned:
    time.sleep(0.05)
"""
WARNED = """
import logging
warned = []
class Ear(logging.Handler):
    def emit(self, record):
        warned.append(record); print("warned:", record.getMessage())
logging.getLogger("notifications.nudge").addHandler(Ear())
"""


@contextmanager
def silent_server():
    """Accepts connections into its backlog and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield listener.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_many_nudges_become_one_wake_up_more():
    seen, gate = [], threading.Event()

    def publish() -> None:
        seen.append(1)
        gate.wait(5)

    waker = Nudger(publish)
    waker.nudge()
    eventually(lambda: seen)
    for _ in range(100):
        waker.nudge()
    gate.set()
    eventually(lambda: len(seen) == 2)
    time.sleep(0.05)
    assert len(seen) == 2


def test_a_hanging_publisher_delays_nobody():
    gate = threading.Event()

    def publish() -> None:
        gate.wait(5)

    waker = Nudger(publish)
    began = time.perf_counter()
    for _ in range(1000):
        waker.nudge()
    assert time.perf_counter() - began < 0.5
    gate.set()


def test_a_failing_broker_is_reported_once_a_minute_and_the_next_nudge_works(caplog):
    tries = queue.Queue[int]()
    down = True

    def publish() -> None:
        tries.put(1)
        if down:
            raise ConnectionRefusedError(111, "refused by redis://:secret@host")

    waker = Nudger(publish)
    for _ in range(3):
        waker.nudge()
        tries.get(timeout=5)
    down = False
    waker.nudge()
    tries.get(timeout=5)
    reports = [record.getMessage() for record in caplog.records if record.name == "notifications.nudge"]
    assert reports == ["The worker could not be woken (ConnectionRefusedError 111); the sweep will send."]
    assert waker.thread
    assert waker.thread.is_alive()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_gets_a_thread_of_its_own():
    waker = Nudger(lambda: None)
    waker.nudge()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            heard = threading.Event()
            waker.publish = heard.set
            waker.nudge()
            os.write(writer, b"yes" if heard.wait(5) else b"no")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 3) == b"yes"
    os.close(reader)
    os.close(writer)


def test_the_setting_turns_it_off(use):
    use(NUDGE_WORKER=False)
    before = nudger.thread
    nudge()
    assert nudger.thread is before
    assert not nudger.flag.is_set()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["hangs", "refuses"])
def test_a_commit_takes_milliseconds_while_the_broker(kind, child_environment):
    with silent_server() as silent:
        port = silent if kind == "hangs" else free_port()
        said = run_python(
            WARNED + COMMIT, child_environment, REDIS_URL=f"redis://127.0.0.1:{port}/0", NUDGE_WORKER="true"
        )
    slowest = re.search(r"slowest ([\d.e-]+)", said)
    assert slowest
    assert float(slowest[1]) < 0.5
    assert said.count("warned: The worker could not be woken") == 1
