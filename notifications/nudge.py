"""Waking the worker after a commit, without the request ever touching the broker.

A request only sets a flag. One daemon thread per process sees it and publishes the wake-up; many flags set meanwhile
become one wake-up. A broker that is down or hangs holds up that thread and nobody else; what it loses, the sweep finds.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from celery import current_app
from django.conf import settings

from notifications.failures import reason_of

log = logging.getLogger(__name__)

DRAIN_TASK = "notifications.tasks.drain"
QUIET_SECONDS = 60
"""A broken broker is reported once in this time."""


class Nudger:
    """One thread that calls `publish` some time after `nudge`, never more often than needed."""

    def __init__(self, publish: Callable[[], None]) -> None:
        self.publish = publish
        self.forget_thread()
        os.register_at_fork(after_in_child=self.forget_thread)

    def forget_thread(self) -> None:
        """Start afresh: a forked child inherits the flag and the lock, but not the thread."""
        self.flag = threading.Event()
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.quiet_until = 0.0

    def nudge(self) -> None:
        """Ask for a wake-up; returns at once."""
        self.flag.set()
        if self.thread is None:
            with self.lock:
                if self.thread is None:
                    self.thread = threading.Thread(target=self.run, name="nudge", daemon=True)
                    self.thread.start()

    def run(self) -> None:
        """Publish whenever the flag was set, for the life of the process."""
        while True:
            self.flag.wait()
            self.flag.clear()
            try:
                self.publish()
            except Exception as error:  # noqa: BLE001  # whatever the broker's client throws, the thread must live
                self.report(error)

    def report(self, error: Exception) -> None:
        """Say that the broker does not answer, once a minute."""
        if time.monotonic() >= self.quiet_until:
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("The worker could not be woken (%s); the sweep will send.", reason_of(error))


def publish_drain() -> None:
    """Put one wake-up on the broker, without retries; the socket timeouts of the settings bound it.

    Raises whatever the broker's client raises.
    """
    current_app.send_task(DRAIN_TASK, retry=False, expires=QUIET_SECONDS, ignore_result=True)


nudger = Nudger(publish_drain)


def nudge() -> None:
    """Wake the worker soon (setting `NUDGE_WORKER`). For `transaction.on_commit(nudge, robust=True)`."""
    if settings.ENV.NUDGE_WORKER:
        nudger.nudge()
