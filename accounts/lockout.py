"""Lockout with back-off, by account, by address, by the person whose codes are tried or to whom links are sent.

Every attempt is counted before the secret is looked at, under a lock, so that many at once are not more than one by
one; what succeeds is taken back. An account that does not exist is counted like one that does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction

from accounts.models.brake import Brake
from vault.keys import keyed_hash

FORGET = timedelta(hours=24)
"""After so long without an attempt counting begins anew."""


@dataclass(frozen=True)
class Limit:
    """So many attempts are free; from then on every further one doubles the wait, up to the longest."""

    free: int
    first: timedelta
    longest: timedelta

    def wait_after(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts in a row."""
        over = attempts - self.free
        if over < 0:
            return timedelta()
        return min(self.longest, self.first * (1 << min(over, 20)))


class By(Enum):
    """What attempts are counted by."""

    ACCOUNT = Limit(free=5, first=timedelta(minutes=1), longest=timedelta(minutes=30))
    ADDRESS = Limit(free=30, first=timedelta(minutes=1), longest=timedelta(hours=1))
    """A whole office may come from one address."""
    CODES = Limit(free=5, first=timedelta(minutes=1), longest=timedelta(hours=1))
    """Codes of the second factor; whoever tries them knows the password already."""
    LINKS = Limit(free=3, first=timedelta(minutes=10), longest=timedelta(hours=1))
    """Links for a forgotten password: whoever asks for them needs no secret, and fills somebody's letter box."""


Counted = tuple[By, str]


class LockedOut(Exception):
    """Too many attempts; `until` says when the next one counts."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked out until {until.isoformat()}")
        self.until = until


def begin_attempt(*counted: Counted, now: datetime) -> None:
    """Count one attempt by each of `counted`. Raises LockedOut, without counting, if one of them must wait."""
    with transaction.atomic():
        rows = [(by, _locked_row(by, text, now)) for by, text in _in_order(counted)]
        if waits := [row.wait_until for _, row in rows if row.wait_until and row.wait_until > now]:
            raise LockedOut(max(waits))
        for by, row in rows:
            row.attempts = 1 if row.last_at < now - FORGET else row.attempts + 1
            row.last_at = now
            wait = by.value.wait_after(row.attempts)
            row.wait_until = now + wait if wait else None
            row.save()


def forgive_attempt(*counted: Counted) -> None:
    """Take back the attempt that succeeded. The account starts afresh; an address keeps its other failures.

    Otherwise a guesser could clean the address now and then with an account of its own.
    """
    with transaction.atomic():
        for by, text in _in_order(counted):
            rows = Brake.objects.select_for_update().filter(key=_key(by, text))
            for row in rows:
                row.attempts = max(0, row.attempts - 1) if by is By.ADDRESS else 0
                row.wait_until = None
                row.save()


def forget_old_attempts(*, now: datetime) -> int:
    """Delete the rows that count no more; how many."""
    return Brake.objects.filter(last_at__lt=now - FORGET).delete()[0]


def _in_order(counted: Sequence[Counted]) -> list[Counted]:
    """Always the same order, so that two requests never wait for each other."""
    return sorted(counted, key=lambda one: one[0].name)


def _key(by: By, text: str) -> str:
    return f"{by.name.lower()}:{keyed_hash('lockout', text.strip().lower())}"


def _locked_row(by: By, text: str, now: datetime) -> Brake:
    key = _key(by, text)
    Brake.objects.bulk_create([Brake(key=key, last_at=now)], ignore_conflicts=True)
    return Brake.objects.select_for_update().get(key=key)
