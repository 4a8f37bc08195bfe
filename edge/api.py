"""What every public view of the API has in common: its limit, its parsers, and how long an answer may be kept."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from edge.throttles import AddressThrottle

BRIEFLY = "public, max-age=0, s-maxage=2, must-revalidate"
"""For what must be fresh: browsers ask again every time, a shared cache may hold it two seconds."""
AN_HOUR = "public, max-age=3600"
"""For reference data that changes with a release, or once a year."""


class PublicView(APIView):
    """A view without sign-in. Reads are counted by address under `limit_name`; nothing is kept unless it says so."""

    limit_name = "api"
    cache_control = "no-store"
    """For answers of 200. With anything but `no-store` they carry an ETag too."""

    def get_throttles(self) -> list[BaseThrottle]:
        """Only reads are counted here: a filing has a limit of its own, which repeats do not use up."""
        return [AddressThrottle()] if self.request.method in SAFE_METHODS else []

    def finalize_response(  # type: ignore[override]  # a problem and a 304 are plain responses of Django
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Say how long the answer may be kept, and answer 304 to whoever has it already."""
        final = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]  # the same
        is_kept = self.cache_control != "no-store" and final.status_code == 200 and request.method in {"GET", "HEAD"}
        if is_kept and isinstance(final, Response):
            return revalidated(request, final.render(), self.cache_control)
        final.headers.setdefault("Cache-Control", "no-store")
        return final


def revalidated(request: Request, response: HttpResponse, cache_control: str) -> HttpResponseBase:
    """`response`, or 304 if the client already has it.

    The tag is made from the body as rendered (language and day are in it) and the release. It is weak, because the
    same body may travel compressed or not.
    """
    digest = hashlib.sha256(settings.RELEASE.encode() + response.content).hexdigest()[:32]
    response.headers["ETag"] = f'W/"{digest}"'
    response.headers["Cache-Control"] = cache_control
    patch_vary_headers(response, ["Accept-Language", "Accept-Encoding"])
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
