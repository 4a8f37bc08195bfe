"""What was refused to somebody who is known stands on record too: by wrong duty, wrong scope, or wrong state.

Written after the answer is made, in a transaction of its own: whatever the refused step had begun is rolled back by
then. An address that leads outside of the scope and one that leads nowhere are the same 404, here as for the person.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import audit
from accounts.doors import has_passed_second_factor
from accounts.middleware import STAFF_PATHS
from accounts.models import User
from edge.address import client_address
from edge.limits import Limiter

REFUSALS: Final = frozenset({403, 404, 409})
"""The answers that refuse: another's step, not there (for this person), not in this state."""
MOST: Final = "60/10 minutes"
"""Rows by one person or key: whoever knocks all day says nothing new with the next one, and must not fill it."""
BIGGEST: Final = 2**53
"""Whole numbers above it have no place in the record."""


class RefusalsOnRecordMiddleware:
    """Put on record what is refused on the pages of staff and in the admin, whatever view refuses it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request; a refusal to somebody past the second factor is recorded."""
        response = self.get_response(request)
        if response.status_code in REFUSALS and request.path.startswith(STAFF_PATHS):
            person = request.user
            if isinstance(person, User) and has_passed_second_factor(request):
                put_on_record(request, person, response.status_code)
        return response


def put_on_record(request: HttpRequest, actor: User, status: int) -> None:
    """Record that `actor` was refused this address: its name and the keys in it, never what was typed."""
    match = request.resolver_match
    if match is None or not match.view_name or not limiter().hit("refusals", knocker(actor)):
        return
    keys = {name: value for name, value in match.kwargs.items() if isinstance(value, int) and abs(value) < BIGGEST}
    audit.record_refusal(
        action="access.refused",
        actor=actor,
        address=client_address(request),
        detail={"page": match.view_name, "method": request.method or "", "status": status, **keys},
        now=timezone.now(),
    )


def knocker(actor: User) -> str:
    """By what rows are counted: the key of a system, else the person."""
    return f"key:{actor.through_key.prefix}" if actor.through_key else f"person:{actor.pk}"


@lru_cache(maxsize=1)
def limiter() -> Limiter:
    """The limit of rows, shared by all processes where there is Redis."""
    return Limiter({"refusals": MOST}, settings.ENV.REDIS_URL, prefix="ambulance:refusals")
