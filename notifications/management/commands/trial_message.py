"""`manage.py trial_message email desk@example.org`: does the way out work?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from notifications.services import queue_message
from notifications.states import Medium


class Command(BaseCommand):
    """Queue a message that says nothing, to try the worker and the provider."""

    help = "Queue a trial message; the running worker sends it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Channel and recipient; the language may be chosen."""
        parser.add_argument("channel", choices=Medium.values)
        parser.add_argument("recipient")
        parser.add_argument("--language", choices=list(dict(settings.LANGUAGES)), default=settings.LANGUAGE_CODE)
        parser.add_argument("--key", help="the event key; a key that was used before sends nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue it and say under which key."""
        now = timezone.localtime()
        try:
            with transaction.atomic():
                message = queue_message(
                    event_key=options["key"] or f"trial:{now:%Y%m%d-%H%M%S-%f}",
                    channel=options["channel"],
                    template="notifications/trial",
                    language=options["language"],
                    recipient=options["recipient"],
                    context={"queued_at": f"{now:%Y-%m-%d %H:%M}"},
                )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"queued as {message.event_key}: {message.get_state_display()}")
