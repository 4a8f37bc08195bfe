"""A key ring of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from cryptography.fernet import Fernet

from vault.keys import ring

OLD = Fernet.generate_key().decode()
NEW = Fernet.generate_key().decode()


@pytest.fixture
def use_keys(settings) -> Iterator[Callable[..., None]]:
    """Set `VAULT_KEYS` (newest first) as often as the test likes."""

    def use(*keys: str) -> None:
        settings.ENV = settings.ENV.model_copy(update={"VAULT_KEYS": list(keys)})
        ring.cache_clear()

    yield use
    ring.cache_clear()
