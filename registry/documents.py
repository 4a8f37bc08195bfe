"""Where the documents of applications rest: sealed, beside the evidence of complaints, in a folder of their own."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from evidence.store import EvidenceStore


def store() -> EvidenceStore:
    """The sealed files of applications."""
    return EvidenceStore(Path(settings.STORAGES["evidence"]["OPTIONS"]["location"]) / "applications")
