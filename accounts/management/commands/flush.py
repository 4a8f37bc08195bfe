"""`manage.py flush`, Django's own, where the audit record would refuse it: development and tests."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections

from accounts import audit_guards


class Command(flush.Command):
    """Empty every table. In production the audit record stays, so nothing is emptied there."""

    def handle(self, **options: Any) -> None:
        """Django's flush with the protection of the audit record lifted. Raises CommandError in production."""
        if settings.PRODUCTION:
            raise CommandError("Production keeps its audit record: drop the whole database if that is what is meant.")
        with audit_guards.lifted(connections[options["database"]]):
            super().handle(**options)
