"""What the database itself refuses: changing or removing a row of the audit record, and moving its head backwards.

Triggers on SQLite and PostgreSQL. Whoever owns the tables can lift them, which is why the application's role should
not be the owner (`accounts.audit_checks`), why rows are chained, and why the head is published outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES: Final = ("accounts_auditrow", "accounts_audithead")
WORDS: Final = "The audit record is only ever added to"

FORWARD: Final = """
    NEW.id = OLD.id AND NEW.number = OLD.number + 1 AND EXISTS (
        SELECT 1 FROM accounts_auditrow
        WHERE number = NEW.number AND hash = NEW.hash AND previous_hash = OLD.hash)
"""
"""The one step the head may take: to a row that is there and follows the last."""

POSTGRESQL: Final = (
    f"""
    CREATE OR REPLACE FUNCTION accounts_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{WORDS}: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION accounts_audit_head_step() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {FORWARD} THEN RETURN NEW; END IF;
        RAISE EXCEPTION '{WORDS}: the head moves forward only' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """CREATE TRIGGER audit_row_kept BEFORE UPDATE OR DELETE ON accounts_auditrow
       FOR EACH ROW EXECUTE FUNCTION accounts_audit_refuse()""",
    """CREATE TRIGGER audit_rows_kept BEFORE TRUNCATE ON accounts_auditrow
       FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_refuse()""",
    """CREATE TRIGGER audit_head_forward BEFORE UPDATE ON accounts_audithead
       FOR EACH ROW EXECUTE FUNCTION accounts_audit_head_step()""",
    """CREATE TRIGGER audit_head_kept BEFORE DELETE ON accounts_audithead
       FOR EACH ROW EXECUTE FUNCTION accounts_audit_refuse()""",
    """CREATE TRIGGER audit_heads_kept BEFORE TRUNCATE ON accounts_audithead
       FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_refuse()""",
)

REFUSE: Final = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
SQLITE: Final = (
    f"CREATE TRIGGER audit_row_unchanged BEFORE UPDATE ON accounts_auditrow {REFUSE}",
    f"CREATE TRIGGER audit_row_kept BEFORE DELETE ON accounts_auditrow {REFUSE}",
    # INSERT OR REPLACE removes the old row without asking the trigger on DELETE.
    f"""CREATE TRIGGER audit_row_not_replaced BEFORE INSERT ON accounts_auditrow
        WHEN EXISTS (SELECT 1 FROM accounts_auditrow WHERE number = NEW.number) {REFUSE}""",  # noqa: S608  # constants
    f"CREATE TRIGGER audit_head_forward BEFORE UPDATE ON accounts_audithead WHEN NOT ({FORWARD}) {REFUSE}",
    f"CREATE TRIGGER audit_head_kept BEFORE DELETE ON accounts_audithead {REFUSE}",
    f"""CREATE TRIGGER audit_head_not_replaced BEFORE INSERT ON accounts_audithead
        WHEN EXISTS (SELECT 1 FROM accounts_audithead WHERE id = NEW.id) {REFUSE}""",  # noqa: S608  # constants
)

IN_FORCE: Final = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'audit\\_%' AND tgenabled IN ('O', 'A')"
    " AND tgrelid IN (to_regclass('accounts_auditrow'), to_regclass('accounts_audithead'))",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit\\_%' ESCAPE '\\'",
}
EXPECTED: Final = {"postgresql": POSTGRESQL, "sqlite": SQLITE}


class NoGuards(NotImplementedError):
    """The database is neither SQLite nor PostgreSQL: nothing would protect the record."""


def install(connection: BaseDatabaseWrapper) -> None:
    """Create every trigger. Raises NoGuards on a database that none are written for."""
    _run(connection, *statements(connection))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop every trigger, for the way back of the migration."""
    on_table = connection.vendor == "postgresql"
    for name, table in names(connection).items():
        _run(connection, f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on_table else ""))


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Inside, rows can be removed, in one transaction at whose end the triggers stand again. Needs the owner's role."""
    with transaction.atomic(using=connection.alias):
        if connection.vendor == "postgresql":
            _run(connection, *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in TABLES))
            yield
            _run(connection, *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in TABLES))
        else:
            remove(connection)
            yield
            install(connection)


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that are not there, or not in force."""
    expected = names(connection)
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE[connection.vendor])
        return set(expected) - {name for (name,) in cursor.fetchall()}


def role_may_lift(connection: BaseDatabaseWrapper) -> bool:
    """On PostgreSQL: whether the role of this connection is a member of the owner's, or a superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'accounts_auditrow'::regclass")
        return bool(cursor.fetchone()[0])


def names(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Trigger → table."""
    words = [statement.split() for statement in statements(connection) if "CREATE TRIGGER" in statement]
    return {found[2]: found[found.index("ON") + 1] for found in words}


def statements(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The SQL of this sort of database. Raises NoGuards."""
    if connection.vendor not in EXPECTED:
        raise NoGuards(f"The audit record has no protection on {connection.vendor}: use PostgreSQL or SQLite.")
    return EXPECTED[connection.vendor]


def _run(connection: BaseDatabaseWrapper, *found: str) -> None:
    with connection.cursor() as cursor:
        for statement in found:
            cursor.execute(statement)
