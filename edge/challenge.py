"""A proof of work for addresses that file unusually often: ALTCHA, without any third party.

The page carries a signed challenge; `config/static/challenge.js` solves it in the reader's browser and puts the
solution into the form. Only the signature is checked here, so a check costs a tenth of a millisecond. Who has no script
sends nothing (`Verdict.MISSING`): the caller lets them through and marks the filing for checking.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from altcha import Payload, create_challenge, verify_solution
from django.utils.crypto import salted_hmac

ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 3_000
"""Rounds of PBKDF2 per attempt: enough that the browser's own code, not our script, does the work."""
ATTEMPTS = (150, 450)
"""The secret number lies between; under a second on a desktop, some seconds on an old phone."""
VALID_FOR = timedelta(hours=2)
"""A complaint takes its time; the solution is asked for at the end."""
LONGEST = 4_000
"""Characters of a solution that are looked at."""


class Verdict(StrEnum):
    """What a solution is worth."""

    OK = "ok"
    MISSING = "missing"
    WRONG = "wrong"
    EXPIRED = "expired"
    REPLAYED = "replayed"


def _key(purpose: str) -> bytes:
    return salted_hmac(f"edge.challenge.{purpose}", "", algorithm="sha256").digest()


def new_challenge(now: datetime) -> dict[str, Any]:
    """A challenge for one form, as JSON data; good for `VALID_FOR` from `now` (aware)."""
    first, last = ATTEMPTS
    challenge = create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=first + secrets.randbelow(last - first),
        expires_at=now + VALID_FOR,
        data={"attempts": last},
        hmac_secret=_key("challenge"),
        hmac_key_secret=_key("solution"),
    )
    found: dict[str, Any] = challenge.to_dict()
    return found


def check_solution(payload: str, now: datetime, spend: Callable[[str, datetime], bool]) -> Verdict:
    """What the solution in a form is worth.

    `spend(signature, expires_at)` records a challenge as used and says whether it was fresh; it is asked only about
    right solutions, and may forget a signature after `expires_at`. Never raises on anything a client sends.
    """
    if not payload:
        return Verdict.MISSING
    solved = _read(payload)
    if solved is None:
        return Verdict.WRONG
    result = verify_solution(solved, _key("challenge"), hmac_key_secret=_key("solution"))
    if result.expired:
        return Verdict.EXPIRED
    if not result.verified:
        return Verdict.WRONG
    expires_at = datetime.fromtimestamp(solved.challenge.parameters.expires_at or 0, UTC)
    if expires_at <= now:
        return Verdict.EXPIRED
    fresh = spend(str(solved.challenge.signature), expires_at)
    return Verdict.OK if fresh else Verdict.REPLAYED


def _read(payload: str) -> Payload | None:
    if len(payload) > LONGEST:
        return None
    try:
        data = json.loads(base64.b64decode(payload, validate=True))
        return Payload.from_dict(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
