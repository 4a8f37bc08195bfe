"""Is it alive, is it ready: two addresses for whoever watches the service.

`/healthz` says that the process answers; it asks nobody. `/readyz` asks the database, the cache, the broker and the
outbox, all at once and none longer than `PATIENCE`. Only a missing database makes it 503: everything else can be
away while cards open and complaints are taken. Neither names hosts, versions or error texts; those go to the log.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooSlow
from typing import Any

from django.core.cache import cache
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.celery import app as celery_app
from notifications.readiness import outbox_facts

PATIENCE = 1.2
"""Seconds that one call of `/readyz` waits in all."""

WORKER_SILENT_SECONDS = 60
"""The worker beats with every sweep (10 s); after this it counts as gone."""

UNSENT_SECONDS = 300
"""A message that has waited longer than this is late, whatever the reason."""

logger = logging.getLogger(__name__)

Facts = dict[str, Any]


class Unready(Exception):
    """A part answers, but not as it should; the text goes to the log only."""


class Probe:
    """One question to one part, asked in a thread of its own so that a hanging part holds up nobody.

    Calls that arrive while a question is open share its answer: a part that hangs for ever costs one thread.
    """

    def __init__(self, name: str, ask: Callable[[], Facts]) -> None:
        self.name = name
        self._ask = ask
        self._lock = threading.Lock()
        self._open: Future[Facts] | None = None

    def start(self) -> Future[Facts]:
        """Ask, or join the question that is still open."""
        with self._lock:
            if self._open is None or self._open.done():
                self._open = Future()
                threading.Thread(target=self._run, args=(self._open,), name=f"probe-{self.name}", daemon=True).start()
            return self._open

    def _run(self, answer: Future[Facts]) -> None:
        try:
            answer.set_result(self._ask())
        except Exception as error:  # noqa: BLE001  # any fault of the part is the answer
            answer.set_exception(error)
        finally:
            connection.close()


def ask_database() -> Facts:
    """Run the smallest query there is."""
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {}


def ask_cache() -> Facts:
    """Write a value and read it back. Raises Unready when it does not come back."""
    value = secrets.token_hex(8)
    cache.set("readyz", value, timeout=10)
    if cache.get("readyz") is None:
        raise Unready("a value did not come back")
    return {}


def ask_broker() -> Facts:
    """How many wake-ups wait for a worker. Tries once: the next call of `/readyz` is the second try."""
    with celery_app.connection_for_write(transport_options={"max_retries": 0}) as broker:
        name = celery_app.conf.task_default_queue
        queue = broker.default_channel.queue_declare(queue=name)  # type: ignore[attr-defined]  # every transport has it
        return {"broker_waiting": queue.message_count}


def ask_outbox() -> Facts:
    """How old the oldest unsent message is, how many were given up, and how long the worker has been silent."""
    found = outbox_facts(timezone.now())
    return {
        "messages_waiting": found.pending,
        "messages_given_up": found.dead,
        "oldest_unsent_seconds": found.oldest_unsent_seconds,
        "worker_silent_seconds": found.last_heartbeat_seconds,
    }


def late(facts: Facts) -> list[str]:
    """The parts that answer, but whose facts say that work is not being done."""
    found: list[str] = []
    if "worker_silent_seconds" in facts:
        silent, oldest = facts["worker_silent_seconds"], facts["oldest_unsent_seconds"]
        if silent is None or silent > WORKER_SILENT_SECONDS:
            found.append("worker")
        if oldest is not None and oldest > UNSENT_SECONDS:
            found.append("messages")
    return found


PROBES = (
    Probe("database", ask_database),
    Probe("cache", ask_cache),
    Probe("broker", ask_broker),
    Probe("outbox", ask_outbox),
)


def ask_all(probes: tuple[Probe, ...]) -> tuple[list[str], Facts]:
    """Names of the parts that do not answer in time or not well, and the facts of the others."""
    deadline = time.monotonic() + PATIENCE
    answers = [(probe.name, probe.start()) for probe in probes]
    failing: list[str] = []
    facts: Facts = {}
    for name, answer in answers:
        try:
            facts |= answer.result(timeout=max(0.0, deadline - time.monotonic()))
        except TooSlow:
            logger.warning("readyz: %s has not answered within %s s", name, PATIENCE)
            failing.append(name)
        except Exception as error:  # noqa: BLE001  # reported as the part's state
            logger.warning("readyz: %s: %s: %s", name, type(error).__name__, error)
            failing.append(name)
    return failing, facts


@never_cache
@require_safe
def healthz(_: HttpRequest) -> HttpResponse:
    """Answer `ok` while the process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(_: HttpRequest) -> JsonResponse:
    """Say whether the service can work: 503 without the database, else 200 with what is `degraded`."""
    failing, facts = ask_all(PROBES)
    if "database" in failing:
        return JsonResponse({"status": "unavailable", "degraded": failing, **facts}, status=503)
    degraded = failing + late(facts)
    return JsonResponse({"status": "degraded" if degraded else "ready", "degraded": degraded, **facts})
