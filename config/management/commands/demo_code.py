"""`manage.py demo_code EMAIL`: the code that the phone of a demo account would show now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.second_factor import totp_code
from config.demo.accounts import ACCOUNTS, secret_of


class Command(BaseCommand):
    """Print six digits, good for about half a minute and for one sign-in."""

    help = "The current code of a demo account's phone. Never in production."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose phone."""
        parser.add_argument("email", help="The demo account, such as reviewer@demo.example.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the code. Raises CommandError in production and for any other account."""
        if settings.PRODUCTION:
            raise CommandError("There are no demo accounts in production.")
        emails = [account.email for account in ACCOUNTS]
        if options["email"] not in emails:
            raise CommandError(f"No demo account is called that. There are: {', '.join(emails)}.")
        self.stdout.write(totp_code(secret_of(options["email"]), timezone.now()))
