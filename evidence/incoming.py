"""Where unsealed uploads stand while they are looked at."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from evidence.intake import CleanFile, inspect_and_clean


@contextmanager
def inspected(upload: BinaryIO, name: str) -> Iterator[CleanFile]:
    """The upload inspected, its cleaned copy unsealed at `clean_path` for as long as the block lasts.

    Whatever happens nothing unsealed stays. Raises Refused and vault.files.StorageFull.
    """
    with tempfile.TemporaryDirectory(dir=_incoming()) as folder:
        yield inspect_and_clean(upload, name, out_dir=Path(folder))


def sweep_incoming(*, before: datetime) -> int:
    """Remove what a process that was killed left unsealed, if it is older than `before`. Returns how many folders."""
    left = [path for path in _incoming().iterdir() if path.stat().st_mtime < before.timestamp()]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _incoming() -> Path:
    """On our own disk, readable by us alone."""
    folder: Path = settings.VAR_DIR / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
