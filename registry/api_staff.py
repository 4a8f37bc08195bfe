"""The fleet for hospital systems: list, one vehicle, its free fields, its codes. By key only."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import scope_of
from edge.problems import NotFound
from registry import api_staff_documents as documents
from registry.api_staff_base import StaffView, by, paged, refusals_told
from registry.fleet_filters import ORDERS, narrowed
from registry.models import Ambulance
from registry.serializers_staff import (
    FleetQuerySerializer,
    FreeFieldsSerializer,
    MarkingSerializer,
    VehicleSerializer,
)
from registry.services import change_free_fields


class FleetView(StaffView):
    """The vehicles of the key's institution."""

    @extend_schema(**documents.FLEET)
    def get(self, request: Request) -> Response:
        """Answer a page. Raises ValidationError for filters that are none."""
        query = FleetQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked: dict[str, Any] = query.validated_data
        mine = Ambulance.objects.visible_to(scope_of(request)).with_card_facts()
        rows = narrowed(mine, asked, timezone.localdate())
        since = asked.get("updated_after")
        if since is not None:
            rows = rows.filter(updated_at__gt=since)
        order = ORDERS["updated" if since is not None else asked["sort"] or "plate"]
        shown, headers = paged(request, rows, order, asked)
        return Response(VehicleSerializer(shown, many=True).data, headers=headers)


def vehicle_of(request: Request, pk: int) -> Ambulance:
    """A vehicle of the key's institution. Raises NotFound for any other."""
    found = Ambulance.objects.visible_to(scope_of(request)).with_card_facts().filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


class VehicleView(StaffView):
    """One vehicle."""

    @extend_schema(**documents.VEHICLE)
    def get(self, request: Request, pk: int) -> Response:
        """Answer it. Raises NotFound."""
        return Response(VehicleSerializer(vehicle_of(request, pk)).data)

    @extend_schema(**documents.CHANGE_VEHICLE)
    def patch(self, request: Request, pk: int) -> Response:
        """Change what needs no application. Raises NotFound, ValidationError, NotInThisState."""
        vehicle = vehicle_of(request, pk)
        given = FreeFieldsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals_told():
            change_free_fields(ambulance=vehicle, **given.validated_data, **by(request))
        return Response(VehicleSerializer(vehicle_of(request, pk)).data)


class VehicleMarkingsView(StaffView):
    """The codes of one vehicle, those withdrawn too."""

    @extend_schema(**documents.MARKINGS)
    def get(self, request: Request, pk: int) -> Response:
        """Answer them. Raises NotFound."""
        codes = vehicle_of(request, pk).markings.order_by("position", "issued_at")
        return Response(MarkingSerializer(codes, many=True).data)
