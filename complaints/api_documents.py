"""How the complaint API is described in its OpenAPI document: one mapping per operation, for `extend_schema`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from complaints.problems import DecodersBusy, IdempotencyKeyInvalid, IdempotencyKeyReused
from complaints.serializers import (
    ComplaintFormSerializer,
    ComplaintSerializer,
    KindSerializer,
    ReceiptSerializer,
)
from edge.openapi import LANGUAGE, problem_answers
from edge.problems import Invalid, Malformed, NoSpace, TooLarge, TooManyRequests, UnsupportedMediaType

ENTRY: dict[str, Any] = {
    "kind": "overcharging",
    "plate": "赣A12345",
    "division": "360102",
    "place": "东湖区民德路1号",
    "occurred_at": "2026-11-22T09:00:00+08:00",
    "narrative": "送到家里，1600公里，收了28000元。",
    "distance_km": "1600",
    "amount_charged": "28000.00",
    "contact_name": "李雷",
    "contact_phone": "13800138000",
    "contact_email": "",
    "consent_sensitive": True,
    "consent_share_contact": False,
}
STAND: dict[str, Any] = {
    "reference": "AB12-3456",
    "state": "received",
    "public_state": "received",
    "received_at": "2026-11-23T18:05:00+08:00",
    "due": [{"step": "acceptance", "on": "2026-12-08", "provisional": False}],
    "evidence": [{"name": "receipt.jpg", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}],
}
RECEIPT: dict[str, Any] = {**STAND, "receipt_code": "ACEF-HJKM-NPRT-WXY2"}
STORY: dict[str, Any] = {
    **STAND,
    "events": [{"action": "submit", "at": "2026-11-23T18:05:00+08:00", "text": "Complaint received"}],
}

FILE: dict[str, Any] = {
    "operation_id": "file_complaint",
    "summary": "File a complaint",
    "description": (
        "As JSON, or as multipart/form-data with files. Send an `Idempotency-Key` and repeat the request with it "
        "until an answer comes: one complaint is filed, and within a day a repeat gets the same answer, receipt code "
        "included, and counts towards no limit. Unknown fields are ignored; files in other fields than `evidence` "
        "are refused. The receipt code is the only way to follow an anonymous complaint: keep it."
    ),
    "tags": ["complaints"],
    "parameters": [
        OpenApiParameter(
            "Idempotency-Key",
            {"type": "string", "minLength": 8, "maxLength": 255},
            OpenApiParameter.HEADER,
            description="Names this filing; at least 16 random characters, at best a fresh UUID. Printable ASCII.",
        ),
        LANGUAGE,
    ],
    "request": {"application/json": ComplaintSerializer, "multipart/form-data": ComplaintFormSerializer},
    "examples": [OpenApiExample("overcharging", ENTRY, request_only=True, media_type="application/json")],
    "responses": {
        201: OpenApiResponse(
            ReceiptSerializer,
            description="Filed.",
            examples=[OpenApiExample("receipt", RECEIPT)],
        ),
        200: OpenApiResponse(
            ReceiptSerializer,
            description="Filed before under this key: the same answer again.",
            examples=[OpenApiExample("repeat", RECEIPT)],
        ),
        **problem_answers(
            Invalid,
            Malformed,
            IdempotencyKeyInvalid,
            TooLarge,
            UnsupportedMediaType,
            IdempotencyKeyReused,
            TooManyRequests,
            DecodersBusy,
            NoSpace,
        ),
    },
}
KINDS: dict[str, Any] = {
    "operation_id": "complaint_kinds",
    "summary": "Kinds of complaints",
    "description": "An array in the order in which a form should offer them.",
    "tags": ["reference data"],
    "parameters": [LANGUAGE],
    "responses": {200: KindSerializer(many=True), **problem_answers(TooManyRequests)},
}
