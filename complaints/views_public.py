"""The public's complaint pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def new(request: HttpRequest) -> HttpResponse:
    """Begin a complaint."""
    return HttpResponse(status=501)


def track(request: HttpRequest) -> HttpResponse:
    """Follow a complaint."""
    return HttpResponse(status=501)
