"""How the API of cases is described in its OpenAPI document: one mapping per operation, for `extend_schema`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework.serializers import Serializer

from complaints.api_cases_shape import CaseQuerySerializer, CaseRowSerializer, CaseSerializer, SteppedSerializer
from complaints.problems import CaseStale, StepNotPossible, Unsoundness
from edge.openapi import LANGUAGE, problem_answers
from edge.problems import Forbidden, Invalid, Malformed, NotFound, NotSignedIn, TooManyRequests, UnsupportedMediaType
from registry.api_staff_base import ScopeMissing
from registry.api_staff_documents import LINK

TAGS = ["cases"]
_KEY = (NotSignedIn, ScopeMissing, TooManyRequests)
_STEP = (*_KEY, Invalid, Malformed, Forbidden, NotFound, CaseStale, StepNotPossible, UnsupportedMediaType, Unsoundness)
PART: dict[str, Any] = {
    "id": 31,
    "authority": "东湖区卫生健康委员会",
    "authority_kind": "health",
    "is_own": True,
    "role": "lead",
    "state": "accepted",
    "version": 2,
    "next_due": "2027-01-25",
}
ROW: dict[str, Any] = {
    "id": 17,
    "reference": "AB12-3456",
    "kind": "service",
    "nature": "complaint",
    "state": "in_progress",
    "received_at": "2026-11-23T18:05:00+08:00",
    "division": "360102",
    "institution": {"name": "南昌市第一人民医院", "credit_code": "12000000000000019M"},
    "plate": "赣A12345",
    "parts": [PART],
}
DEADLINE: dict[str, Any] = {
    "step": "decision",
    "owed_by_institution": False,
    "due_on": "2027-01-25",
    "provisional": True,
    "paused": False,
    "met_at": None,
    "limit": "60d",
    "extension": "",
    "basis": "信访工作条例 34",
    "starts_on": "2026-11-24",
    "counted_days": 60,
    "skipped": [{"day": "2027-01-23", "why": "weekend"}, {"day": "2027-01-24", "why": "weekend"}],
    "words": ["60 calendar days"],
}
CASE_EXAMPLE: dict[str, Any] = {
    **ROW,
    "parts": [
        {**PART, "actions": ["assign", "hand_over", "note", "ask", "forward", "investigate"], "deadlines": [DEADLINE]}
    ],
    "occurred_at": "2026-11-22T09:00:00+08:00",
    "narrative": "司机要求另付现金，没有收据。",
    "distance_km": None,
    "amount_charged": None,
    "posted_amount": None,
    "files": 1,
    "events": [
        {
            "action": "submit",
            "at": "2026-11-23T18:05:00+08:00",
            "side": "complainant",
            "authority": None,
            "audience": "authorities",
            "text": "",
            "is_withheld": False,
        }
    ],
}
STEPPED: dict[str, Any] = {
    "case": 17,
    "state": "in_progress",
    "part": PART,
    "actions": ["assign", "hand_over", "note", "ask", "forward", "investigate"],
}

CASES: dict[str, Any] = {
    "operation_id": "list_cases",
    "summary": "List the authority's cases",
    "description": (
        "Needs a key with `cases:read`. Cases in which the key's authority, or one of its kind below it, has a part, "
        "the newest first; what is out of reach does not exist here."
    ),
    "tags": TAGS,
    "parameters": [CaseQuerySerializer, LANGUAGE, LINK],
    "responses": {
        200: OpenApiResponse(CaseRowSerializer(many=True), examples=[OpenApiExample("cases", [ROW])]),
        **problem_answers(*_KEY, Invalid),
    },
}
CASE: dict[str, Any] = {
    "operation_id": "read_case",
    "summary": "Read a case",
    "description": (
        "Needs a key with `cases:read`; recorded once an hour. Who complained, the contact, the place in words and the "
        "files are never answered: an officer looks at them on the desk, where a look behind the mask has a reason."
    ),
    "tags": TAGS,
    "parameters": [LANGUAGE],
    "responses": {
        200: OpenApiResponse(CaseSerializer, examples=[OpenApiExample("case", CASE_EXAMPLE)]),
        **problem_answers(*_KEY, NotFound),
    },
}
SUMMARIES = {
    "assign": "Give the own part to an officer, or back to the desk",
    "accept": "Accept the own part",
    "decline": "Do not accept it, with the legal reason",
    "object": "Object: another authority should answer",
    "hand_over": "Give the part to another authority",
    "note": "Write words for the file",
    "ask": "Ask the complainant; the clock of the decision rests until the answer",
    "take_back": "Take the open question back; the clock goes on",
    "forward": "Tell an institution what it has to answer, or to carry out",
    "investigate": "Note what was found out",
    "propose": "Propose a conclusion to the supervisor",
}


def step(name: str, shape: type[Serializer[Any]]) -> dict[str, Any]:
    """How one step is described."""
    return {
        "operation_id": f"case_{name}",
        "summary": SUMMARIES[name],
        "description": (
            "Needs a key with `cases:write`. `version` is the one that was read; where somebody was faster the answer "
            "is 409 `stale-version` with `version`, `by` (the office), `at` and `what`, and nothing was kept."
        ),
        "tags": TAGS,
        "parameters": [LANGUAGE],
        "request": shape,
        "responses": {
            200: OpenApiResponse(SteppedSerializer, examples=[OpenApiExample("stepped", STEPPED)]),
            **problem_answers(*_STEP),
        },
    }
