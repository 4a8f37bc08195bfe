"""What part of a file a Range header asks for."""

from __future__ import annotations

import pytest

from edge.ranges import NoSuchRange, asked_range, shortened


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-500", (90, 99)),
        ("bytes=-1", (99, 99)),
        ("bytes=-500", (0, 99)),
    ],
)
def test_a_range_is_read_and_kept_within_the_file(header, part):
    found = asked_range(header, 100)
    assert found is not None
    assert (found.first, found.last) == part
    assert found.content_range == f"bytes {part[0]}-{part[1]}/100"
    assert found.length == part[1] - part[0] + 1


@pytest.mark.parametrize(
    "header",
    ["", "bytes=-", "bytes=5-2", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "bytes=٠-١", "bytes=" + "9" * 40 + "-"],
)
def test_whatever_is_no_single_range_means_the_whole_file(header):
    assert asked_range(header, 100) is None


@pytest.mark.parametrize(("header", "size"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-", 0), ("bytes=-5", 0)])
def test_a_range_behind_the_end_is_no_range(header, size):
    with pytest.raises(NoSuchRange):
        asked_range(header, size)


def test_no_more_chunks_are_read_than_are_needed():
    read = []

    def chunks():
        for each in (b"abc", b"def", b"ghi"):
            read.append(each)
            yield each

    assert b"".join(shortened(chunks(), 4)) == b"abcd"
    assert read == [b"abc", b"def"]
    assert b"".join(shortened(chunks(), 99)) == b"abcdefghi"
