"""Is the audit record protected where this program runs? Found by `manage.py check --deploy --database default`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from accounts import audit_guards

HINT = "See docs/decisions/0010-audit.md."


@checks.register(checks.Tags.database, deploy=True)
def audit_is_protected(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Every trigger is in force, and the role of the program does not own the tables and so cannot lift them."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if "accounts_auditrow" not in connection.introspection.table_names():
            continue
        missing = audit_guards.missing(connection)
        if missing:
            text = f"Triggers of the audit record are not in force: {', '.join(sorted(missing))}."
            found.append(checks.Error(text, hint=HINT, id="accounts.E001"))
        if connection.vendor == "postgresql" and audit_guards.role_may_lift(connection):
            text = "The database role of the program owns the audit tables, and could lift their protection."
            found.append(checks.Warning(text, hint=HINT, id="accounts.W001"))
    return found
