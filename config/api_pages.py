"""The API about itself: its OpenAPI document, a page to read it, and the answer where there is nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from edge.api import BRIEFLY, PublicView
from edge.problems import NotFound


@lru_cache(maxsize=4)
def document(language: str) -> dict[str, Any]:
    """The OpenAPI document with its words in `language`; made once per process and language."""
    with translation.override(language):
        schema: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]  # has no types
    return schema


class SchemaView(PublicView):
    """The OpenAPI document: JSON, or YAML for who asks for it (Accept, or `?format=yaml`)."""

    cache_control = BRIEFLY
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Answer the document."""
        return Response(document(translation.get_language()))


class DocsView(SpectacularSwaggerSplitView):
    """The readable page: Swagger UI from our own files, its script apart, so that no inline script is needed."""

    url_name = "api:schema"
    template_name = "api/docs.html"


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any other address under `/api/`: without its last slash it is sent on, method and body kept; else 404."""
    if not request.path.endswith("/"):
        query = request.META.get("QUERY_STRING", "")
        address = f"{request.path}/" + (f"?{query}" if query else "")
        return HttpResponseRedirect(address, preserve_request=True)
    return NotFound(_("The addresses of this API are listed at /api/v1/docs/.")).response()
