"""How the errors of the API are written into its OpenAPI document."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from edge import problems
from edge.problems import CONTENT_TYPE, Problem

Documented = dict[tuple[int, str], OpenApiResponse]

LANGUAGE = OpenApiParameter(
    "lang",
    OpenApiTypes.STR,
    OpenApiParameter.QUERY,
    enum=["zh", "en"],
    description="Language of the words in the answer. Without it, Accept-Language decides; Chinese is the default.",
)


class ProblemErrorSerializer(serializers.Serializer[dict[str, Any]]):
    """One thing that is wrong with one field."""

    field = serializers.CharField(help_text="Name of the field, dotted where nested; empty for the whole.")
    code = serializers.CharField(help_text="Stable, for programs.")
    message = serializers.CharField(help_text="For people: what is wrong and what to do, in the reader's language.")


class ProblemSerializer(serializers.Serializer[dict[str, Any]]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField(help_text="`/problems/` and the code. Stable.")
    title = serializers.CharField(help_text="What kind of problem it is, in the reader's language.")
    status = serializers.IntegerField(help_text="The status of the answer.")
    detail = serializers.CharField(help_text="What is wrong with this one request, and what to do.")
    code = serializers.CharField(help_text="The end of `type`. Stable, for programs.")
    errors = ProblemErrorSerializer(  # type: ignore[assignment]  # the name is the contract's
        many=True, help_text="The fields that are wrong; else empty."
    )


def problem_answers(*kinds: type[Problem]) -> Documented:
    """The documented answers for these problems, one per status with an example for each kind."""
    by_status: dict[int, list[type[Problem]]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status_code, []).append(kind)
    return {
        (status, CONTENT_TYPE): OpenApiResponse(
            ProblemSerializer,
            description=" / ".join(str(_said(kind)) for kind in found),
            examples=[problem_example(kind) for kind in found],
        )
        for status, found in by_status.items()
    }


def problem_example(kind: type[Problem]) -> OpenApiExample:
    """A problem of this kind as it is answered."""
    errors = []
    if issubclass(kind, problems.Invalid):
        errors = [{"field": "plate", "code": "required", "message": _("This field is required.")}]
    return OpenApiExample(
        kind.code,
        value={
            "type": f"/problems/{kind.code}",
            "title": _said(kind),
            "status": kind.status_code,
            "detail": _said(kind),
            "code": kind.code,
            "errors": errors,
        },
        response_only=True,
        media_type=CONTENT_TYPE,
    )


def _said(kind: type[Problem]) -> str | Promise:
    return kind.title
