"""The database refuses to change or remove what was recorded, whoever asks, and Django's tools still work."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts import audit_guards
from accounts.audit import record
from accounts.models import AuditHead, AuditRow, User

NOW = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def three_rows() -> None:
    for number in range(3):
        record(action="people.looked_at", actor=None, detail={"number": number}, now=NOW)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE accounts_auditrow SET actor_name = 'nobody' WHERE number = 2",
        "UPDATE accounts_auditrow SET number = 9 WHERE number = 2",
        "DELETE FROM accounts_auditrow WHERE number = 3",
        "DELETE FROM accounts_auditrow",
        "DELETE FROM accounts_audithead",
        "UPDATE accounts_audithead SET number = 2",
        "UPDATE accounts_audithead SET number = 4",
        "UPDATE accounts_audithead SET hash = 'x'",
    ],
)
def test_sql_that_changes_or_removes_is_refused(sql):
    three_rows()
    kept = list(AuditRow.objects.values()), list(AuditHead.objects.values())
    with pytest.raises(IntegrityError, match=audit_guards.WORDS), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert (list(AuditRow.objects.values()), list(AuditHead.objects.values())) == kept


@pytest.mark.parametrize("table", audit_guards.TABLES)
def test_truncate_is_refused_on_postgresql(table):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    three_rows()
    with pytest.raises(IntegrityError, match=audit_guards.WORDS), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
    assert AuditRow.objects.count() == 3


@pytest.mark.parametrize("table", ["accounts_auditrow (number", "accounts_audithead (id"])
def test_replacing_a_row_is_refused_on_sqlite(table):
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE belongs to SQLite")
    three_rows()
    with pytest.raises(IntegrityError, match=audit_guards.WORDS), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT OR REPLACE INTO {table}) VALUES (1)")


def test_the_orm_is_refused_as_well():
    three_rows()
    row = AuditRow.objects.get(number=2)
    row.actor_name = "nobody"
    for deed in (row.save, row.delete, AuditRow.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()


def test_every_trigger_is_in_force_after_all_migrations():
    assert audit_guards.missing(connection) == set()


def test_a_dropped_trigger_is_missed():
    audit_guards.remove(connection)
    assert audit_guards.missing(connection) == set(audit_guards.names(connection))
    audit_guards.install(connection)


def test_a_trigger_that_is_only_switched_off_is_missed():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot switch a trigger off")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditrow DISABLE TRIGGER audit_row_kept")
    assert audit_guards.missing(connection) == {"audit_row_kept"}


def test_protection_stands_again_after_it_was_lifted():
    three_rows()
    with audit_guards.lifted(connection):
        AuditRow.objects.filter(number=1).delete()
    assert audit_guards.missing(connection) == set()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditRow.objects.filter(number=2).delete()


def remove_and_stumble() -> None:
    with audit_guards.lifted(connection):
        AuditRow.objects.all().delete()
        raise KeyError


def test_an_error_while_it_is_lifted_leaves_everything_as_it_was():
    three_rows()
    with pytest.raises(KeyError):
        remove_and_stumble()
    assert AuditRow.objects.count() == 3
    assert audit_guards.missing(connection) == set()


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_tables_and_the_chain_begins_anew():
    with transaction.atomic():
        three_rows()
    User.objects.create_user("somebody", password="x")
    call_command("flush", interactive=False, verbosity=0)
    assert not User.objects.exists()
    assert audit_guards.missing(connection) == set()
    with transaction.atomic():
        assert record(action="people.looked_at", actor=None, now=NOW).number == 1


@pytest.mark.django_db(transaction=True)
def test_flush_is_refused_in_production(settings):
    settings.PRODUCTION = True
    User.objects.create_user("somebody", password="x")
    with pytest.raises(CommandError, match="keeps its audit record"):
        call_command("flush", interactive=False, verbosity=0)
    assert User.objects.exists()
    settings.PRODUCTION = False  # pytest-django's own clean-up flushes before settings are put back


def test_a_database_without_protection_is_refused_in_words():
    class Oracle(BaseDatabaseWrapper):
        vendor = "oracle"

        def __init__(self):
            """Never connects."""

    with pytest.raises(audit_guards.NoGuards, match="oracle"):
        audit_guards.install(Oracle())
