"""How photographs of vehicles are named. The name follows from the picture, so an address never changes its content."""

from __future__ import annotations

import hashlib

FOLDER = "photos/"
PHOTO_NAME = r"[0-9a-f]{32}\.jpg"
"""The only names that are served."""

WIDTH, HEIGHT = 960, 640
"""Pixels of every stored photograph, so that a page can keep its place free."""


def photo_name(jpeg: bytes) -> str:
    """The name in storage of a photograph with exactly this content: `photos/<32 hexadecimal digits>.jpg`."""
    return f"{FOLDER}{hashlib.sha256(jpeg).hexdigest()[:32]}.jpg"
