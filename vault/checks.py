"""No process starts with a key ring that does not open the data that is there."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.db.models import F, TextField
from django.db.models.functions import Cast

from vault.columns import sealed_columns
from vault.derive import key_name, ring_keys
from vault.keys import CannotUnseal, unseal

CANARY = "this opens"
WHAT_TO_DO = (
    "Put the missing key back at the end of VAULT_KEYS. To change keys, put the new one first, restart everything, "
    "run `manage.py rotate_keys`, and only then take the old one away."
)


class WrongKeys(ImproperlyConfigured):
    """The key ring does not open the data of this database. The message says which key is missing."""


def assert_keys_open_data() -> None:
    """Raise WrongKeys unless the ring opens everything sealed so far; then make the newest key known.

    Called at the start of the web server and of the worker, and by commands that write personal data. Says nothing
    before the tables exist. Of data without any known key (a partial restore), one value of every sealed column is
    tried. Raises OperationalError where the database does not answer: without it nothing can be known.
    """
    if not key_checks_exist():
        return
    faults = ring_faults()
    if faults:
        raise WrongKeys(" ".join([*faults, WHAT_TO_DO]))
    key_checks = apps.get_model("vault", "KeyCheck").objects
    key_checks.get_or_create(key_id=key_name(ring_keys()[0]), defaults={"canary": CANARY})


def stop_unless_keys_open_data(**_: Any) -> None:
    """End this process with one clear line unless the ring opens the data (as a Celery receiver, too).

    SystemExit, because Celery only logs the exceptions of its signal receivers and goes on.
    """
    try:
        assert_keys_open_data()
    except WrongKeys as error:
        sys.stderr.write(f"vault: {error}\n")
        sys.exit(os.EX_CONFIG)
    finally:
        connections.close_all()  # a worker forks after this: no child may inherit the connection


def check_keys(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Django's database check: an error for each key that is missing. Reads only."""
    if not databases or connection.alias not in databases or not key_checks_exist():
        return []
    return [Error(fault, hint=WHAT_TO_DO, id="vault.E001") for fault in ring_faults()]


def key_checks_exist() -> bool:
    """Whether the migrations of this app have run."""
    model = apps.get_model("vault", "KeyCheck")
    return model._meta.db_table in connection.introspection.table_names()


def ring_faults() -> list[str]:
    """What the ring does not open, one sentence each."""
    key_checks = apps.get_model("vault", "KeyCheck")
    if not ring_keys():
        return ["VAULT_KEYS is empty."]
    rows = key_checks.objects.annotate(token=Cast(F("canary"), TextField())).values_list("key_id", "token")
    if not rows:
        return unopened_columns()
    ours = {key_name(key) for key in ring_keys()}
    return [
        f"Data here is sealed with key {name}, which is not in VAULT_KEYS."
        for name, token in rows
        if name not in ours or not opens(token)
    ]


def opens(token: str) -> bool:
    """Whether some key of the ring opens this text."""
    try:
        unseal(token)
    except CannotUnseal:
        return False
    return True


def unopened_columns() -> list[str]:
    """A sentence for each sealed column whose first value does not open; tables still to be made are passed over."""
    tables = set(connection.introspection.table_names())
    columns = [column for column in sealed_columns(apps) if column.model._meta.db_table in tables]
    firsts = {column: column.tokens().values_list("token", flat=True).first() for column in columns}
    return [
        f"{column} is sealed with a key that is not in VAULT_KEYS."
        for column, token in firsts.items()
        if token is not None and not opens(token)
    ]
