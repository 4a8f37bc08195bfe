"""Files encrypted at rest, in chunks, so that neither sealing nor reading needs more memory than two of them.

A sealed file is a header (mark with version, id of the ring key, random file id) and chunks of AES-256-GCM. Each chunk
is bound to the header and to its number, and the last one to being the last: what was cut, reordered, exchanged or
changed does not open. The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption
and its Nonce-Reuse Misuse-Resistance, 2015) under a key of the file's own.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.derive import KEY_ID_BYTES, file_key, key_id, ring_keys
from vault.keys import CannotUnseal

MARK = b"SEALED\x00\x01"
"""Seven bytes of name and one of version."""
FILE_ID_BYTES = 16
HEADER_BYTES = len(MARK) + KEY_ID_BYTES + FILE_ID_BYTES
CHUNK = 256 * 1024
TAG = 16
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; empty at the end."""
        ...


class StorageFull(Exception):
    """There is no room to write a file: a page answers 507 and keeps the form."""


@contextmanager
def full_disk_named() -> Iterator[None]:
    """Turn the system's errors for "no room" (disk, quota, file size limit) into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull(error.strerror) from error
        raise


def seal_file(source: Readable, target: Path) -> str:
    """Encrypt the rest of `source` into `target` with the newest key; the SHA-256 of what was read, in hex.

    The file appears whole or not at all, mode 0600, in folders of mode 0700. Raises StorageFull.
    """
    digest = hashlib.sha256()
    with full_disk_named(), appearing(target) as sealed:
        for piece in sealed_pieces(source, digest):
            sealed.write(piece)
    return digest.hexdigest()


def sealed_pieces(source: Readable, digest: hashlib._Hash) -> Iterator[bytes]:
    """The header and the sealed chunks of `source`; `digest` follows the plain bytes."""
    newest = ring_keys()[0]
    file_id = secrets.token_bytes(FILE_ID_BYTES)
    header = MARK + key_id(newest) + file_id
    cipher = AESGCM(file_key(newest, file_id))
    yield header
    chunk = filled(source, CHUNK)
    for number in count():
        following = filled(source, CHUNK)
        digest.update(chunk)
        yield cipher.encrypt(nonce(number, is_last=not following), chunk, header)
        if not following:
            return
        chunk = following


def open_sealed(path: Path, start: int = 0) -> Iterator[bytes]:
    """Decrypt a sealed file chunk by chunk with whichever key of the ring sealed it; from the plain byte `start` on.

    Header and first chunk are checked before this returns. Every chunk is genuine when it is given out, but that
    nothing is missing shows only at the end: a cut file raises there. A start behind the end gives nothing or raises
    CannotUnseal. Raises CannotUnseal and OSError.
    """
    chunks = unsealed_chunks(path, start // CHUNK)
    return chain([next(chunks)[start % CHUNK :]], chunks)


def unsealed_chunks(path: Path, first: int = 0) -> Iterator[bytes]:
    """The plain chunks of a sealed file from the `first` one on; at least one, which may be empty.

    Each chunk is bound to its number, so that one that is read from the middle is known to be the right one. Raises
    CannotUnseal and OSError.
    """
    with path.open("rb") as sealed:
        header = filled(sealed, HEADER_BYTES)
        cipher = AESGCM(file_key(ring_key(header), header[-FILE_ID_BYTES:]))
        sealed.seek(HEADER_BYTES + first * (CHUNK + TAG))
        chunk = filled(sealed, CHUNK + TAG)
        for number in count(first):
            following = filled(sealed, CHUNK + TAG)
            try:
                yield cipher.decrypt(nonce(number, is_last=not following), chunk, header)
            except InvalidTag as error:
                raise CannotUnseal("the sealed file was changed or cut") from error
            if not following:
                return
            chunk = following


def ring_key(header: bytes) -> str:
    """The key of the ring that this header names. Raises CannotUnseal."""
    if len(header) != HEADER_BYTES or not header.startswith(MARK):
        raise CannotUnseal("no sealed file")
    wanted = header[len(MARK) : len(MARK) + KEY_ID_BYTES]
    for key in ring_keys():
        if key_id(key) == wanted:
            return key
    raise CannotUnseal(f"sealed with key {wanted.hex()}, which is not in VAULT_KEYS")


def nonce(number: int, *, is_last: bool) -> bytes:
    """Twelve bytes: the chunk's number, and whether it is the last."""
    return number.to_bytes(11, "big") + bytes([is_last])


def filled(stream: Readable, size: int) -> bytes:
    """`size` bytes, or what is left: a single read may give fewer than are there."""
    parts = bytearray()
    while len(parts) < size and (part := stream.read(size - len(parts))):
        parts += part
    return bytes(parts)


def reseal_file(path: Path) -> bool:
    """Seal a file anew where its key is not the newest; whether that was needed. Raises CannotUnseal, StorageFull."""
    with path.open("rb") as sealed:
        header = filled(sealed, HEADER_BYTES)
    if ring_key(header) == ring_keys()[0]:
        return False
    with full_disk_named(), appearing(path) as target:
        for piece in sealed_pieces(Joined(unsealed_chunks(path)), hashlib.sha256()):
            target.write(piece)
    return True


class Joined:
    """Chunks, readable like a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.rest = b""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; empty at the end."""
        while not self.rest:
            self.rest = next(self.chunks, b"")
            if not self.rest:
                return b""
        part, self.rest = self.rest[:size], self.rest[size:]
        return part


@contextmanager
def appearing(target: Path) -> Iterator[BinaryIO]:
    """A file that stands at `target` once the block ends well, and nowhere if it does not."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # the rename itself survives a power cut
    finally:
        os.close(folder)
