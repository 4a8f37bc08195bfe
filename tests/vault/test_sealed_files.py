"""Sealing a file and reading it back; what was tampered with does not open."""

from __future__ import annotations

import hashlib
import io
import resource
import stat
import tracemalloc
from contextlib import contextmanager

import pytest

from tests.vault.conftest import NEW, OLD
from vault.files import CHUNK, HEADER_BYTES, TAG, StorageFull, open_sealed, reseal_file, seal_file
from vault.keys import CannotUnseal

SEALED_CHUNK = CHUNK + TAG


@contextmanager
def room_for(size: int):
    """This process may write no file larger than `size` bytes: to a program, a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def sealed(path, data: bytes):
    seal_file(io.BytesIO(data), path)
    return path


def test_a_sealed_file_cannot_be_read_without_the_ring_and_can_with_it(tmp_path):
    path = sealed(tmp_path / "a", b"Zhang San, 13800138000")
    assert b"Zhang" not in path.read_bytes()
    assert b"".join(open_sealed(path)) == b"Zhang San, 13800138000"


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_every_length_comes_back_whole(tmp_path, size):
    data = bytes(range(256)) * (size // 256 + 1)
    path = sealed(tmp_path / "a", data[:size])
    assert b"".join(open_sealed(path)) == data[:size]


def test_sealing_tells_the_hash_of_what_was_sealed(tmp_path):
    data = b"x" * (CHUNK + 7)
    assert seal_file(io.BytesIO(data), tmp_path / "a") == hashlib.sha256(data).hexdigest()


def test_a_source_that_gives_little_at_a_time_is_sealed_whole(tmp_path):
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 1000))

    data = b"0123456789" * 60_000
    seal_file(Trickle(data), tmp_path / "a")
    assert b"".join(open_sealed(tmp_path / "a")) == data


def test_the_same_content_is_never_sealed_alike(tmp_path):
    one, two = sealed(tmp_path / "a", b"same"), sealed(tmp_path / "b", b"same")
    assert one.read_bytes()[HEADER_BYTES:] != two.read_bytes()[HEADER_BYTES:]


def test_a_sealed_file_and_its_folders_are_ours_alone(tmp_path):
    path = sealed(tmp_path / "new" / "a", b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("harm", "change"),
    [
        ("one bit", lambda data: data[:-1] + bytes([data[-1] ^ 1])),
        ("last chunk cut", lambda data: data[: HEADER_BYTES + 2 * SEALED_CHUNK]),
        ("half a chunk cut", lambda data: data[:-9]),
        ("everything cut", lambda data: data[:HEADER_BYTES]),
        ("empty", lambda data: b""),
        ("chunk left out", lambda data: data[:HEADER_BYTES] + data[HEADER_BYTES + SEALED_CHUNK :]),
        (
            "chunks exchanged",
            lambda data: (
                data[:HEADER_BYTES]
                + data[HEADER_BYTES + SEALED_CHUNK : HEADER_BYTES + 2 * SEALED_CHUNK]
                + data[HEADER_BYTES : HEADER_BYTES + SEALED_CHUNK]
                + data[HEADER_BYTES + 2 * SEALED_CHUNK :]
            ),
        ),
        ("bytes appended", lambda data: data + b"more"),
        ("chunk repeated", lambda data: data + data[-SEALED_CHUNK:]),
        ("another version", lambda data: data[:7] + b"\x02" + data[8:]),
        ("another file id", lambda data: data[: HEADER_BYTES - 1] + b"?" + data[HEADER_BYTES:]),
        ("a plain file", lambda data: b"\xff\xd8\xff" * 100),
    ],
)
def test_a_harmed_file_does_not_open(tmp_path, harm, change):
    path = sealed(tmp_path / "a", b"evidence" * (CHUNK // 4) + b"the end")
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(CannotUnseal):
        list(open_sealed(path))


def test_a_chunk_of_another_file_does_not_open(tmp_path):
    one, two = (sealed(tmp_path / name, name.encode() * CHUNK * 2) for name in "ab")
    start, end = HEADER_BYTES, HEADER_BYTES + SEALED_CHUNK
    ours, theirs = one.read_bytes(), two.read_bytes()
    one.write_bytes(ours[:start] + theirs[start:end] + ours[end:])
    with pytest.raises(CannotUnseal):
        list(open_sealed(one))


def test_a_wrong_beginning_is_found_before_anything_is_given_out(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"no sealed file at all, only text")
    with pytest.raises(CannotUnseal):
        open_sealed(path)


def test_an_older_key_still_reads_and_the_newest_writes(tmp_path, use_keys):
    use_keys(OLD)
    old = sealed(tmp_path / "old", b"old")
    use_keys(NEW, OLD)
    new = sealed(tmp_path / "new", b"new")
    assert b"".join(open_sealed(old)) == b"old"
    use_keys(NEW)
    assert b"".join(open_sealed(new)) == b"new"
    with pytest.raises(CannotUnseal, match="not in VAULT_KEYS"):
        open_sealed(old)


def test_resealing_moves_a_file_to_the_newest_key_once(tmp_path, use_keys):
    use_keys(OLD)
    data = b"evidence" * CHUNK
    path = sealed(tmp_path / "a", data)
    use_keys(NEW, OLD)
    assert reseal_file(path) is True
    assert reseal_file(path) is False
    use_keys(NEW)
    assert b"".join(open_sealed(path)) == data


def test_resealing_a_harmed_file_leaves_it_as_it_is(tmp_path, use_keys):
    use_keys(OLD)
    path = sealed(tmp_path / "a", b"x" * 2 * CHUNK)
    path.write_bytes(path.read_bytes()[:-1])
    before = path.read_bytes()
    use_keys(NEW, OLD)
    with pytest.raises(CannotUnseal):
        reseal_file(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_without_room_nothing_is_left_behind(tmp_path):
    with room_for(CHUNK), pytest.raises(StorageFull):
        seal_file(io.BytesIO(b"x" * 3 * CHUNK), tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_source_leaves_the_older_file_in_place(tmp_path):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    path = sealed(tmp_path / "a", b"before")
    with pytest.raises(ConnectionResetError):
        seal_file(Broken(), path)
    assert b"".join(open_sealed(path)) == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_memory_does_not_grow_with_the_file(tmp_path):
    class Zeros(io.BytesIO):
        left = 40 * CHUNK

        def read(self, size: int | None = -1, /) -> bytes:
            given = min(size or 0, self.left)
            self.left -= given
            return bytes(given)

    tracemalloc.start()
    try:
        seal_file(Zeros(), tmp_path / "a")
        for _ in open_sealed(tmp_path / "a"):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * CHUNK


@pytest.mark.parametrize("start", [0, 1, CHUNK - 1, CHUNK, CHUNK + 5, 2 * CHUNK, 2 * CHUNK + 99])
def test_a_file_is_read_from_the_middle_without_what_comes_before(tmp_path, start):
    data = bytes(range(256)) * (2 * CHUNK // 256) + b"the end" * 100
    assert b"".join(open_sealed(sealed(tmp_path / "a", data), start)) == data[start:]


def test_a_chunk_in_the_middle_is_only_taken_in_its_own_place(tmp_path):
    data = bytes(range(256)) * (3 * CHUNK // 256)
    path = sealed(tmp_path / "a", data)
    raw = path.read_bytes()
    first, second = (raw[HEADER_BYTES + each * SEALED_CHUNK :][:SEALED_CHUNK] for each in (0, 1))
    path.write_bytes(raw[:HEADER_BYTES] + second + first + raw[HEADER_BYTES + 2 * SEALED_CHUNK :])
    with pytest.raises(CannotUnseal):
        open_sealed(path, CHUNK + 1)
