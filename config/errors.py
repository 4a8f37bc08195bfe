"""What went wrong outside of a view: a program at `/api/` is told in JSON, a person by a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error as broken_page

from edge.problems import is_api, json_error
from edge.views import bad_request as unreadable_page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read (400), or is too large (413)."""
    return json_error(request, exception) if is_api(request) else unreadable_page(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours (500). Says nothing about itself; the log does."""
    return json_error(request) if is_api(request) else broken_page(request)
