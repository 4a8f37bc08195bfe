"""`manage.py load_divisions`: bring the divisions up to date."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from directory.divisions import (
    SHIPPED_AS_OF,
    SHIPPED_DIVISIONS,
    SHIPPED_SUCCESSORS,
    BadDivisionTable,
    OlderThanLoaded,
    load_divisions,
    read_divisions,
    read_successors,
)


def day(text: str) -> date:
    """A day written as 2026-09-11. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day like 2026-09-11") from error


class Command(BaseCommand):
    """Create, update, close and reopen divisions; safe to repeat."""

    help = (
        "Bring the divisions up to date from the table that comes with the program, or from a newer one. "
        "Codes that vanished are closed, never deleted. Running it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The table, the day it describes, and a word for the unusual."""
        parser.add_argument("--file", type=Path, help="CSV: code,name,level,parent_code; else the one that is shipped")
        parser.add_argument(
            "--successors", type=Path, default=SHIPPED_SUCCESSORS, help="CSV: code,successor of closed codes"
        )
        parser.add_argument("--as-of", type=day, help="the day the table describes, such as 2027-06-30; else today")
        parser.add_argument("--really", action="store_true", help="allow closing more than a tenth of all codes")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, and say what changed. Raises CommandError when the table is refused."""
        path: Path | None = options["file"]
        today = timezone.localdate()
        as_of: date = options["as_of"] or (today if path else SHIPPED_AS_OF)
        if as_of > today:
            raise CommandError(f"{as_of} has not come yet. Load the table when it applies.")
        try:
            report = load_divisions(
                read_divisions(path or SHIPPED_DIVISIONS),
                read_successors(options["successors"]),
                as_of=as_of,
                allow_many_closures=options["really"],
            )
        except OlderThanLoaded as error:
            if path:
                raise CommandError(str(error)) from error
            # Every start loads the shipped table; one that was loaded by hand since then must survive that.
            self.stdout.write("Divisions: a newer table than the shipped one is loaded already; nothing changed.")
        except (BadDivisionTable, OSError) as error:
            raise CommandError(str(error)) from error
        else:
            self.stdout.write(f"Divisions as of {as_of}: {report}.")
