"""How following a complaint is described in the OpenAPI document: one mapping per operation, for `extend_schema`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from complaints.api_documents import STAND
from complaints.problems import (
    ComplaintNotFound,
    DecodersBusy,
    NobodyAbove,
    QuestionUnknown,
    ReviewTermOver,
)
from complaints.serializers_story import (
    AnswerFormSerializer,
    AnswerSerializer,
    FullStorySerializer,
    MaterialFormSerializer,
    MaterialSerializer,
    RatingSerializer,
    ReviewSerializer,
    WithdrawalSerializer,
)
from edge.openapi import LANGUAGE, problem_answers
from edge.problems import Invalid, Malformed, NoSpace, TooLarge, TooManyRequests, UnsupportedMediaType
from registry.api_staff_base import NotInThisState

STORY: dict[str, Any] = {
    **STAND,
    "state": "concluded",
    "public_state": "concluded",
    "due": [],
    "events": [
        {
            "action": "submit",
            "at": "2026-11-23T18:05:00+08:00",
            "text": "Complaint received",
            "authority": "",
            "words": "",
            "strand": "complaint",
        },
        {
            "action": "conclude",
            "at": "2026-12-10T09:30:00+08:00",
            "text": "Answered",
            "authority": "南昌市东湖区市场监督管理局",
            "words": "",
            "strand": "complaint",
        },
    ],
    "strands": [
        {
            "nature": "complaint",
            "kind": "overcharging",
            "state": "concluded",
            "public_state": "concluded",
            "actions": ["ask_review", "rate"],
            "rating": None,
            "handled_together": [],
        }
    ],
    "questions": [],
    "deadlines": [],
    "decisions": [
        {
            "part": 7,
            "authority": "南昌市东湖区市场监督管理局",
            "role": "lead",
            "at": "2026-12-10T09:30:00+08:00",
            "outcome": {
                "finding": "substantiated",
                "found": "What you said was found to be right.",
                "measures": ["correction", "refund"],
            },
            "refund_amount": "17328.00",
            "text": "责令退还多收的17328元。",
            "review": {
                "action": "ask_review",
                "until": "2027-01-11",
                "provisional": True,
                "is_open": True,
                "authority": "南昌市市场监督管理局",
            },
            "strand": "complaint",
        }
    ],
}

HOLDER = [
    OpenApiParameter(
        "reference", OpenApiTypes.STR, OpenApiParameter.PATH, description="Such as AB12-3456, in any writing."
    ),
    OpenApiParameter(
        "Receipt-Code",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        required=True,
        description="The secret code of the receipt, in any letter case and grouping.",
    ),
    LANGUAGE,
]
TOLD = OpenApiResponse(
    FullStorySerializer, description="Done: the story as it stands now.", examples=[OpenApiExample("story", STORY)]
)

FOLLOW: dict[str, Any] = {
    "operation_id": "follow_complaint",
    "summary": "Follow a complaint",
    "description": (
        "The story from all authorities: steps with the words written to the complainant, open questions, deadlines, "
        "answers with the right to a review. A claim and a report in one submission are two `strands`. The answer is "
        "the same whatever of reference and code is wrong. Wrong ones are counted by address."
    ),
    "tags": ["complaints"],
    "parameters": HOLDER,
    "responses": {
        200: OpenApiResponse(FullStorySerializer, examples=[OpenApiExample("story", STORY)]),
        **problem_answers(ComplaintNotFound, TooManyRequests),
    },
}


def step(
    operation_id: str, summary: str, description: str, request: dict[str, Any], *problems: Any, with_files: bool = False
) -> dict[str, Any]:
    """One step of the complainant."""
    of_files = (TooLarge, DecodersBusy, NoSpace) if with_files else ()
    return {
        "operation_id": operation_id,
        "summary": summary,
        "description": description,
        "tags": ["complaints"],
        "parameters": HOLDER,
        "request": request,
        "responses": {
            200: TOLD,
            **problem_answers(
                Invalid,
                Malformed,
                ComplaintNotFound,
                NotInThisState,
                UnsupportedMediaType,
                TooManyRequests,
                *of_files,
                *problems,
            ),
        },
    }


MATERIAL = step(
    "add_material",
    "Add words or files",
    "As JSON, or as multipart/form-data with files in the field `evidence`. 409 once the case takes no more.",
    {"application/json": MaterialSerializer, "multipart/form-data": MaterialFormSerializer},
    with_files=True,
)
ANSWERS = step(
    "answer_question",
    "Answer a question",
    "In words, by files, or both. The days of waiting do not count towards the deadline. 409 for a question that was "
    "answered or taken back.",
    {"application/json": AnswerSerializer, "multipart/form-data": AnswerFormSerializer},
    QuestionUnknown,
    with_files=True,
)
WITHDRAWAL = step(
    "withdraw_complaint",
    "Withdraw",
    "The whole submission, or the `strand` that is named. This cannot be undone. 409 once it is answered or withdrawn.",
    {"application/json": WithdrawalSerializer},
)
RATING = step(
    "rate_complaint",
    "Rate how it was handled",
    "One to five, and words. A later rating stands in place of the earlier one. 409 before anything was answered.",
    {"application/json": RatingSerializer},
)
REVIEW = step(
    "ask_review",
    "Ask for a review",
    "By the authority above the one that answered: the first review (复查), or the second (复核) of a review. "
    "`decisions[].review` says by whom and until when. 409 where no answer can be reviewed, after the term, and where "
    "nobody above is in this service.",
    {"application/json": ReviewSerializer},
    ReviewTermOver,
    NobodyAbove,
)
