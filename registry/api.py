"""The registry's public look-ups: a card by code, cards by plate, and the list of divisions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from directory.models import Division
from edge.api import AN_HOUR, BRIEFLY, PublicView
from edge.openapi import LANGUAGE, problem_answers
from edge.problems import Invalid, NotFound, TooManyRequests
from registry.cards import CodeMistyped, CodeUnknown, card_by_code, cards_by_plate
from registry.serializers import CardSerializer, DivisionQuerySerializer, DivisionSerializer, PlateQuerySerializer

DIVISIONS_A_PAGE = 200


class UnknownCode(NotFound):
    """The code is well formed and nobody's."""

    code, title = "code-unknown", _("No ambulance is registered under this code")


class MistypedCode(NotFound):
    """The text is no code."""

    code, title = "code-mistyped", _("This code is incomplete or wrong")


CARD: dict[str, Any] = {
    "code": "YKWT6P3N8XE4",
    "standing": "in_service_120",
    "standing_text": "Registered · 120 emergency ambulance",
    "plate": "赣A12345",
    "institution": {"name": "南昌市第一人民医院", "complaint_phone": "0791-88886666"},
    "fleet_number": "急012",
    "vehicle_type": "B",
    "colour": "白色",
    "in_120_network": True,
    "inspection_valid_until": "2027-05-31",
    "authority": {"name": "东湖区卫生健康委员会"},
    "position": "LEFT",
    "vehicle_standing": "in_service_120",
    "checked_at": "2026-11-23T18:05:00+08:00",
}


class CardView(PublicView):
    """The card of one code."""

    cache_control = BRIEFLY

    @extend_schema(
        operation_id="card",
        summary="The card of a code",
        description="What a scan tells: whose vehicle it is and how it stands.",
        tags=["ambulances"],
        parameters=[
            OpenApiParameter(
                "code",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                description="As painted or typed: any letter case, with or without dashes.",
            ),
            LANGUAGE,
        ],
        responses={
            200: OpenApiResponse(CardSerializer, examples=[OpenApiExample("card", CARD)]),
            **problem_answers(UnknownCode, MistypedCode, TooManyRequests),
        },
    )
    def get(self, request: Request, code: str) -> Response:
        """Answer the card. Raises UnknownCode, MistypedCode."""
        try:
            card = card_by_code(code, timezone.now())
        except CodeMistyped as error:
            raise MistypedCode(_("Compare it with the twelve characters printed beside the symbol.")) from error
        except CodeUnknown as error:
            raise UnknownCode(_("If somebody is in danger, call 120 or 110. You can report the vehicle.")) from error
        return Response(CardSerializer(card).data)


class CardsByPlateView(PublicView):
    """The vehicles with exactly one plate. Counted with the pages' look-ups, so that nobody lists the register."""

    limit_name = "lookups"

    @extend_schema(
        operation_id="cards_by_plate",
        summary="The cards of a plate",
        description=(
            "An array, current vehicles first: a plate can exist in two kinds, or again after a retirement. "
            "Empty when no vehicle has this plate. `code` and `position` are null."
        ),
        tags=["ambulances"],
        parameters=[
            OpenApiParameter(
                "plate",
                OpenApiTypes.STR,
                OpenApiParameter.QUERY,
                required=True,
                description="The whole plate, such as 京A12345; spaces, dots and letter case do not matter.",
            ),
            LANGUAGE,
        ],
        responses={
            200: OpenApiResponse(
                CardSerializer(many=True), examples=[OpenApiExample("cards", {**CARD, "code": None, "position": None})]
            ),
            **problem_answers(Invalid, TooManyRequests),
        },
    )
    def get(self, request: Request) -> Response:
        """Answer the cards. Raises ValidationError for no plate, or what is none."""
        asked = PlateQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        cards = cards_by_plate(asked.validated_data["plate"], timezone.now())
        return Response(CardSerializer(cards, many=True).data)


class DivisionsView(PublicView):
    """The divisions a complaint can name."""

    cache_control = AN_HOUR

    @extend_schema(
        operation_id="divisions",
        summary="Divisions of China",
        description=(
            "An array in the order of codes, open divisions only: the provinces, those under `parent`, or those that "
            f"`q` finds. At most {DIVISIONS_A_PAGE}; when there are more, the Link header names the next page."
        ),
        tags=["reference data"],
        parameters=[
            DivisionQuerySerializer,
            OpenApiParameter(
                "Link",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                response=[200],
                description='`<…>; rel="next"` (RFC 8288) when there are more.',
            ),
        ],
        responses={
            200: OpenApiResponse(
                DivisionSerializer(many=True),
                examples=[
                    OpenApiExample("county", {"code": "360102", "name": "东湖区", "level": 3, "parent": "360100"})
                ],
            ),
            **problem_answers(Invalid, TooManyRequests),
        },
    )
    def get(self, request: Request) -> Response:
        """Answer the divisions. Raises ValidationError for a malformed or unknown parent."""
        query = DivisionQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        found = list(divisions_asked(asked)[: DIVISIONS_A_PAGE + 1])
        if not found and "parent" in asked and not Division.objects.open().filter(code=asked["parent"]).exists():
            message = _("This division does not exist. Choose one from the list.")
            raise ValidationError({"parent": [ErrorDetail(str(message), code="unknown")]})
        shown = found[:DIVISIONS_A_PAGE]
        headers = {"Link": next_page(request, shown[-1].code)} if len(found) > len(shown) else None
        return Response(DivisionSerializer(shown, many=True).data, headers=headers)


def divisions_asked(asked: dict[str, str]) -> QuerySet[Division]:
    """The open divisions of a query, by code: without `parent` and `q` the provinces."""
    found = Division.objects.open().order_by("code")
    if "q" in asked:
        text = asked["q"]
        found = found.filter(code__startswith=text) if _is_digits(text) else found.filter(name__icontains=text)
    if "parent" in asked:
        found = found.filter(parent=asked["parent"])
    elif "q" not in asked:
        found = found.filter(parent=None)
    return found.filter(code__gt=asked["after"]) if "after" in asked else found


def next_page(request: Request, last: str) -> str:
    """The Link header of the page that follows `last`."""
    query = request.query_params.copy()
    query["after"] = last
    return f'<{request.path}?{query.urlencode()}>; rel="next"'


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
