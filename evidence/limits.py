"""How large, long and costly one file may be."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Everything that bounds the work on one uploaded file."""

    max_bytes: dict[str, int]
    """Kind (`image`, `audio`, `video`, `pdf`) → largest upload."""
    max_pixels: int
    """Pixels of a picture or of a film's frame."""
    max_seconds: int
    """Length of a sound or a film."""
    max_pages: int
    """Pages of a PDF."""
    slots_dir: Path
    """Where the lock files lie by which all processes of a machine share the decoding slots."""
    slots: int
    """Files decoded at the same time on this machine."""
    longest_side: int = 4096
    """Longest side of a cleaned picture, pixels."""
    memory_bytes: int = 1536 * MEGABYTE
    """Address space of a decoding child."""
    cpu_seconds: int = 15
    wall_seconds: float = 45
    """Longer than the processor time: a child gives way to the web server (nice)."""
    slot_wait_seconds: float = 45
    """How long a file waits for its turn before it is refused as `busy`."""
    spare_output_bytes: int = 100 * MEGABYTE
    """How much larger than its original a cleaned copy may be: a PDF of text becomes one of pictures."""


def limits_from_settings() -> Limits:
    """The limits that the environment sets, and one processor always left for pages."""
    env = settings.ENV
    return Limits(
        max_bytes={
            "image": env.EVIDENCE_MAX_MB_IMAGE * MEGABYTE,
            "audio": env.EVIDENCE_MAX_MB_AUDIO * MEGABYTE,
            "video": env.EVIDENCE_MAX_MB_VIDEO * MEGABYTE,
            "pdf": env.EVIDENCE_MAX_MB_PDF * MEGABYTE,
        },
        max_pixels=env.EVIDENCE_MAX_MEGAPIXELS * 1_000_000,
        max_seconds=env.EVIDENCE_MAX_MINUTES * 60,
        max_pages=env.EVIDENCE_MAX_PDF_PAGES,
        slots_dir=settings.VAR_DIR / "evidence-slots",
        slots=max(1, (os.cpu_count() or 1) - 1),
    )
