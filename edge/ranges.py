"""The part of a file that a player asks for (RFC 9110, section 14): one range, or the whole file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SINGLE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class NoSuchRange(ValueError):
    """The part lies outside of the file: answer 416 with its size."""


@dataclass(frozen=True)
class ByteRange:
    """Bytes `first` to `last`, both included, of `size`."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        """How many bytes these are."""
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """The value of Content-Range."""
        return f"bytes {self.first}-{self.last}/{self.size}"


def asked_range(header: str, size: int) -> ByteRange | None:
    """The range that a Range header asks for; None for no header, several ranges or another unit: the whole file.

    Raises NoSuchRange for one behind the end of the file.
    """
    found = SINGLE_RANGE.fullmatch(header.strip())
    if found is None or found.group(1, 2) == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        if int(last) == 0 or size == 0:
            raise NoSuchRange(header)
        return ByteRange(max(size - int(last), 0), size - 1, size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NoSuchRange(header)
    return ByteRange(int(first), min(int(last), size - 1) if last else size - 1, size)


def shortened(chunks: Iterator[bytes], length: int) -> Iterator[bytes]:
    """The first `length` bytes of `chunks`; not one chunk more is read."""
    left = length
    while left > 0:
        chunk = next(chunks, b"")
        if not chunk:
            return
        yield chunk[:left]
        left -= len(chunk)
