"""Pages of the edge itself: what a browser without cookies is told."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words how to send the form again; the reason goes to the log, not to the reader."""
    logger.info("form refused: %s", reason)
    return render(request, "edge/form_not_accepted.html", status=403)
