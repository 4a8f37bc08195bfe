"""Changing keys: everything sealed is sealed anew with the newest one, while the service runs.

The order that loses nothing: new key first in `VAULT_KEYS`, the old one behind it; restart every process; rotate;
only then drop the old key. A rotation may be broken off and started again: what is done is recognised and skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps as all_apps
from django.apps.registry import Apps
from django.db import transaction
from django.db.models import TextField, Value

from vault.checks import CANARY
from vault.columns import SealedColumn, sealed_columns
from vault.derive import key_name, ring_keys
from vault.files import reseal_file
from vault.keys import CannotUnseal, ring
from vault.models import KeyCheck

BATCH = 500


@dataclass(frozen=True)
class Rotated:
    """What one pass found in one place."""

    place: str
    resealed: int = 0
    already_newest: int = 0
    changed_meanwhile: int = 0
    """Left alone: somebody else wrote the row between our reading and our writing. The next pass looks at it."""
    unreadable: int = 0
    """Sealed with a key that is not in the ring."""

    @property
    def is_done(self) -> bool:
        """Whether everything here is now sealed with the newest key."""
        return not (self.changed_meanwhile or self.unreadable)

    def __add__(self, other: Rotated) -> Rotated:
        return replace(
            self,
            resealed=self.resealed + other.resealed,
            already_newest=self.already_newest + other.already_newest,
            changed_meanwhile=self.changed_meanwhile + other.changed_meanwhile,
            unreadable=self.unreadable + other.unreadable,
        )


def rotate_columns(*, batch: int = BATCH, registry: Apps = all_apps) -> Iterator[Rotated]:
    """Seal every sealed column anew with the newest key, `batch` rows a transaction; a count after each column."""
    for column in sealed_columns(registry):
        total = Rotated(str(column))
        last = None
        while rows := next_rows(column, last, batch):
            with transaction.atomic():
                for key, token in rows:
                    total += rotate_value(column, key, token)
            last = rows[-1][0]
        yield total


def next_rows(column: SealedColumn, last: object, batch: int) -> list[tuple[object, str]]:
    """The rows after primary key `last`, with their sealed text."""
    rows = column.tokens().order_by("pk")
    if last is not None:
        rows = rows.filter(pk__gt=last)
    return list(rows.values_list("pk", "token")[:batch])


def rotate_value(column: SealedColumn, key: object, token: str) -> Rotated:
    """Seal one value anew, unless it is already, or was written by somebody else since it was read."""
    place = str(column)
    if is_newest(token):
        return Rotated(place, already_newest=1)
    try:
        renewed = ring().rotate(token.encode()).decode()
    except InvalidToken:
        return Rotated(place, unreadable=1)
    # Only where the row still holds the text that was read. The cast in `tokens` and the plain Value keep the field
    # from sealing what is sealed already.
    written = column.tokens().filter(pk=key, token=token).update(**{column.field: Value(renewed, TextField())})
    return Rotated(place, resealed=1) if written else Rotated(place, changed_meanwhile=1)


def is_newest(token: str) -> bool:
    """Whether the newest key sealed this text."""
    try:
        Fernet(ring_keys()[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def rotate_files(*, folder: Path) -> Rotated:
    """Seal every file under `folder` anew with the newest key. Raises StorageFull.

    A file that is deleted meanwhile is no fault. Drafts (`.…part`) that a killed process left are not touched.
    """
    total = Rotated(str(folder))
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        try:
            total += Rotated("", resealed=1) if reseal_file(path) else Rotated("", already_newest=1)
        except FileNotFoundError:
            continue
        except CannotUnseal:
            total += Rotated("", unreadable=1)
    return total


@transaction.atomic
def retire_old_keys() -> int:
    """Forget every key but the newest, so that the others may leave the ring; how many were forgotten.

    Only after a rotation that left nothing behind, with every process on the new ring.
    """
    newest = key_name(ring_keys()[0])
    KeyCheck.objects.get_or_create(key_id=newest, defaults={"canary": CANARY})
    forgotten, _ = KeyCheck.objects.exclude(key_id=newest).delete()
    return forgotten
