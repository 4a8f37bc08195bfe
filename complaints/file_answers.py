"""A sealed file as an answer: in chunks, by ranges, opened by nothing that could run in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from edge.ranges import NoSuchRange, asked_range, shortened
from evidence.names import download_name

SANDBOX = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
"""A file opened by itself runs nothing and fetches nothing (the style is the browser's own for pictures and films)."""
SHOWN_BY_BROWSERS = ("image/", "audio/", "video/")

Opener = Callable[[int], Iterator[bytes]]
"""Opens the file from a byte on; who may and what is recorded is its own to know."""


def ranged_file(request: HttpRequest, opened: Opener, *, name: str, content_type: str, size: int) -> HttpResponseBase:
    """The file, or the range a player asks for (206; 416 behind the end). Documents are taken away, not opened."""
    try:
        wanted = asked_range(request.headers.get("Range", ""), size)
    except NoSuchRange:
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return shut(refused, name=name, content_type=content_type)
    if wanted is None:
        answer = StreamingHttpResponse(opened(0), content_type=content_type)
        answer["Content-Length"] = str(size)
    else:
        part = shortened(opened(wanted.first), wanted.length)
        answer = StreamingHttpResponse(part, content_type=content_type, status=206)
        answer["Content-Range"], answer["Content-Length"] = wanted.content_range, str(wanted.length)
    answer["Accept-Ranges"] = "bytes"
    return shut(answer, name=name, content_type=content_type)


def taken_away(chunks: Iterator[bytes], *, name: str, content_type: str) -> HttpResponseBase:
    """The file as a download, whatever it is: an original is not opened by a browser."""
    answer = StreamingHttpResponse(chunks, content_type="application/octet-stream")
    shut(answer, name=name, content_type=content_type)
    answer["Content-Disposition"] = disposition(name, content_type, is_attachment=True)
    return answer


def shut(answer: HttpResponseBase, *, name: str, content_type: str) -> HttpResponseBase:
    """The headers that keep a foreign file harmless and out of every cache."""
    is_attachment = not content_type.startswith(SHOWN_BY_BROWSERS)
    answer["Content-Disposition"] = disposition(name, content_type, is_attachment=is_attachment)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "no-store"
    return answer


def disposition(name: str, content_type: str, *, is_attachment: bool) -> str:
    """Content-Disposition with a name whose ending fits what the file is."""
    filename = download_name(name, content_type)
    return content_disposition_header(as_attachment=is_attachment, filename=filename) or "attachment"
