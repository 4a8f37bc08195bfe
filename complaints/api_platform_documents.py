"""How the API for partner platforms is described in its OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from complaints.api_documents import ENTRY, STORY
from complaints.problems import DecodersBusy, ReferenceReused, ReferenceUnknown
from complaints.serializers import (
    PlatformComplaintFormSerializer,
    PlatformComplaintSerializer,
    PlatformStepsSerializer,
    PlatformStorySerializer,
)
from edge.openapi import LANGUAGE, problem_answers
from edge.problems import (
    Forbidden,
    Invalid,
    Malformed,
    NoSpace,
    NotSignedIn,
    TooLarge,
    TooManyRequests,
    UnsupportedMediaType,
)

REFERENCE = "20261123-004711"
PLATFORM_STORY: dict[str, Any] = {**STORY, "platform_reference": REFERENCE}
STEP: dict[str, Any] = {
    "action": "submit",
    "at": "2026-11-23T18:05:00+08:00",
    "text": "Complaint received",
    "reference": "AB12-3456",
    "platform_reference": REFERENCE,
    "public_state": "received",
}
TAGS = ["platforms"]
_KEY = (NotSignedIn, Forbidden, TooManyRequests)

HAND_OVER: dict[str, Any] = {
    "operation_id": "hand_over_complaint",
    "summary": "Hand a complaint over",
    "description": (
        "For partner platforms; needs a key with `complaints:write`. The body is that of `file_complaint` with "
        "`platform_reference`, your own number: repeat the request with it until an answer comes. The same content "
        "under the same number is one complaint, however late, and the repeat is told where it stands. "
        "No receipt code is given: the complaint is followed by your number, with your key."
    ),
    "tags": TAGS,
    "parameters": [LANGUAGE],
    "request": {
        "application/json": PlatformComplaintSerializer,
        "multipart/form-data": PlatformComplaintFormSerializer,
    },
    "examples": [
        OpenApiExample(
            "overcharging",
            {"platform_reference": REFERENCE, **ENTRY},
            request_only=True,
            media_type="application/json",
        )
    ],
    "responses": {
        201: OpenApiResponse(
            PlatformStorySerializer, description="Handed over.", examples=[OpenApiExample("story", PLATFORM_STORY)]
        ),
        200: OpenApiResponse(
            PlatformStorySerializer,
            description="Handed over before: where it stands now.",
            examples=[OpenApiExample("repeat", PLATFORM_STORY)],
        ),
        **problem_answers(
            *_KEY, Invalid, Malformed, TooLarge, UnsupportedMediaType, ReferenceReused, DecodersBusy, NoSpace
        ),
    },
}
STEPS: dict[str, Any] = {
    "operation_id": "list_handed_over_steps",
    "summary": "What is new",
    "description": (
        "The public steps of all complaints your platform handed over, oldest first, at most 100. Needs a key with "
        "`complaints:read`. Keep `since` and ask with it next time. A step is listed half a minute after it was "
        "taken, so that none is ever missed; web hooks tell it at once."
    ),
    "tags": TAGS,
    "parameters": [
        OpenApiParameter("since", OpenApiTypes.STR, description="From the answer before; without it all."),
        LANGUAGE,
    ],
    "responses": {
        200: OpenApiResponse(
            PlatformStepsSerializer,
            examples=[OpenApiExample("steps", {"steps": [STEP], "since": "4711", "has_more": False})],
        ),
        **problem_answers(*_KEY, Invalid),
    },
}
FOLLOW: dict[str, Any] = {
    "operation_id": "follow_handed_over_complaint",
    "summary": "Follow a complaint that was handed over",
    "description": "Needs a key with `complaints:read`. What another platform handed over does not exist here.",
    "tags": TAGS,
    "parameters": [
        OpenApiParameter(
            "platform_reference",
            OpenApiTypes.STR,
            OpenApiParameter.PATH,
            description="Your own number.",
        ),
        LANGUAGE,
    ],
    "responses": {
        200: OpenApiResponse(PlatformStorySerializer, examples=[OpenApiExample("story", PLATFORM_STORY)]),
        **problem_answers(*_KEY, ReferenceUnknown),
    },
}
