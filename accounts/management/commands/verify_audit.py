"""`manage.py verify_audit [--from N] [--head-file F]`: is the audit record whole?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.audit_verify import verify
from accounts.published_heads import BadHeadFile, add_head, read_heads


class Command(BaseCommand):
    """Name every row that was altered, removed, moved or put in; exit status 1 if there is one."""

    help = "Verify the audit record. Exit status 1, and the rows named, when something is wrong with it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Without arguments the whole record is walked."""
        parser.add_argument("--from", type=int, default=1, dest="start", help="begin at this row")
        parser.add_argument(
            "--head-file",
            type=Path,
            help="compare with the heads in this file, and add the present one; keep a copy where nobody who runs "
            "the database can write",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk, say what was found, and end with 1 if that is anything."""
        start, path = options["start"], options["head_file"]
        if start < 1:
            raise CommandError("--from: rows are numbered from 1.")
        try:
            report = verify(start=start, published=read_heads(path) if path else None)
            if report.is_whole and path:
                add_head(path, report, timezone.now())
        except (BadHeadFile, OSError) as error:
            raise CommandError(str(error)) from error
        if not report.is_whole:
            for fault in report.faults:
                self.stderr.write(self.style.ERROR(fault))
            sys.exit(1)
        if report.pruned_through:
            self.stdout.write(f"begins after row {report.pruned_through}: older rows were pruned, and a row says so.")
        self.stdout.write(f"{report.rows} rows, whole.")
        self.stdout.write(f"head {report.number} {report.hash}")
