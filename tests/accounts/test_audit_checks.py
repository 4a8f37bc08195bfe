"""A deployment that does not protect its audit record is told so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts import audit_guards
from accounts.audit import record
from accounts.audit_checks import audit_is_protected

pytestmark = pytest.mark.django_db
ROLE = "audit_check_role"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def found() -> set[str]:
    return {str(message.id) for message in audit_is_protected(databases=["default"])}


def test_a_trigger_that_is_gone_is_an_error():
    assert "accounts.E001" not in found()
    audit_guards.remove(connection)
    assert "accounts.E001" in found()


def test_no_database_is_asked_unless_it_is_named():
    assert audit_is_protected(databases=None) == []


def test_on_postgresql_a_role_that_owns_the_tables_is_a_warning_and_another_is_not():
    if connection.vendor != "postgresql":
        assert found() == set()
        return
    assert found() == {"accounts.W001"}
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    assert found() == set()


def test_the_role_that_the_decision_recommends_can_write_the_record_and_nothing_else():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT ON accounts_auditrow TO {ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE ON accounts_audithead TO {ROLE}")
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    record(action="people.looked_at", actor=None, now=NOW)
    for sql in (
        "ALTER TABLE accounts_auditrow DISABLE TRIGGER USER",
        "DROP TRIGGER audit_row_kept ON accounts_auditrow",
        "TRUNCATE accounts_auditrow",
        "DELETE FROM accounts_auditrow",
        "UPDATE accounts_auditrow SET actor_name = 'x'",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
