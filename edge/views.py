"""Pages of the edge itself: what a browser is told that cannot be served."""

from __future__ import annotations

import logging
import math

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words how to send the form again; the reason goes to the log, not to the reader."""
    logger.info("form refused: %s", reason)
    return render(request, "edge/form_not_accepted.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request we cannot read: 413 if it is larger than anything we take, else 400. Django's handler400."""
    if isinstance(exception, TOO_LARGE):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Too many requests from one address: says in how many `seconds` to come back, in words and as Retry-After."""
    response = render(request, "429.html", {"minutes": max(1, math.ceil(seconds / 60))}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
