"""A process with the wrong key ring does not start, and writes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection

from notifications.models import Message
from tests.vault.conftest import NEW, OLD
from vault.checks import CANARY, WrongKeys, assert_keys_open_data, check_keys
from vault.derive import key_id, key_name
from vault.models import KeyCheck

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def known_old_key(db, use_keys):
    use_keys(OLD)
    assert_keys_open_data()


def test_the_first_start_makes_the_key_known(db, use_keys):
    use_keys(OLD)
    assert_keys_open_data()
    known = KeyCheck.objects.get()
    assert (known.key_id, known.canary) == (key_name(OLD), CANARY)
    assert str(known) == key_name(OLD)


def test_the_mark_tells_nothing_about_the_key(known_old_key):
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_id, canary FROM vault_keycheck")
        stored = "".join(cursor.fetchone())
    assert OLD not in stored
    assert CANARY not in stored
    assert len(key_id(OLD)) == 8


def test_a_second_start_changes_nothing(known_old_key):
    assert_keys_open_data()
    assert KeyCheck.objects.count() == 1


def test_a_foreign_key_does_not_start_and_is_not_made_known(known_old_key, use_keys):
    use_keys(NEW)
    with pytest.raises(WrongKeys, match=key_name(OLD)):
        assert_keys_open_data()
    assert list(KeyCheck.objects.values_list("key_id", flat=True)) == [key_name(OLD)]


def test_no_key_at_all_does_not_start(known_old_key, use_keys):
    use_keys()
    with pytest.raises(WrongKeys, match="VAULT_KEYS is empty"):
        assert_keys_open_data()


def test_a_new_first_key_before_the_old_one_starts_and_is_made_known(known_old_key, use_keys):
    use_keys(NEW, OLD)
    assert_keys_open_data()
    assert set(KeyCheck.objects.values_list("key_id", flat=True)) == {key_name(OLD), key_name(NEW)}


def test_after_that_neither_key_may_be_missing(known_old_key, use_keys):
    use_keys(NEW, OLD)
    assert_keys_open_data()
    for lonely, missing in ((NEW, OLD), (OLD, NEW)):
        use_keys(lonely)
        with pytest.raises(WrongKeys, match=key_name(missing)):
            assert_keys_open_data()


def test_a_mark_that_does_not_open_does_not_start(known_old_key):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_keycheck SET canary = 'changed'")
    with pytest.raises(WrongKeys, match=key_name(OLD)):
        assert_keys_open_data()


def test_data_restored_without_its_key_checks_is_tried_itself(db, use_keys):
    use_keys(OLD)
    Message.objects.create(event_key="restored", channel="email", template="a/b", language="en", recipient="zhang@x.cn")
    use_keys(NEW)
    with pytest.raises(WrongKeys, match=r"notifications\.Message\.recipient"):
        assert_keys_open_data()
    assert not KeyCheck.objects.exists()
    use_keys(NEW, OLD)
    assert_keys_open_data()
    assert KeyCheck.objects.get().key_id == key_name(NEW)


def test_before_the_migrations_nothing_is_said(db, use_keys):
    use_keys(OLD)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE vault_keycheck RENAME TO vault_elsewhere")
    assert_keys_open_data()
    assert check_keys(databases=["default"]) == []


def test_the_database_check_reports_the_missing_key_and_writes_nothing(known_old_key, use_keys):
    use_keys(NEW)
    faults = [fault for fault in run_checks(databases=["default"]) if fault.id == "vault.E001"]
    assert [key_name(OLD) in fault.msg for fault in faults] == [True]
    assert "rotate_keys" in str(faults[0].hint)
    assert KeyCheck.objects.count() == 1


def test_checks_without_a_database_do_not_ask_it(known_old_key, use_keys):
    use_keys(NEW)
    assert check_keys(databases=None) == []


MIGRATE_VAULT = (
    "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup();"
    "from django.core.management import call_command; call_command('migrate', 'vault', verbosity=0)"
)
START_WEB = ["-W", "ignore", "-c", "import config.wsgi"]
START_WORKER = ["-m", "celery", "-A", "config", "worker", "--pool", "solo"]


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """Run Python on a small product of its own, whose data is sealed with the old key."""
    folder = tmp_path_factory.mktemp("product")

    def python(*arguments: str, key: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.defpath, "VAR_DIR": str(folder), "VAULT_KEYS": key}
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
        )

    assert python("-c", MIGRATE_VAULT, key=OLD).returncode == 0
    started = python(*START_WEB, key=OLD)
    assert started.returncode == 0, started.stderr
    return python


@pytest.mark.slow
@pytest.mark.parametrize("start", [START_WEB, START_WORKER])
def test_a_process_with_a_foreign_key_stops_with_one_clear_line(product, start):
    refused = product(*start, key=NEW)
    assert refused.returncode == os.EX_CONFIG
    assert f"vault: Data here is sealed with key {key_name(OLD)}" in refused.stderr
    assert "Traceback" not in refused.stderr
