"""File names for showing: whatever came with the upload, made harmless and short."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 80
"""Characters, the ending included."""
LONGEST_ENDING = 10
UNNAMED = "file"

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/3gpp": "3gp",
    "audio/ogg": "ogg",
    "audio/webm": "webm",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/3gpp": "3gp",
    "video/webm": "webm",
    "application/pdf": "pdf",
}


def clean_name(name: str) -> str:
    """`name` for display: the last part of a path, no control, invisible or direction-turning characters, short.

    The ending survives shortening. Never empty: a name of nothing becomes `file`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # C*: control, format (bidi overrides, zero width), surrogate, private; Zl and Zp: line and paragraph ends.
    shown = "".join(
        " " if character.isspace() else character
        for character in last
        if character in "\t\n\r" or not unicodedata.category(character).startswith(("C", "Zl", "Zp"))
    )
    shown = " ".join(shown.split()).lstrip(". ")
    stem, dot, ending = shown.rpartition(".")
    if dot and 0 < len(ending) <= LONGEST_ENDING:
        return stem[: LONGEST_NAME - len(ending) - 1].rstrip() + dot + ending
    return shown[:LONGEST_NAME].rstrip() or UNNAMED


def download_name(name: str, content_type: str) -> str:
    """`name` with the ending that belongs to `content_type`, so that no download pretends to be a program."""
    ending = EXTENSIONS.get(content_type, "bin")
    stem, dot, given = clean_name(name).rpartition(".")
    if not dot:
        stem, given = given, ""
    if given and given.lower() not in EXTENSIONS.values():
        stem = f"{stem}.{given}"  # the part after the dot was no ending we know: keep it as words
    return f"{stem}.{ending}"
