"""`manage.py deadline --received 2026-02-13T16:00+08:00 --limit 5wd`: by when something is due, and why then."""

from __future__ import annotations

import json
import re
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.db import DatabaseError
from django.utils import timezone

from complaints.clock import Rule, Step, rule_for
from complaints.rules import calendar, rules_in
from directory.clock import SHANGHAI, Due, Limit, Pause, due_date
from directory.kinds import AuthorityKind
from directory.models import Division

BAD_INPUT = 2
"""The exit status for what was asked wrongly."""

DESCRIPTION = """\
Say by when something is due, as JSON on one line:
  {"due_on": "2026-02-27", "provisional": false,
   "skipped": [{"day": "2026-02-15", "why": "holiday", "words": "..."}, ...]}

due_on       the last day. The day of receipt is not counted; a limit in calendar days that ends on a day off
             ends on the next working day.
provisional  true while a plan of working days that is not published yet may move it.
skipped      the days that did not count, in order; "why" is a fixed word, "words" the same in the language of the
             service. For a limit in calendar days only paused days and those over which the end moved.
rule         with --step: the rule that was used. "basis" is null unless it is sure enough to be shown as law.

The JSON is ASCII (anything else is escaped as \\uXXXX). Days set by hand in the database are honoured.
Exit status 2 means that the question was wrong; the reason is on standard error.

Examples:
  manage.py deadline --received 2026-02-13T16:00+08:00 --limit 5wd
  manage.py deadline --received 2026-02-10 --limit 15d --pause 2026-02-20:2026-02-25
  manage.py deadline --received 2026-11-25 --step decision --authority health --division 360100
"""


def moment(text: str) -> datetime:
    """An instant in Asia/Shanghai, which is meant where no offset is given. Raises ArgumentTypeError."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=SHANGHAI) if found.utcoffset() is None else found.astimezone(SHANGHAI)
    except (ValueError, OverflowError) as error:
        raise ArgumentTypeError(f"{text!r} is no moment like 2026-02-13T16:00+08:00, nor a day") from error


def day(text: str) -> date:
    """A day. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day like 2026-02-20") from error


def limit(text: str) -> Limit:
    """A limit. Raises ArgumentTypeError."""
    try:
        return Limit.parse(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def pause(text: str) -> Pause:
    """`FROM:UNTIL`, or `FROM:` while it has not ended. Raises ArgumentTypeError."""
    asked, colon, answered = text.partition(":")
    if not colon:
        raise ArgumentTypeError(f"{text!r} is no pause like 2026-02-20:2026-02-25, or 2026-02-20: until today")
    return day(asked), day(answered) if answered else None


def division(text: str) -> str:
    """The six digits of a division. Raises ArgumentTypeError."""
    if not re.fullmatch(r"[1-9][0-9]{5}", text):
        raise ArgumentTypeError(f"{text!r} is no division: six digits such as 360100")
    return text


class AsWritten(RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """The command's own options first, the lines of the description as they are."""


class Command(BaseCommand):
    """Count one deadline with the calendar and the rules of this service, and show the working."""

    help = DESCRIPTION

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The usual one, which leaves the lines of the description as they are."""
        return super().create_parser(prog_name, subcommand, formatter_class=AsWritten, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """From when, how long or by which rule, and what does not count."""
        parser.add_argument(
            "--received",
            type=moment,
            required=True,
            metavar="MOMENT",
            help="from when it runs: 2026-02-13T16:00+08:00, or a day; without an offset in Asia/Shanghai. "
            "For a decision that is when the complaint was accepted",
        )
        how_long = parser.add_mutually_exclusive_group(required=True)
        how_long.add_argument("--limit", type=limit, help="5wd (working days) or 15d (calendar days), 1 to 999")
        how_long.add_argument(
            "--step", choices=Step.values, metavar="STEP", help=f"by the rule of a step: {', '.join(Step.values)}"
        )
        parser.add_argument(
            "--authority",
            choices=AuthorityKind.values,
            metavar="KIND",
            help=f"with --step, whose rule: {', '.join(AuthorityKind.values)}",
        )
        parser.add_argument(
            "--division", type=division, metavar="CODE", help="with --step, where; the nearest rule above it wins"
        )
        parser.add_argument(
            "--pause",
            type=pause,
            action="append",
            default=[],
            metavar="FROM:UNTIL",
            help="days after FROM up to and with UNTIL do not count; FROM: alone lasts until today. May be repeated",
        )
        parser.add_argument("--today", type=day, metavar="DAY", help="for a pause that has not ended (default: today)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Count and print. Raises CommandError with status 2 for a question that has no answer."""
        try:
            self.stdout.write(json.dumps(answer(options)))
        except (ValueError, LookupError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        except DatabaseError as error:
            raise CommandError(f"the calendar cannot be read from the database: {error}") from error


def answer(options: dict[str, Any]) -> dict[str, Any]:
    """What is printed. Raises ValueError, LookupError."""
    rule = asked_rule(options)
    due = due_date(
        options["received"],
        rule.limit if rule else options["limit"],
        calendar(),
        options["pause"],
        options["today"] or timezone.localdate(),
    )
    return written(due) | ({"rule": written_rule(rule, options)} if rule else {})


def asked_rule(options: dict[str, Any]) -> Rule | None:
    """The rule of the step, authority and division; None where a limit was given. Raises ValueError, LookupError."""
    named = options["authority"], options["division"]
    if options["step"] is None:
        if any(named):
            raise ValueError("--authority and --division go with --step, not with --limit")
        return None
    if not all(named):
        raise ValueError("--step needs --authority and --division: whose rule, and where")
    if not Division.objects.filter(code=options["division"]).exists():
        raise LookupError(f"there is no division {options['division']}")
    kind = AuthorityKind(options["authority"])
    return rule_for(Step(options["step"]), kind, rules_in(options["division"])[kind])


def written(due: Due) -> dict[str, Any]:
    """A deadline as plain values."""
    return {
        "due_on": due.due_on.isoformat(),
        "provisional": due.provisional,
        "skipped": [
            {"day": skipped.day.isoformat(), "why": skipped.why.value, "words": str(skipped.why.label)}
            for skipped in due.skipped
        ],
    }


def written_rule(rule: Rule, options: dict[str, Any]) -> dict[str, Any]:
    """The rule that was used as plain values, with what it was asked for."""
    return {
        "step": rule.step.value,
        "words": str(rule.step.label),
        "limit": str(rule.limit),
        "basis": str(rule.shown_basis) if rule.shown_basis else None,
        "authority": options["authority"],
        "division": options["division"],
    }
