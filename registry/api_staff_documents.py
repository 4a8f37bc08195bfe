"""How the API for hospital systems is described in its OpenAPI document: one mapping per operation."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from edge.openapi import LANGUAGE
from registry.api_staff_base import (
    BEGIN_PROBLEMS,
    CHANGE_PROBLEMS,
    ONE_PROBLEMS,
    READ_PROBLEMS,
    REMOVE_PROBLEMS,
    STEP_PROBLEMS,
    UPLOAD_PROBLEMS,
)
from registry.proposals import ASKED, NEEDED_DOCUMENTS
from registry.serializers_staff import (
    ApplicationPatchSerializer,
    ApplicationQuerySerializer,
    ApplicationRowSerializer,
    ApplicationSerializer,
    DeclineSerializer,
    DocumentSerializer,
    DocumentUploadSerializer,
    FleetQuerySerializer,
    FreeFieldsSerializer,
    MarkingSerializer,
    NewApplicationSerializer,
    VehicleSerializer,
    VersionSerializer,
    WithdrawSerializer,
)

LINK = OpenApiParameter(
    "Link",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200],
    description='`<…>; rel="next"` (RFC 8288) when there are more.',
)
JSON = "application/json"
VEHICLE_EXAMPLE: dict[str, Any] = {
    "id": 12,
    "status": "in_service",
    "standing": "in_service_120",
    "plate": "赣A12345",
    "plate_kind": "02",
    "vin": "LZFF25M4X8D004248",
    "fleet_number": "急012",
    "vehicle_type": "B",
    "has_negative_pressure": False,
    "in_120_network": True,
    "colour": "白色",
    "brand_model": "福特全顺JX5041",
    "is_for_pre_hospital": True,
    "is_for_institution_transfer": False,
    "is_for_non_emergency_transfer": False,
    "is_for_special_goods": False,
    "licence_owner": "南昌市第一人民医院",
    "licence_address": "东湖区民德路1号",
    "licence_vehicle_class": "小型专用客车",
    "licence_use": "J",
    "licence_engine_number": "A1234567",
    "licence_issued_on": "2024-03-15",
    "licence_issued_by": "南昌市公安局交通管理局",
    "licence_seats": 6,
    "licence_note": "",
    "registered_on": "2024-03-15",
    "inspection_valid_until": "2027-03-31",
    "scrap_due_on": "2039-03-15",
    "division": "360102",
    "station": "东站",
    "positioning_device": "BDS-000012",
    "certified_by": "东湖区卫生健康委员会",
    "retired_on": None,
    "updated_at": "2026-11-23T18:05:00+08:00",
}
ROW_EXAMPLE: dict[str, Any] = {
    "id": 15,
    "reference": "BA-000015",
    "kind": "change",
    "state": "returned",
    "version": 4,
    "institution": {"name": "南昌市第一人民医院", "credit_code": "12360100000000001B"},
    "receiving_institution": None,
    "ambulance": 12,
    "authority": "东湖区卫生健康委员会",
    "created_at": "2026-11-20T09:00:00+08:00",
    "updated_at": "2026-11-23T18:05:00+08:00",
    "submitted_at": "2026-11-20T09:30:00+08:00",
    "due_on": "2026-12-18",
    "decided_at": "2026-11-23T18:05:00+08:00",
    "decision_reason": "",
    "field_reasons": {"colour": "照片上是白色"},
}
APPLICATION_EXAMPLE: dict[str, Any] = {
    **ROW_EXAMPLE,
    "reason": "",
    "proposed": {"colour": "黄色", "inspection_valid_until": "2026-01-31"},
    "documents": [
        {
            "id": 31,
            "purpose": "vehicle_licence",
            "name": "行驶证.jpg",
            "content_type": "image/jpeg",
            "size": 480123,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "added_at": "2026-11-20T09:20:00+08:00",
        }
    ],
    "actions": ["save", "submit", "withdraw"],
    "faults": [],
    "warnings": [
        {"field": "inspection_valid_until", "code": "past", "message": "This date has passed.", "suggestion": ""}
    ],
}
_KINDS = "\n".join(
    f"- `{kind}`: {', '.join(names) or 'no fields, a `reason`'}"
    + (f"; documents {', '.join(NEEDED_DOCUMENTS[kind])}" if NEEDED_DOCUMENTS[kind] else "")
    for kind, names in ASKED.items()
)


def _operation(name: str, summary: str, description: str, answers: dict[Any, Any], **more: Any) -> dict[str, Any]:
    parameters = [*more.pop("parameters", []), LANGUAGE]
    return {
        "operation_id": name,
        "summary": summary,
        "description": description,
        "tags": ["for hospital systems"],
        "parameters": parameters,
        "responses": answers,
        **more,
    }


def _shown(shape: Any, example: Any, words: str = "") -> OpenApiResponse:
    return OpenApiResponse(shape, description=words, examples=[OpenApiExample("as answered", example)])


def _sent(value: dict[str, Any], media: str = JSON) -> list[OpenApiExample]:
    return [OpenApiExample("as sent", value, request_only=True, media_type=media)]


_APPLICATION = _shown(ApplicationSerializer, APPLICATION_EXAMPLE)

FLEET = _operation(
    "fleet",
    "The fleet",
    "The vehicles of the key's institution, retired ones too. To keep a copy: ask with `updated_after`, follow the "
    "Link header to the end, and next time give the largest `updated_at` that was seen.",
    {200: _shown(VehicleSerializer(many=True), VEHICLE_EXAMPLE), **READ_PROBLEMS},
    parameters=[FleetQuerySerializer, LINK],
)
VEHICLE = _operation(
    "vehicle",
    "One vehicle",
    "What is registered of it.",
    {200: _shown(VehicleSerializer, VEHICLE_EXAMPLE), **ONE_PROBLEMS},
)
CHANGE_VEHICLE = _operation(
    "change_vehicle",
    "Change station and positioning device",
    "At once and on record. Everything else is changed by an approved application.",
    {200: _shown(VehicleSerializer, VEHICLE_EXAMPLE), **CHANGE_PROBLEMS},
    request=FreeFieldsSerializer,
    examples=_sent({"station": "东站"}),
)
MARKINGS = _operation(
    "vehicle_markings",
    "The codes of a vehicle",
    "An array: those issued, mounted and revoked.",
    {
        200: _shown(
            MarkingSerializer(many=True),
            {
                "code": "YKWT6P3N8XE4",
                "position": "LEFT",
                "state": "mounted",
                "issued_at": "2026-01-05T10:00:00+08:00",
                "mounted_at": "2026-01-09T10:00:00+08:00",
                "revoked_at": None,
                "revoke_reason": "",
                "url": "HTTPS://CHECK.EXAMPLE.ORG/A/YKWT6P3N8XE4",
            },
        ),
        **ONE_PROBLEMS,
    },
)
APPLICATIONS = _operation(
    "applications",
    "Applications",
    "Those of the key's institution, and transfers to it once they were submitted; the latest change first.",
    {200: _shown(ApplicationRowSerializer(many=True), ROW_EXAMPLE), **READ_PROBLEMS},
    parameters=[ApplicationQuerySerializer, LINK],
)
BEGIN = _operation(
    "begin_application",
    "Begin an application",
    "A draft, filled with what is registered. Fields and documents by kind:\n\n" + _KINDS,
    {201: _shown(ApplicationSerializer, APPLICATION_EXAMPLE, "Begun; `Location` leads to it."), **BEGIN_PROBLEMS},
    request=NewApplicationSerializer,
    examples=_sent({"kind": "change", "ambulance": 12, "proposed": {"colour": "黄色"}}),
)
APPLICATION = _operation(
    "application",
    "One application",
    "With what stands against submitting it, and what the key may do now.",
    {200: _APPLICATION, **ONE_PROBLEMS},
)
SAVE = _operation(
    "save_application",
    "Fill in an application",
    "Kept as sent, right or wrong: the answer says what is wrong in `faults`. Fields that are left out stay. "
    "`version` must be the current one.",
    {200: _APPLICATION, **STEP_PROBLEMS},
    request=ApplicationPatchSerializer,
    examples=_sent({"version": 3, "proposed": {"inspection_valid_until": "2027-03-31"}}),
)
SUBMIT = _operation(
    "submit_application",
    "Submit an application",
    "Every check is made again; all faults come back at once. A transfer goes to the receiving institution first.",
    {200: _APPLICATION, **STEP_PROBLEMS},
    request=VersionSerializer,
    examples=_sent({"version": 4}),
)
WITHDRAW = _operation(
    "withdraw_application",
    "Withdraw an application",
    "For good, as long as nobody has decided.",
    {200: _APPLICATION, **STEP_PROBLEMS},
    request=WithdrawSerializer,
    examples=_sent({"reason": "车辆未购入"}),
)
AGREE = _operation(
    "agree_transfer",
    "Agree to a transfer",
    "The receiving institution takes the vehicle; then the authority decides.",
    {200: _APPLICATION, **STEP_PROBLEMS},
    request=VersionSerializer,
    examples=_sent({"version": 4}),
)
DECLINE = _operation(
    "decline_transfer",
    "Decline a transfer",
    "The receiving institution does not take the vehicle; the owner gets the application back with the reason.",
    {200: _APPLICATION, **STEP_PROBLEMS},
    request=DeclineSerializer,
    examples=_sent({"version": 4, "reason": "没有泊位"}),
)
ATTACH = _operation(
    "attach_document",
    "Attach a document",
    "To a draft or a returned application. Decoded apart and rebuilt clean; the original is kept sealed.",
    {
        201: _shown(DocumentSerializer, APPLICATION_EXAMPLE["documents"][0], "Attached."),
        **UPLOAD_PROBLEMS,
    },
    request={"multipart/form-data": DocumentUploadSerializer},
)
REMOVE = _operation(
    "remove_document",
    "Remove a document",
    "From a draft or a returned application, with its files.",
    {204: OpenApiResponse(description="Removed."), **REMOVE_PROBLEMS},
)
