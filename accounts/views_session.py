"""The session of a person at work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from accounts.doors import Door, door_of


@require_POST
def stay(request: HttpRequest) -> HttpResponseBase:
    """Stay signed in: the request itself counts as work. 204, or 401 when the session is over already."""
    answer = HttpResponse(status=401 if door_of(request) is Door.SIGN_IN else 204)
    answer["Cache-Control"] = "no-store"
    return answer
