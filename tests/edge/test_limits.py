"""Limits count, share and expire; and when Redis is gone nobody waits and nobody gets an error."""

import logging
import secrets
import socket
import threading
import time
from contextlib import closing

import pytest
import time_machine
from django.conf import settings

from edge import limits
from edge.limits import PAUSE, Limiter, limiter

TEXTS = {"filings": "3/10 minutes", "tracking": "1/minute"}


@pytest.fixture
def port():
    """A port on which nothing listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


@pytest.fixture
def hanging_port():
    """A port that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=50)) as server:
        yield server.getsockname()[1]


class Clock:
    """Seconds that pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_limit_lets_through_what_it_says_and_no_more():
    counted = Limiter(TEXTS)
    assert [counted.hit("filings", "a") for _ in range(5)] == [True, True, True, False, False]


def test_each_address_and_each_limit_is_counted_apart():
    counted = Limiter(TEXTS)
    assert counted.hit("tracking", "a")
    assert not counted.hit("tracking", "a")
    assert counted.hit("tracking", "b")
    assert counted.hit("filings", "a")


def test_looking_does_not_count():
    counted = Limiter(TEXTS)
    assert all(counted.test("tracking", "a") for _ in range(5))
    assert counted.used("tracking", "a") == 0
    counted.hit("tracking", "a")
    assert not counted.test("tracking", "a")
    assert counted.used("tracking", "a") == 1


def test_a_refused_client_is_told_when_to_come_back_and_then_may():
    counted = Limiter(TEXTS)
    with time_machine.travel("2026-11-23T10:00:00+08:00", tick=False) as travelled:
        counted.hit("tracking", "a")
        travelled.shift(20)
        assert not counted.hit("tracking", "a")
        assert counted.retry_after("tracking", "a") == 40
        travelled.shift(41)
        assert counted.retry_after("tracking", "a") == 0
        assert counted.hit("tracking", "a")


def test_whoever_is_not_refused_need_not_wait():
    assert Limiter(TEXTS).retry_after("tracking", "never seen") == 0


def test_clearing_forgets_everybody():
    counted = Limiter(TEXTS)
    counted.hit("tracking", "a")
    counted.clear()
    assert counted.hit("tracking", "a")


def test_a_name_that_is_no_limit_is_an_error_in_the_program():
    with pytest.raises(KeyError):
        Limiter(TEXTS).hit("filing", "a")


@pytest.mark.parametrize("text", ["", "many", "60", "60 per fortnight", "0/10 minutes"])
def test_a_limit_that_cannot_be_read_stops_the_start_and_is_named(text):
    with pytest.raises(ValueError, match="limit filings"):
        Limiter({"filings": text})


def test_a_flood_of_addresses_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(limits, "MOST_KEYS", 50)
    counted = Limiter(TEXTS)
    for number in range(500):
        assert counted.hit("filings", f"address {number}")
    assert len(counted._memory.storage) <= 51


def test_parallel_hits_are_not_lost():
    counted = Limiter({"filings": "40/10 minutes"})
    allowed: list[bool] = []
    threads = [
        threading.Thread(target=lambda: allowed.extend(counted.hit("filings", "a") for _ in range(20)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(allowed), sum(allowed)) == (160, 40)


@pytest.mark.parametrize("fault", ["port", "hanging_port"])
def test_a_redis_that_is_gone_costs_one_short_wait_and_limits_still_hold(fault, request, caplog):
    counted = Limiter(TEXTS, f"redis://127.0.0.1:{request.getfixturevalue(fault)}/0")
    began = time.perf_counter()
    with caplog.at_level(logging.INFO, logger="edge.limits"):
        first = counted.hit("filings", "a")
        noticed = time.perf_counter()
        later = [counted.hit("filings", "a") for _ in range(100)]
        ended = time.perf_counter()
    assert first
    assert sum(later) == 2
    assert counted.retry_after("filings", "a") > 500
    assert noticed - began < 1.5
    assert (ended - noticed) / 100 < 0.01
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_redis_that_is_gone_is_asked_again_only_after_a_pause_and_reported_once(port, caplog):
    clock = Clock()
    counted = Limiter(TEXTS, f"redis://127.0.0.1:{port}/0", clock=clock)
    tries: list[socket.socket] = []
    counted.hit("filings", "a")
    with closing(socket.create_server(("127.0.0.1", port))) as server:
        server.settimeout(0.3)
        counted.hit("filings", "b")
        with pytest.raises(TimeoutError):
            server.accept()
        clock.now += PAUSE + 1
        counted.hit("filings", "c")
        tries.append(server.accept()[0])
        counted.hit("filings", "d")
        with pytest.raises(TimeoutError):
            server.accept()
    for connection in tries:
        connection.close()
    assert len(caplog.records) == 1


def test_parallel_requests_meet_a_hanging_redis_together_and_none_fails(hanging_port):
    counted = Limiter({"filings": "1000/10 minutes"}, f"redis://127.0.0.1:{hanging_port}/0")
    allowed: list[bool] = []
    threads = [threading.Thread(target=lambda: allowed.append(counted.hit("filings", "a"))) for _ in range(8)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert allowed == [True] * 8
    assert time.perf_counter() - began < 2


@pytest.mark.services
def test_two_processes_share_a_count_in_redis():
    prefix = f"test-limits-{secrets.token_hex(4)}"
    here, there = (Limiter(TEXTS, settings.ENV.REDIS_URL, prefix=prefix) for _ in range(2))
    try:
        assert [here.hit("filings", "a"), there.hit("filings", "a"), here.hit("filings", "a")] == [True] * 3
        assert not there.hit("filings", "a")
        assert there.used("filings", "a") == 3
        assert 0 < here.retry_after("filings", "a") <= 600
        here.clear()
        assert there.hit("filings", "a")
    finally:
        here.clear()


def test_the_limits_of_the_environment_can_be_read():
    for name in ("filings", "tracking", "lookups", "api", "keys"):
        assert limiter().test(name, "never seen")
