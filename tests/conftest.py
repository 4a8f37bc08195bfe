"""What every test stands on: a clean cache, a child's environment, and honesty about what was not run."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connections

from tests.chromium import chromium_path

NOT_RUN = "NOT RUN: "
NO_BROWSER = f"{NOT_RUN}no Chromium on this machine (make browser)"
NO_SERVICES = f"{NOT_RUN}needs PostgreSQL and Redis (make test-services)"
TAKES_LONG = f"{NOT_RUN}takes long: browsers, workers, searches of every address (make test-slow)"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two halves of the suite: what answers in two minutes, and the rest."""
    parser.addoption("--quick", action="store_true", help="leave out what is marked slow or browser")


def on_services() -> bool:
    """Whether this run stands on PostgreSQL and Redis."""
    return bool(settings.ENV.REDIS_URL) and settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def required(name: str) -> bool:
    """Whether the environment says that nothing of this kind may be left out (`REQUIRE_BROWSER=1`)."""
    return os.environ.get(name, "") not in ("", "0")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Stop at once, in words, when what the run requires is not there."""
    if hasattr(session.config, "workerinput"):
        return
    if required("REQUIRE_BROWSER") and not chromium_path():
        pytest.exit("REQUIRE_BROWSER is set, but no Chromium was found. `make browser` installs one.", 4)
    if required("REQUIRE_SERVICES"):
        if not on_services():
            pytest.exit("REQUIRE_SERVICES is set: DATABASE_URL must name a PostgreSQL, REDIS_URL a Redis.", 4)
        faults = unreachable_services()
        if faults:
            pytest.exit("\n".join(["Cannot test on services:", *faults]), 4)


def unreachable_services() -> list[str]:
    """One line for each of PostgreSQL and Redis that does not answer. Passwords are not shown."""
    faults = []
    found = settings.DATABASES["default"]
    try:
        psycopg.connect(
            host=found["HOST"],
            port=found["PORT"] or None,
            user=found["USER"],
            password=found["PASSWORD"],
            dbname="postgres",
            connect_timeout=5,
        ).close()
    except psycopg.Error as error:
        where = f"{found['USER']}@{found['HOST']}:{found['PORT'] or 5432}"
        faults.append(f"PostgreSQL at {where} (DATABASE_URL): {error}".strip())
    try:
        redis.Redis.from_url(settings.ENV.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        faults.append(f"Redis (REDIS_URL): {error}")
    return faults


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run, or this run should not, with the reason."""
    has_browser, has_services = bool(chromium_path()), on_services()
    is_quick = config.getoption("--quick")
    for item in items:
        if is_quick and (item.get_closest_marker("slow") or item.get_closest_marker("browser")):
            item.add_marker(pytest.mark.skip(reason=TAKES_LONG))
        if item.get_closest_marker("browser") and not has_browser:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
        if item.get_closest_marker("services") and not has_services:
            item.add_marker(pytest.mark.skip(reason=NO_SERVICES))


def pytest_collection_finish() -> None:
    """Tell the garbage collector that what is loaded by now stays: it need not be searched again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say last, after the summary, what was not run."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    reasons = [
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in reporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    ]
    for reason in sorted({reason for reason in reasons if reason.startswith(NOT_RUN)}):
        count = reasons.count(reason)
        reporter.write_line(
            f"!!! {NOT_RUN}{count} test{'s' * (count != 1)}: {reason.removeprefix(NOT_RUN)} !!!",
            red=True,
            bold=True,
        )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Parallel workers get PostgreSQL databases of their own; on SQLite their folders already differ."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """No test meets what another one left in the cache (limits included, where they live there)."""
    yield
    cache.clear()


@pytest.fixture
def child_environment(transactional_db: None) -> dict[str, str]:
    """The environment of a child process (manage.py, worker) that sees this test's database, files and broker.

    It runs on the product's settings, not on the tests'. What a test wants it to see must be committed.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV", "TESTS_"))}
    kept.pop("DATABASE_URL", None)
    found = connections["default"].settings_dict
    if found["ENGINE"].endswith("postgresql"):
        user, password = quote(found["USER"]), quote(found["PASSWORD"])
        who = f"{user}:{password}" if password else user
        kept["DATABASE_URL"] = f"postgres://{who}@{found['HOST']}:{found['PORT'] or 5432}/{found['NAME']}"
    return {**kept, "DJANGO_SETTINGS_MODULE": "config.settings"}
