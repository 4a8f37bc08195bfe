"""`manage.py suspend_outbox --before 2026-11-23T10:00`: after a restore from a backup."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from notifications.services import suspend_older_than


def moment(text: str) -> datetime:
    """An instant; without an offset it is local time (`TIME_ZONE`). Raises CommandError."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"{text!r} is no moment: write it like 2026-11-23T10:00 or 2026-11-23T10:00+08:00")
    return timezone.make_aware(found) if found.tzinfo is None else found


class Command(BaseCommand):
    """Hold back unsent messages, so that a restored backup does not send everything twice."""

    help = "Suspend every unsent message queued before a moment (after a restore; stop the workers first)."

    def add_arguments(self, parser: CommandParser) -> None:
        """One moment is required: there is no safe default."""
        parser.add_argument("--before", required=True, help="the moment of the restore, e.g. 2026-11-23T10:00")

    def handle(self, *args: Any, **options: Any) -> None:
        """Suspend and say how many."""
        count = suspend_older_than(moment=moment(options["before"]))
        self.stdout.write(f"{count} messages suspended. Look at them in the admin and send again what is still due.")
