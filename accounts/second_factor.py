"""Second factors as this service wants them: a code counts once, whatever clock the phone has.

The library remembers used codes in the cache, for 30 seconds and for one process where there is no Redis. Here the
step of the last accepted code is kept with the factor itself, under a lock (RFC 6238, 5.2).
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.db import transaction

from accounts.models import SealedSecret, User

STEP_SECONDS = 30
DIGITS = 6
DRIFT_STEPS = 1
"""A phone's clock may be so many steps off, each way."""
LAST_STEP = "last_step"
PRIMARY = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one."""


def totp_code(secret: str, at: datetime) -> str:
    """The six digits that belong to a Base32 secret at an instant."""
    return _code_of_step(secret, _step(at))


def has_second_factor(user: User) -> bool:
    """Whether the person has set one up."""
    return bool(Authenticator.objects.filter(user=user, type__in=PRIMARY).exists())


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The step around `now` whose code this is; None for a wrong code."""
    typed = "".join(code.split())
    for step in range(_step(now) - DRIFT_STEPS, _step(now) + DRIFT_STEPS + 1):
        if hmac.compare_digest(_code_of_step(secret, step).encode(), typed.encode()):
            return step
    return None


def accept_code(user: User, code: str, *, now: datetime) -> Authenticator | None:
    """The factor that `code` belongs to, now used up: one of the phone, or a recovery code. None if it is wrong.

    A code of the phone is refused if it, or a later one, was accepted before.
    """
    with transaction.atomic():
        factors = Authenticator.objects.select_for_update().filter(user=user)
        for factor in factors.exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"):
            if factor.type == Authenticator.Type.TOTP:
                if _accept_totp(factor, code, now):
                    return factor
            elif factor.wrap().validate_code("".join(code.split())):
                return factor
    return None


def remember_step(factor: Authenticator, step: int) -> None:
    """Refuse codes of this step and of earlier ones from now on."""
    factor.data[LAST_STEP] = step
    factor.save(update_fields=["data"])


def forget_factors(user: User) -> int:
    """Delete every second factor of the person, sealed secrets included; how many factors."""
    factors = list(Authenticator.objects.filter(user=user))
    for factor in factors:
        forget_secret(factor)
        factor.delete()
    return len(factors)


def forget_secret(factor: Authenticator) -> None:
    """Delete the sealed secret behind a factor that is about to go."""
    kept = [factor.data[name] for name in ("secret", "seed") if name in factor.data]
    SealedSecret.objects.filter(pk__in=kept).delete()


def _accept_totp(factor: Authenticator, code: str, now: datetime) -> bool:
    step = matching_step(decrypt(factor.data["secret"]), code, now)
    if step is None or step <= factor.data.get(LAST_STEP, 0):
        return False
    remember_step(factor, step)
    return True


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def _code_of_step(secret: str, step: int) -> str:
    key = base64.b32decode(secret, casefold=True)
    return HOTP(key, DIGITS, SHA1(), enforce_key_length=False).generate(step).decode()  # noqa: S303  # what every app speaks
