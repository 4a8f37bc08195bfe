"""Rules for passwords (NIST SP 800-63B, 5.1.1.2): length, and not what is tried first. No composition, no expiry."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User

SHORTEST, LONGEST = 12, 128
LIST = Path(__file__).parent / "data" / "common_passwords.txt"
LEAST_REST = 4
"""So many characters must be left when everything that is tried first has been taken out."""
REPEATED = re.compile(r"(.{1,4}?)\1{2,}")


class LengthValidator:
    """12 to 128 characters, whatever they are; spaces and Chinese included."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError, saying what to do."""
        if len(password) < SHORTEST:
            raise ValidationError(
                _("The password has %(length)s characters. Please use %(shortest)s or more."),
                code="password_too_short",
                params={"length": len(password), "shortest": SHORTEST},
            )
        if len(password) > LONGEST:
            raise ValidationError(
                _("The password has %(length)s characters. Please use %(longest)s at most."),
                code="password_too_long",
                params={"length": len(password), "longest": LONGEST},
            )

    def get_help_text(self) -> str:
        """What a form says beforehand."""
        return _("12 characters or more. Several words that do not belong together are strong and easy to remember.")


class TriedFirstValidator:
    """Not made up of what is tried first: common Chinese passwords, keyboard rows, names of person, body, service."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError, naming the piece that gave it away and saying what to do."""
        text = folded(password)
        found = [piece for piece in pieces_for(user) if piece in text]
        if not found:
            found = [match[0] for match in REPEATED.finditer(text)]
        rest = text
        for piece in found:
            rest = rest.replace(piece, "")
        rest = re.sub(r"[\W\d_]+", "", REPEATED.sub("", rest)) if found else rest
        if len(rest) < LEAST_REST:
            raise ValidationError(
                _(
                    "This password is among the first that are tried: it holds little more than “%(piece)s”. "
                    "Please use several words that do not belong together."
                ),
                code="password_tried_first",
                params={"piece": found[0] if found else password},
            )

    def get_help_text(self) -> str:
        """What a form says beforehand."""
        return _("Not your name, your body's name, a row of keys or a common password.")


def folded(text: str) -> str:
    """Small letters, full-width characters as plain ones."""
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=1)
def common_pieces() -> tuple[str, ...]:
    """The list beside the code, longest first."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    words = {folded(line.strip()) for line in lines if line.strip() and not line.startswith("#")}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def pieces_for(user: AbstractBaseUser | None) -> list[str]:
    """What would be tried first against this person, longest first."""
    env, year = settings.ENV, timezone.localdate().year
    names = [env.SERVICE_NAME, env.SERVICE_NAME_EN, env.SERVICE_NAME_EN.replace(" ", ""), env.OPERATOR_NAME]
    names += [str(number) for number in range(year - 60, year + 2)]
    if isinstance(user, User):
        local, _at, domain = user.email.partition("@")
        names += [user.name, user.email, local, domain, domain.partition(".")[0]]
        names += [body.name for body in (user.institution, user.authority) if body]
    own = {folded(name) for name in names if len(name) > 1}
    return sorted(own | set(common_pieces()), key=lambda word: (-len(word), word))
