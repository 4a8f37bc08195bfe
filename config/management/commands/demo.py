"""`manage.py demo`: invented institutions, ambulances and complaints on the real divisions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import click
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from config.demo.accounts import make_accounts
from config.demo.applications import APPLICATIONS, Applications
from config.demo.cases import make_complaints
from config.demo.fleet import Fleet
from config.demo.handling import STORIES, Stories
from config.demo.world import make_authorities, make_institutions, places
from directory.models import Division, Institution
from registry.standing import Standing


class Command(BaseCommand):
    """Fill an empty database with demo data, the same for the same seed and day."""

    help = "Invented data on real divisions, for an empty database. Never in production."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of each."""
        parser.add_argument("--institutions", type=int, default=60)
        parser.add_argument("--ambulances", type=int, default=400)
        parser.add_argument("--complaints", type=int, default=44)
        parser.add_argument("--seed", type=int, default=1, help="The same seed makes the same data.")
        parser.add_argument("--if-empty", action="store_true", help="Do nothing when there is data already.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the data. Raises CommandError in production and when there is data already."""
        if settings.PRODUCTION:
            raise CommandError("Demo data never goes into production.")
        if min(options["institutions"], options["ambulances"]) < 1 or options["complaints"] < 0:
            raise CommandError("At least one institution and one ambulance are needed.")
        if Institution.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There is data already. Use an empty database: another VAR_DIR or DATABASE_URL.")
        if not Division.objects.exists():
            raise CommandError("No divisions are loaded. Run manage.py load_divisions first.")
        self.make(options, Random(options["seed"]))  # noqa: S311 - repeatable on purpose

    def make(self, options: dict[str, Any], random: Random) -> None:
        """Everything in its order. Registry and bodies appear whole or not at all."""
        now = timezone.localtime().replace(microsecond=0)
        with transaction.atomic():
            make_authorities(random)
            with self.bar("institutions", options["institutions"]) as step:
                institutions = make_institutions(options["institutions"], random, now.date(), places().counties, step)
            with self.bar("ambulances", options["ambulances"]) as step:
                Fleet(random, now, institutions).make(options["ambulances"], step)
            make_accounts(institutions)
        with self.bar("complaints", options["complaints"]) as step:
            make_complaints(options["complaints"], random, now, step)
        if options["complaints"]:  # without, nobody has done anything yet
            with self.bar("applications", APPLICATIONS) as step:
                Applications(now).make(step)
            with self.bar("cases", STORIES) as step:
                Stories(now).tell(step)
        self.stdout.write(f"Demo data is in place; every one of {len(Standing) - 2} public standings can be seen.")

    @contextmanager
    def bar(self, label: str, length: int) -> Iterator[Callable[[int], None]]:
        """A progress bar; on a plain log only its label."""
        with click.progressbar(length=length, label=f"· {label:<12}", file=sys.stdout) as progress:
            yield progress.update
