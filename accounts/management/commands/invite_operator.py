"""`manage.py invite_operator EMAIL --name NAME`: a system administrator, invited by whoever runs the machine."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from accounts.refusals import Refused
from accounts.services import invite_operator


class Command(BaseCommand):
    """The first system administrator, or one after all others have left. Everybody else is invited at the desk."""

    help = "Invite a system administrator: prints the link that opens the account, and mails it. It stands on record."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom."""
        parser.add_argument("email", help="work e-mail; the link is for this account alone")
        parser.add_argument("--name", required=True, help="the person's name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Invite, and print the link: where no mail can be sent yet it is the only way in."""
        try:
            invitation, token = invite_operator(email=options["email"], name=options["name"][:50], now=timezone.now())
        except Refused as refused:
            raise CommandError(str(refused.message)) from refused
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(settings.ENV.PUBLIC_BASE_URL + reverse("accounts:accept", args=[token]))
        self.stdout.write(f"valid until {timezone.localtime(invitation.expires_at).isoformat(timespec='minutes')}")
