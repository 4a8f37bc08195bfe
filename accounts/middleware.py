"""How long a staff session lives: so many idle minutes, and a day's work at most."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

STAFF_PATHS = ("/staff/", "/admin/", "/api/v1/staff/")
"""Addresses where a session means something. Everywhere else nobody is known, and no session is read."""
BEGAN, SEEN = "staff_began", "staff_seen"
"""Session keys: Unix seconds of the first and of the last noted request."""
NOTE_EVERY = 30
"""Seconds between two notes of the same session; a write for every request would be waste."""


class StaffSessionMiddleware:
    """End a staff session that was idle too long or has lasted too long; note the others as seen.

    What is ended is ended on the server, whether or not the page had a script to warn about it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request; nobody is signed in any more where the time was over. No browser keeps what it shows."""
        if not request.path.startswith(STAFF_PATHS):
            return self.get_response(request)
        if SESSION_KEY in request.session:
            if is_over(request, time.time()):
                logout(request)
            else:
                note(request, time.time())
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response


def is_over(request: HttpRequest, now: float) -> bool:
    """Whether the session was idle, or has lasted, too long. One that was never noted begins now.

    What was noted may be `NOTE_EVERY` seconds older than the last request: nobody is ended before the time.
    """
    env, session = settings.ENV, request.session
    seen, began = session.get(SEEN, now), session.get(BEGAN, now)
    return bool(now - seen > env.STAFF_IDLE_MINUTES * 60 + NOTE_EVERY or now - began > env.STAFF_SESSION_HOURS * 3600)


def note(request: HttpRequest, now: float) -> None:
    """Note the request, at most every `NOTE_EVERY` seconds, for the limits and for the person's list of sessions."""
    session = request.session
    session.setdefault(BEGAN, now)
    if now - session.get(SEEN, 0) < NOTE_EVERY:
        return
    session[SEEN] = now
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())
