"""The addresses that `make run` tells a newcomer to open."""

from __future__ import annotations

Link = tuple[str, str]


def links_to_open(base_url: str) -> list[Link]:
    """(label, address) pairs, the most telling first."""
    return [
        ("Administration", f"{base_url}/admin/"),
        ("Is it ready", f"{base_url}/readyz"),
    ]
