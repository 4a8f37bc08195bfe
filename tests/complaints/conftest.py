"""What every test about complaints stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edge.limits import limiter


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """No test meets, or leaves behind, what another one counted against an address."""
    limiter().clear()
    yield
    limiter().clear()
