"""The two addresses that watchers ask."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from config.celery import app
from config.health import PATIENCE, Probe, ask_broker, late
from notifications.models import Heartbeat
from notifications.services import WORKER


@pytest.fixture
def hanging_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def use_redis(port: int, settings, monkeypatch) -> None:
    """Send cache and broker to this port, with the options of production."""
    url = f"redis://127.0.0.1:{port}/0"
    patient = {"socket_timeout": 1, "socket_connect_timeout": 1}
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url, "OPTIONS": patient}
    }
    for name, value in {"broker_url": url, "broker_transport": None, "broker_transport_options": patient}.items():
        monkeypatch.setitem(app.conf.changes, name, value)


def test_alive_means_the_process_answers_and_asks_no_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


def test_alive_takes_no_posts(client):
    assert client.post("/healthz").status_code == 405


@pytest.fixture
def beating_worker(transactional_db) -> Heartbeat:
    """A worker that swept a moment ago."""
    return Heartbeat.objects.create(name=WORKER, beaten_at=timezone.now())


def test_ready_when_everything_answers(client, beating_worker):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["degraded"] == []
    assert answer.json()["status"] == "ready"
    assert answer.json()["broker_waiting"] >= 0
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("kind", ["hanging_port", "closed_port"])
def test_without_redis_it_is_degraded_and_says_so_in_time(kind, request, settings, monkeypatch, beating_worker):
    use_redis(request.getfixturevalue(kind), settings, monkeypatch)
    started = time.monotonic()
    answer = Client().get("/readyz")
    assert time.monotonic() - started < 1.5
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert set(answer.json()["degraded"]) == {"cache", "broker"}


def test_a_worker_that_never_ran_or_fell_silent_is_named(client, transactional_db):
    assert client.get("/readyz").json()["degraded"] == ["worker"]
    Heartbeat.objects.create(name=WORKER, beaten_at=timezone.now() - timedelta(seconds=90))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["degraded"]) == (200, ["worker"])
    assert 89 < answer.json()["worker_silent_seconds"] < 120


@pytest.mark.parametrize(
    ("oldest", "silent", "named"),
    [(None, 0, []), (299, 59, []), (301, 59, ["messages"]), (301, None, ["worker", "messages"])],
)
def test_late_work_is_named(oldest, silent, named):
    assert late({"oldest_unsent_seconds": oldest, "worker_silent_seconds": silent}) == named


def test_the_public_is_told_no_hosts_and_no_versions(closed_port, settings, monkeypatch, transactional_db):
    use_redis(closed_port, settings, monkeypatch)
    text = Client().get("/readyz").content.decode()
    assert not [word for word in ("127.0.0.1", "redis", "Error", str(closed_port)) if word in text]


def test_without_the_database_it_is_unavailable(client, settings, monkeypatch):
    def lost() -> dict[str, int]:
        raise OSError("no route to database")

    monkeypatch.setattr("config.health.PROBES", (Probe("database", lost), Probe("broker", ask_broker)))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["degraded"] == ["database"]


def test_a_part_that_hangs_for_ever_costs_one_thread_however_often_it_is_asked():
    release = threading.Event()
    asked: list[int] = []

    def hang() -> dict[str, int]:
        asked.append(1)
        release.wait(PATIENCE * 10)
        return {"fact": 1}

    probe = Probe("slow", hang)
    first, second = probe.start(), probe.start()
    release.set()
    assert first is second
    assert first.result(timeout=5) == {"fact": 1}
    assert len(asked) == 1
    assert probe.start() is not first
