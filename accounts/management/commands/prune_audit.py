"""`manage.py prune_audit [--dry-run]`: remove rows of the audit record older than `AUDIT_KEEP_DAYS`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.audit_prune import prunable_through, prune_audit
from accounts.audit_verify import verify


class Command(BaseCommand):
    """Never removes from a record that is not whole: that would hide what happened to it."""

    help = "Remove rows of the audit record older than AUDIT_KEEP_DAYS. Run it as the role that owns the tables."

    def add_arguments(self, parser: CommandParser) -> None:
        """Without arguments rows are removed."""
        parser.add_argument("--dry-run", action="store_true", help="only say up to which row")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, remove, say how many. Raises CommandError when the record is not whole."""
        now, keep_days = timezone.now(), settings.ENV.AUDIT_KEEP_DAYS
        if options["dry_run"]:
            through = prunable_through(keep_days=keep_days, now=now)
            self.stdout.write(f"Rows up to {through} would be removed." if through else "Nothing is old enough.")
            return
        if not verify().is_whole:
            raise CommandError("The record is not whole. Nothing was removed; see `manage.py verify_audit`.")
        self.stdout.write(f"{prune_audit(keep_days=keep_days, now=now)} rows removed.")
