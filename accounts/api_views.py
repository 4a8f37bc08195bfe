"""What the views for other systems share: a key, a limit for each key, and nothing that a cache may keep."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.api_auth import ApiKeyAuthentication, has_scope
from accounts.key_scopes import ApiScope
from accounts.models import ApiKey, User
from edge.address import client_address, limit_key
from edge.limits import limiter
from edge.problems import NotSignedIn, too_many_requests


class KeyThrottle(BaseThrottle):
    """So many requests with one key, from wherever they come: a platform speaks for thousands through one address."""

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
        """Nothing of it is kept."""
        final = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]  # the same
        final.headers["Cache-Control"] = "no-store"
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
