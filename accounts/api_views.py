"""What the views for other systems share: a key, a limit for each key, and nothing that a cache may keep."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.api_auth import ApiKeyAuthentication, has_scope
from accounts.key_scopes import ApiScope
from accounts.models import ApiKey, User
from accounts.refusals_on_record import REFUSALS, put_on_record
from accounts.scope import Scope
from edge.address import client_address, limit_key
from edge.limits import limiter
from edge.problems import NotSignedIn, too_many_requests


class KeyThrottle(BaseThrottle):
    """So many requests with one key, from wherever they come.

    A platform speaks for thousands through one address, and so may a data centre for all hospitals of a city.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request; whether it is allowed."""
        self._key = key_of(request).prefix
        return limiter().hit("keys", self._key)

    def wait(self) -> float:
        """Seconds until the key may ask again."""
        return limiter().retry_after("keys", self._key)


class KeyedView(APIView):
    """A view for a system with a key. Who has none, or a wrong one, is counted by address: guessing is limited too.

    No cookie is read here: a page of another origin cannot make a signed-in browser speak for its owner.
    """

    authentication_classes = [ApiKeyAuthentication]
    reads: ClassVar[ApiScope]
    """What a key must be good for to read."""
    writes: ClassVar[ApiScope]
    """What a key must be good for to do anything else."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in by the key. Raises NotSignedIn, Forbidden, TooManyRequests."""
        guesser = f"no-key:{limit_key(client_address(request))}"
        if not limiter().test("api", guesser):
            raise too_many_requests(limiter().retry_after("api", guesser))
        try:
            super().initial(request, *args, **kwargs)
        except (NotSignedIn, NotAuthenticated):
            limiter().hit("api", guesser)
            raise

    def check_permissions(self, request: Request) -> None:
        """Count before anything is refused: a key that may too little asks no more often than another one."""
        if isinstance(request.auth, ApiKey):
            super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Counted already (`check_permissions`)."""

    def get_throttles(self) -> list[BaseThrottle]:
        """The limit of the key, for reads and writes."""
        return [KeyThrottle()]

    def get_permissions(self) -> list[BasePermission]:
        """Reading needs a key that reads, everything else one that writes."""
        needed = self.reads if self.request.method in SAFE_METHODS else self.writes
        return [has_scope(needed)()]

    def finalize_response(  # type: ignore[override]  # a problem is a plain response of Django
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Nothing of it is kept by a cache; what was refused to a known key stands on record."""
        final = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]  # the same
        final.headers["Cache-Control"] = "no-store"
        if final.status_code in REFUSALS and isinstance(request.auth, ApiKey):
            put_on_record(request._request, holder_of(request), final.status_code)
        return final


def key_of(request: Request) -> ApiKey:
    """The key of a request that a `KeyedView` let in."""
    key = request.auth
    assert isinstance(key, ApiKey)
    return key


def holder_of(request: Request) -> User:
    """The person who made the key, with the reach of the key."""
    user = request.user
    assert isinstance(user, User)
    return user


def scope_of(request: Request) -> Scope:
    """How far the key reaches."""
    return holder_of(request).scope


def by(request: Request) -> dict[str, Any]:
    """What every write is told of who does it. The audit record names the key beside the person who made it."""
    return {"actor": holder_of(request), "now": timezone.now(), "address": client_address(request)}
