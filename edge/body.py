"""A limit on the whole body of a request, files included. Django limits only text fields and the number of files."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from edge.problems import is_api, json_error
from edge.views import bad_request

MEGABYTE = 1024 * 1024


class BodyLimitMiddleware:
    """Answer 413 by the announced length, before a byte of the body is read.

    A body without an announced length is never read at all by the server interface (WSGI), so none can slip past.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse what is too large, and pass on the rest."""
        if announced_length(request) <= settings.ENV.BODY_MAX_MB * MEGABYTE:
            return self.get_response(request)
        too_big = RequestDataTooBig("the announced length is over BODY_MAX_MB")
        return json_error(request, too_big) if is_api(request) else bad_request(request, too_big)


def announced_length(request: HttpRequest) -> int:
    """Content-Length in bytes; 0 where it is missing or no number."""
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() else 0
