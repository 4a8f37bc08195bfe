"""Where evidence rests: originals and cleaned copies, both sealed, under keys that tell nothing.

`originals/ab/<uuid>` is read by few, and every read is recorded by the caller; `cleaned/ab/<uuid>` is what people
work with. It shows faces and plates too, so it is sealed as well.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from evidence.intake import CleanFile
from vault.files import open_sealed, seal_file

ORIGINALS = "originals"
CLEANED = "cleaned"
KEY = re.compile(r"(originals|cleaned)/([0-9a-f]{2})/\2[0-9a-f]{30}")


class NotThatFile(ValueError):
    """The bytes to be kept are not the ones that were inspected."""


@dataclass(frozen=True)
class StoredFile:
    """The keys of one piece of evidence."""

    original_key: str
    cleaned_key: str


class EvidenceStore:
    """Sealed files under one folder outside the web root."""

    def __init__(self, root: Path | None = None) -> None:
        """Use `root`, or the location of the `evidence` storage in the settings."""
        self.root = root or Path(settings.STORAGES["evidence"]["OPTIONS"]["location"])

    def keep(self, clean: CleanFile, original: BinaryIO) -> StoredFile:
        """Seal the original and its cleaned copy; the unsealed copy stays for the caller to remove.

        Both or none are kept. Raises StorageFull, and NotThatFile where `original` differs from what was inspected.
        """
        token = uuid.uuid4().hex
        stored = StoredFile(f"{ORIGINALS}/{token[:2]}/{token}", f"{CLEANED}/{token[:2]}/{token}")
        try:
            original.seek(0)
            if seal_file(original, self.path_of(stored.original_key, ORIGINALS)) != clean.sha256:
                raise NotThatFile("the original changed after it was inspected")
            with clean.clean_path.open("rb") as copy:
                if seal_file(copy, self.path_of(stored.cleaned_key, CLEANED)) != clean.clean_sha256:
                    raise NotThatFile("the cleaned copy changed after it was made")
        except BaseException:
            self.discard(stored.original_key, stored.cleaned_key)
            raise
        return stored

    def read_cleaned(self, key: str, start: int = 0) -> Iterator[bytes]:
        """The cleaned copy in chunks, from the byte `start` on: a player jumps into the middle of a film.

        Raises ValueError for a foreign key, FileNotFoundError, CannotUnseal.
        """
        return open_sealed(self.path_of(key, CLEANED), start)

    def read_original(self, key: str) -> Iterator[bytes]:
        """The original in chunks; who reads it and why is the caller's to record. Raises as `read_cleaned`."""
        return open_sealed(self.path_of(key, ORIGINALS))

    def discard(self, *keys: str) -> None:
        """Delete these files; one that is gone already is no error. Raises ValueError for a foreign key."""
        for path in [self.path_of(key) for key in keys]:
            path.unlink(missing_ok=True)

    def path_of(self, key: str, folder: str = "") -> Path:
        """The file of `key`, in `folder` if one is named. Raises ValueError for anything this store did not make."""
        found = KEY.fullmatch(key)
        if not found or (folder and found[1] != folder):
            raise ValueError(f"no key of {folder or 'evidence'}")
        return self.root / key
