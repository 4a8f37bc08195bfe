"""The writing of the audit record: one row per deed, in the transaction of the deed, chained by a hash.

The hash of a row is the SHA-256, in lower-case hexadecimal, of its canonical form: one JSON array, in ASCII
(everything else escaped by its UTF-16 code), without spaces, keys of objects sorted, of

    number, instant in microseconds since 1970-01-01 UTC, actor id or null, actor_name, institution_id or null,
    authority_id or null, division_code, address, action, object_type, object_id, is_success, detail, previous_hash

The first row follows the empty text. Nothing in it depends on the database: whole numbers, text without NUL and lone
surrogates, true and false come back from SQLite and PostgreSQL as they were written, so that anybody can compute
the chain again from an export. `accounts.audit_verify` does.

Law: 网络安全法 art. 21 (records of at least six months), GB/T 22239 8.1.4.3 (records are protected from alteration).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Model

from accounts.models import AuditHead, AuditRecusal, AuditRow, User

JSON = str | int | bool | list[str] | None
"""What a value of `detail` may be."""

NAME: Final = re.compile(r"[a-z][a-z0-9_.]*")
TEXT_LIMIT: Final = 200
"""Characters of one text in `detail`. Whoever needs more is about to write down the data itself."""
LIST_LIMIT: Final = 60
"""Entries of one list in `detail`."""
UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


class NotInTransaction(RuntimeError):
    """A deed and its row are written together or not at all: `record` needs the transaction of the deed."""


class BadDetail(ValueError):
    """A detail is something else than a field name, a state, a count or a short list of such."""


def record(
    *,
    action: str,
    actor: User | None,
    address: str = "",
    thing: Model | None = None,
    division_code: str = "",
    is_success: bool = True,
    detail: Mapping[str, JSON] | None = None,
    now: datetime,
) -> AuditRow:
    """Append one row to the chain, inside the transaction of the deed and as its last statement.

    From here to the end of the transaction every other writer of the record waits, hence the last statement.
    `actor` is None for the system and for the public; a row is its body's, or the body's of the person it is about. For
    a key of another system the row names the key. `address` is the client's. `thing` gives kind, key and, unless
    `division_code` is given, the division it lies in. `detail` holds names of fields, states and counts, never
    personal data. `now` must know its time zone.

    Raises NotInTransaction, BadDetail, and ValueError for an `action` or `now` that cannot be written.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("audit.record() must run inside transaction.atomic(), with the deed it records.")
    if not NAME.fullmatch(action) or len(action) > 60:
        raise ValueError(f"{action!r} is no name of a deed: write it like `people.role_given`, at most 60 characters.")
    if now.tzinfo is None:
        raise ValueError("The instant of a deed must know its time zone.")
    body = actor or (thing if isinstance(thing, User) else None)
    head = _locked_head()
    row = AuditRow(
        number=head.number + 1,
        at=now,
        actor=actor,
        actor_name=_plain(name_of(actor), 150) if actor else "",
        institution_id=body.institution_id if body else None,
        authority_id=body.authority_id if body else None,
        division_code=division_code or getattr(thing, "division_id", None) or "",
        address=_plain(address, 45),
        action=action,
        object_type=thing._meta.label if thing is not None else "",
        object_id=str(thing.pk) if thing is not None else "",
        is_success=is_success,
        detail=checked(detail or {}),
        previous_hash=head.hash,
    )
    row.hash = row_hash(row)
    row.save(force_insert=True)
    AuditHead.objects.filter(pk=head.pk).update(number=row.number, hash=row.hash)
    return row


def record_refusal(
    *,
    action: str,
    actor: User | None,
    address: str = "",
    thing: Model | None = None,
    division_code: str = "",
    detail: Mapping[str, JSON] | None = None,
    now: datetime,
) -> AuditRow:
    """Append the row of a deed that was refused, in a transaction of its own.

    To be called after the refused transaction has been rolled back. Raises RuntimeError inside a transaction, where
    the row would vanish with it; otherwise as `record`.
    """
    with transaction.atomic(durable=True):
        return record(
            action=action,
            actor=actor,
            address=address,
            thing=thing,
            division_code=division_code,
            is_success=False,
            detail=detail,
            now=now,
        )


def withhold(*, user: User, thing: Model, name: str) -> None:
    """From now on `user` reads no row about `thing`, which details call `name`; nothing is taken from anybody else.

    Belongs into the transaction in which the person steps aside. Saying it twice is no error.
    """
    AuditRecusal.objects.get_or_create(
        user=user, object_type=thing._meta.label, object_id=str(thing.pk), defaults={"name": name}
    )


def name_of(actor: User) -> str:
    """The person's name, or that of the key through which a system acts in the person's stead."""
    key = actor.through_key
    return f"{key.name} ({key})" if key else str(actor)


def row_hash(row: AuditRow) -> str:
    """The hash a row must have, by its other columns. See the head of this file for the exact form."""
    return hashlib.sha256(canonical(row).encode("ascii")).hexdigest()


def canonical(row: AuditRow) -> str:
    """The text that is hashed."""
    return json.dumps(
        [
            row.number,
            (row.at - EPOCH) // MICROSECOND,
            row.actor_id,
            row.actor_name,
            row.institution_id,
            row.authority_id,
            row.division_code,
            row.address,
            row.action,
            row.object_type,
            row.object_id,
            row.is_success,
            row.detail,
            row.previous_hash,
        ],
        ensure_ascii=True,
        allow_nan=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def checked(detail: Mapping[str, JSON]) -> dict[str, JSON]:
    """`detail` as it may be kept. Raises BadDetail, naming the key, for anything but names, states and counts."""
    for key, value in detail.items():
        if not NAME.fullmatch(key) or len(key) > 60:
            raise BadDetail(f"{key!r} is no name of a detail: small letters, digits and underscores.")
        if isinstance(value, list):
            if len(value) > LIST_LIMIT or not all(isinstance(entry, str) and _is_short(entry) for entry in value):
                raise BadDetail(f"{key}: a list has at most {LIST_LIMIT} short texts.")
        elif isinstance(value, str):
            if not _is_short(value):
                raise BadDetail(f"{key}: a text has at most {TEXT_LIMIT} characters, no control characters.")
        elif value is not None and not (isinstance(value, int) and abs(value) < 2**53):
            raise BadDetail(f"{key}: texts, whole numbers, true, false or lists of texts, not {type(value).__name__}.")
    return {key: list(value) if isinstance(value, list) else value for key, value in detail.items()}


def _is_short(text: str) -> bool:
    return len(text) <= TEXT_LIMIT and _plain(text, TEXT_LIMIT) == text


def _plain(text: str, limit: int) -> str:
    """Without what a database refuses or changes: control characters and lone surrogates."""
    return UNWRITABLE.sub("", text)[:limit]


def _locked_head() -> AuditHead:
    """The end of the chain, locked until the transaction ends. SQLite locks the whole database instead (IMMEDIATE)."""
    head = AuditHead.objects.select_for_update().first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead(pk=1)], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get()
    return head
