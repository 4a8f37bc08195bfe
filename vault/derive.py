"""What is derived from a ring key: its public name, and one key for each sealed file."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_ID_BYTES = 8


def ring_keys() -> list[str]:
    """The Fernet keys of `VAULT_KEYS`, newest first."""
    return list(settings.ENV.VAULT_KEYS)


def key_id(key: str) -> bytes:
    """Eight bytes by which a key is named in headers and tables; they tell nothing about the key."""
    return HKDF(SHA256(), KEY_ID_BYTES, salt=None, info=b"vault key id").derive(base64.urlsafe_b64decode(key))


def key_name(key: str) -> str:
    """`key_id` as 16 hex digits."""
    return key_id(key).hex()


def file_key(key: str, file_id: bytes) -> bytes:
    """The 32-byte key of one file: no two files share one, so a chunk's number is a safe nonce."""
    return HKDF(SHA256(), 32, salt=file_id, info=b"vault sealed file").derive(base64.urlsafe_b64decode(key))
