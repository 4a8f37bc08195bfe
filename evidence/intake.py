"""The door for evidence: an upload goes in, a clean copy and the facts of the original come out."""

from __future__ import annotations

import hashlib
import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from evidence.job import CLEAN, STORAGE_FULL, Job, Outcome
from evidence.limits import MEGABYTE, Limits, limits_from_settings
from evidence.names import clean_name
from evidence.refusals import BUSY, EMPTY, TOO_LARGE, UNSUPPORTED_TYPE, refusal
from evidence.sandbox import NoFreeSlot, decode_apart
from evidence.sniff import KINDS, SNIFFED_BYTES, sniff
from vault.files import StorageFull, full_disk_named

Kind = Literal["image", "audio", "video", "pdf"]
CHUNK = 256 * 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CleanFile:
    """One accepted upload: the facts of the original, and the cleaned copy beside it."""

    kind: Kind
    content_type: str
    """Of the original, as decoding found it."""
    name: str
    """For display only; harmless, and never part of a path."""
    size: int
    """Bytes of the original."""
    sha256: str
    """Of the original, 64 hex digits: what the receipt shows."""
    clean_path: Path
    clean_content_type: str
    clean_size: int
    clean_sha256: str
    width: int | None = None
    height: int | None = None
    """Upright size of the original picture or film, pixels."""
    duration: float | None = None
    """Seconds."""
    pages: int | None = None


def inspect_and_clean(upload: BinaryIO, name: str, *, out_dir: Path, limits: Limits | None = None) -> CleanFile:
    """Inspect one upload by its content and write a copy into `out_dir` that holds only what can be seen or heard.

    `name` is cleaned for display and believed in nothing. The copy has a random name and mode 0600; it is the
    caller's to seal (`store.EvidenceStore.keep`) and to remove. Nothing else stays in `out_dir`, whatever happens.
    Raises Refused with what to do, and StorageFull where the disk has no room.
    """
    limits = limits or limits_from_settings()
    shown = clean_name(name)
    upload.seek(0)
    head = upload.read(SNIFFED_BYTES)
    if not head:
        raise refusal(EMPTY, name=shown)
    content_type = sniff(head)
    if content_type is None:
        raise refusal(UNSUPPORTED_TYPE, name=shown)
    draft, copy = (out_dir / f"{uuid.uuid4().hex}{ending}" for ending in (".original", ".clean"))
    with removed_on_failure(copy), removed_afterwards(draft):
        size, sha256 = written_down(upload, draft, limits.max_bytes[KINDS[content_type]], shown)
        job = job_for(draft, copy, content_type, size, limits)
        outcome = decoded(job, shown, limits)
        refuse_larger_than(limits.max_bytes[outcome.kind], size, shown)
        copy.chmod(0o600)
        with copy.open("rb") as made:
            clean_sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        return CleanFile(
            kind=cast("Kind", outcome.kind),
            content_type=outcome.content_type,
            name=shown,
            size=size,
            sha256=sha256,
            clean_path=copy,
            clean_content_type=outcome.clean_content_type,
            clean_size=copy.stat().st_size,
            clean_sha256=clean_sha256,
            width=outcome.width,
            height=outcome.height,
            duration=outcome.duration,
            pages=outcome.pages,
        )


@contextmanager
def removed_on_failure(path: Path) -> Iterator[None]:
    """Leave no half-written file behind."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def removed_afterwards(path: Path) -> Iterator[None]:
    """Leave no unsealed original behind."""
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def written_down(upload: BinaryIO, target: Path, max_bytes: int, shown: str) -> tuple[int, str]:
    """Copy the upload to `target`, readable by us alone; its size in bytes and its SHA-256.

    Stops at the limit, so that a huge upload is not copied first. Raises Refused (`too-large`) and StorageFull.
    """
    digest = hashlib.sha256()
    size = 0
    upload.seek(0)
    with full_disk_named(), os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
        while chunk := upload.read(CHUNK):
            size += len(chunk)
            refuse_larger_than(max_bytes, size, shown)
            digest.update(chunk)
            copy.write(chunk)
    return size, digest.hexdigest()


def refuse_larger_than(max_bytes: int, size: int, shown: str) -> None:
    """Raise Refused (`too-large`) where `size` is over the limit, which is told in whole megabytes."""
    if size > max_bytes:
        raise refusal(TOO_LARGE, name=shown, limit=max(1, max_bytes // MEGABYTE))


def job_for(source: Path, target: Path, content_type: str, size: int, limits: Limits) -> Job:
    """The decoding job of one file under these limits."""
    return Job(
        source=str(source),
        target=str(target),
        content_type=content_type,
        max_pixels=limits.max_pixels,
        longest_side=limits.longest_side,
        max_seconds=limits.max_seconds,
        max_pages=limits.max_pages,
        memory_bytes=limits.memory_bytes,
        cpu_seconds=limits.cpu_seconds,
        output_bytes=size + limits.spare_output_bytes,
    )


def decoded(job: Job, shown: str, limits: Limits) -> Outcome:
    """The outcome of a job that ended well. Raises Refused and StorageFull."""
    try:
        outcome = decode_apart(job, KINDS[job.content_type], limits)
    except NoFreeSlot as error:
        raise refusal(BUSY, name=shown) from error
    if outcome.status == CLEAN:
        return outcome
    log.info("evidence of type %s refused as %s: %s", job.content_type, outcome.status, outcome.detail)
    if outcome.status == STORAGE_FULL:
        raise StorageFull("no room for the cleaned copy")
    raise refusal(outcome.status, name=shown, **outcome.params)
