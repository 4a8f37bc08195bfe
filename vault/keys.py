"""The key ring: seals personal data at rest and hashes it so that it can be found again.

Keys live in the environment (`VAULT_KEYS`, newest first; `VAULT_INDEX_KEY`), never in the database.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotUnseal(Exception):
    """A sealed value does not open with any key of the ring. The sealed text is never shown instead."""


@lru_cache(maxsize=1)
def ring() -> MultiFernet:
    """All keys; the first one writes. Raises ValueError on a malformed key."""
    return MultiFernet([Fernet(key) for key in settings.ENV.VAULT_KEYS])


def seal(text: str) -> str:
    """Encrypt `text` with the newest key."""
    return ring().encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """Decrypt what `seal` made with any key of the ring. Raises CannotUnseal."""
    try:
        return ring().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise CannotUnseal("sealed with a key that is not in VAULT_KEYS") from error


def keyed_hash(purpose: str, text: str) -> str:
    """64 hex digits by which an equal text is found again; useless without `VAULT_INDEX_KEY`.

    `purpose` separates the fields, so that equal values in two fields do not match.
    """
    message = f"{purpose}\x00{text}".encode()
    return hmac.new(settings.ENV.VAULT_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()
