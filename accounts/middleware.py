"""A staff session: how long it lives (so many idle minutes, a day's work at most), and the language it speaks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.models import User
from edge.reader import reader_of

STAFF_PATHS = ("/staff/", "/admin/", "/api/v1/staff/")
"""Addresses where a session means something. Everywhere else nobody is known, and no session is read."""
PAGES = ("/staff/", "/admin/")
"""Those of them that people read."""
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


class OwnLanguageMiddleware:
    """Speak to whoever is signed in as the person chose, unless the address asks for another language (`?lang=`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve a page for staff in the person's language; anything else as it is."""
        reader = reader_of(request)
        is_page = request.path.startswith(PAGES)
        if not is_page or "lang" in dict(reader.asked) or SESSION_KEY not in request.session:
            return self.get_response(request)
        user = request.user
        language = user.language if isinstance(user, User) else reader.language
        request.reader = replace(reader, language=language)  # type: ignore[attr-defined]  # as edge.reader does
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
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
