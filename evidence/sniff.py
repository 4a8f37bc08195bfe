"""What a file is by its first bytes. Its name and what the browser called it are never asked."""

from __future__ import annotations

import filetype

SNIFFED_BYTES = 8192
"""As many as `filetype` looks at."""

SAME_THING = {
    "image/apng": "image/png",
    "audio/x-wav": "audio/wav",
    "video/x-m4v": "video/mp4",
    "audio/x-m4a": "audio/mp4",
}
BRANDS = {
    b"qt  ": "video/quicktime",
    b"3gp": "video/3gpp",
    b"3g2": "video/3gpp",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"iso": "video/mp4",
    b"mp4": "video/mp4",
    b"avc1": "video/mp4",
    b"M4V": "video/mp4",
    b"MSNV": "video/mp4",
    b"dash": "video/mp4",
}
"""Beginnings of the major brand (ISO/IEC 14496-12 clause 4.3) that phones write and `filetype` passes over."""

KINDS = {
    "image/jpeg": "image",
    "image/png": "image",
    "image/webp": "image",
    "image/heic": "image",
    "audio/mpeg": "audio",
    "audio/mp4": "audio",
    "audio/aac": "audio",
    "audio/amr": "audio",
    "audio/ogg": "audio",
    "audio/wav": "audio",
    "video/mp4": "video",
    "video/quicktime": "video",
    "video/3gpp": "video",
    "video/webm": "video",
    "application/pdf": "pdf",
}
"""Every accepted type and its kind; decoding may still find that a film holds only sound."""


def sniff(head: bytes) -> str | None:
    """The accepted content type that the first `SNIFFED_BYTES` look like, or None."""
    content_type = branded(head)
    if content_type is None:
        guess = filetype.guess(head)
        content_type = guess.mime if guess else None
    content_type = SAME_THING.get(content_type or "", content_type)
    return content_type if content_type in KINDS else None


def branded(head: bytes) -> str | None:
    """The type that an ISO media file names as its major brand."""
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    return next((content_type for start, content_type in BRANDS.items() if brand.startswith(start)), None)
