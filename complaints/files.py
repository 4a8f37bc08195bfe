"""From an upload to evidence that rests sealed: inspected, cleaned, stored, with a small picture to recognise it by."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import BinaryIO

from django.db import transaction
from PIL import Image

from complaints.models import Evidence
from evidence.incoming import inspected
from evidence.intake import CleanFile
from evidence.store import EvidenceStore
from registry.difference_hash import difference_hash

THUMBNAIL_SIDE = 160


def store_upload(*, upload: BinaryIO, name: str, now: datetime) -> Evidence:
    """Inspect, clean and seal one upload; the evidence comes back unsaved, its files in place.

    Whoever does not save it calls `discard`. Raises evidence.Refused and vault.files.StorageFull; then no file stays.
    """
    with inspected(upload, name) as clean:
        thumbnail = _thumbnail(clean)
        picture_hash = difference_hash(clean.clean_path) if clean.kind == "image" else ""
        stored = EvidenceStore().keep(clean, upload)
    return Evidence(
        name=clean.name,
        media=clean.kind,
        content_type=clean.content_type,
        size=clean.size,
        sha256=clean.sha256,
        original_key=stored.original_key,
        cleaned_key=stored.cleaned_key,
        cleaned_type=clean.clean_content_type,
        cleaned_size=clean.clean_size,
        picture_hash=picture_hash,
        thumbnail=thumbnail,
        added_at=now,
    )


def discard(evidence: Iterable[Evidence]) -> None:
    """Delete the files of evidence that was not, or is no longer, in the database."""
    store = EvidenceStore()
    for item in evidence:
        store.discard(item.original_key, item.cleaned_key)


def discard_on_commit(evidence: Iterable[Evidence]) -> None:
    """Delete the files once the rows are really gone."""
    transaction.on_commit(partial(discard, list(evidence)))


def _thumbnail(clean: CleanFile) -> str:
    """A `data:` address of a small picture made from the cleaned copy; empty for what is no picture."""
    if clean.kind != "image":
        return ""
    with Image.open(clean.clean_path) as picture:
        picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        small = io.BytesIO()
        picture.convert("RGB").save(small, "JPEG", quality=70)
    return "data:image/jpeg;base64," + base64.b64encode(small.getvalue()).decode()
