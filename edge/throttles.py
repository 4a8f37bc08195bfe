"""The limits of the edge for views of the REST framework."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from edge.address import client_address, limit_key
from edge.limits import limiter


class AddressThrottle(BaseThrottle):
    """So many requests from one address: the limit named by `view.limit_name`, else `api`. Never fails."""

    limit_name = "api"

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request; whether it is allowed."""
        self._name = getattr(view, "limit_name", self.limit_name)
        self._key = limit_key(client_address(request))
        return limiter().hit(self._name, self._key)

    def wait(self) -> float:
        """Seconds until the address may ask again."""
        return limiter().retry_after(self._name, self._key)
