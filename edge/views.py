"""Pages of the edge itself: what a browser without cookies is told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words how to send the form again; the reason is for the log, not the reader."""
    return render(request, "edge/form_not_accepted.html", status=403)
