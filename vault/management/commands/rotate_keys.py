"""`manage.py rotate_keys`: seal everything anew with the newest key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from vault.checks import assert_keys_open_data
from vault.rotation import BATCH, Rotated, retire_old_keys, rotate_columns, rotate_files


class Command(BaseCommand):
    """Every sealed field and file, then the old keys are retired. May be broken off and run again."""

    help = (
        "Seal every sealed field and evidence file anew with the first of VAULT_KEYS. Put the new key first, keep the "
        "old one behind it, and restart every process before. Afterwards the old key may go."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How many rows one transaction takes."""
        parser.add_argument("--batch", type=int, default=BATCH, help="rows in one transaction")

    def handle(self, *_: Any, batch: int, **__: Any) -> None:
        """Rotate, report, retire. Raises CommandError where something is left under an old key."""
        if batch < 1:
            raise CommandError("--batch must be 1 or more.")
        assert_keys_open_data()
        results = []
        for rotated in rotate_columns(batch=batch):
            self.report(rotated)
            results.append(rotated)
        files = rotate_files(folder=Path(settings.STORAGES["evidence"]["OPTIONS"]["location"]))
        self.report(files)
        if not all(rotated.is_done for rotated in [*results, files]):
            raise CommandError("Something is left under an old key: keep it in VAULT_KEYS and run this again.")
        self.stdout.write(f"Old keys retired: {retire_old_keys()}. They may leave VAULT_KEYS now.")

    def report(self, rotated: Rotated) -> None:
        """One line of counts."""
        self.stdout.write(
            f"{rotated.place}: {rotated.resealed} sealed anew, {rotated.already_newest} already new, "
            f"{rotated.changed_meanwhile} changed meanwhile, {rotated.unreadable} unreadable"
        )
