"""Applications for hospital systems: begin, fill in, attach, submit, withdraw; answer a transfer. By key only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import Serializer

from accounts.api_views import scope_of
from directory.models import Institution
from edge.problems import NoSpace, NotFound
from evidence.refusals import BUSY, Refused
from registry import api_staff_documents as documents
from registry.api_staff_base import DecodersBusy, StaffView, by, paged, refusals_told
from registry.applications import ApplicationKind
from registry.keyset import Order
from registry.models import Ambulance, Application, ApplicationDocument
from registry.querysets import ApplicationQuerySet
from registry.serializers_staff import (
    ApplicationPatchSerializer,
    ApplicationQuerySerializer,
    ApplicationRowSerializer,
    ApplicationSerializer,
    DeclineSerializer,
    DocumentSerializer,
    DocumentUploadSerializer,
    NewApplicationSerializer,
    VersionSerializer,
    WithdrawSerializer,
)
from registry.services import (
    agree_transfer,
    attach_document,
    begin_application,
    decline_transfer,
    remove_document,
    save_application,
    submit_application,
    withdraw,
)
from vault.files import StorageFull

NEWEST_FIRST = Order("updated_at", is_descending=True)
OLDEST_FIRST = Order("updated_at")


def visible(request: Request) -> ApplicationQuerySet:
    """The applications that the key's institution sees, with the names of the bodies."""
    rows = Application.objects.visible_to(scope_of(request))
    return rows.select_related("institution", "receiving_institution", "authority")


def application_of(request: Request, pk: int) -> Application:
    """One of them, with its vehicle. Raises NotFound for any other."""
    found = visible(request).select_related("ambulance").prefetch_related("documents").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def answered(request: Request, pk: int, *, status: int = 200) -> Response:
    """The application as it stands now."""
    shown = ApplicationSerializer(application_of(request, pk), context={"scope": scope_of(request)})
    return Response(shown.data, status=status)


def read_body(shape: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body, validated. Raises ValidationError and what the parsers raise."""
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    validated: dict[str, Any] = given.validated_data
    return validated


def stepped(
    request: Request, pk: int, shape: type[Serializer[Any]], step: Callable[..., Application], **ready: Any
) -> Response:
    """Take one step of an application with what the body says (`ready` where it says nothing); how it stands then.

    Raises NotFound before the body is read, ValidationError, and the problems of `refusals_told`.
    """
    application = application_of(request, pk)
    given = {**ready, **read_body(shape, request)}
    with refusals_told():
        step(application=application, **given, **by(request))
    return answered(request, pk)


class ApplicationsView(StaffView):
    """The applications of the key's institution, and transfers to it."""

    @extend_schema(**documents.APPLICATIONS)
    def get(self, request: Request) -> Response:
        """Answer a page, the latest change first. Raises ValidationError for filters that are none."""
        query = ApplicationQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked: dict[str, Any] = query.validated_data
        rows = visible(request)
        narrow = {name: asked[name] for name in ("state", "kind") if asked[name]}
        if "ambulance" in asked:
            narrow["ambulance_id"] = asked["ambulance"]
        since = asked.get("updated_after")
        if since is not None:
            narrow["updated_at__gt"] = since
        order = NEWEST_FIRST if since is None else OLDEST_FIRST
        shown, headers = paged(request, rows.filter(**narrow), order, asked)
        return Response(ApplicationRowSerializer(shown, many=True).data, headers=headers)

    @extend_schema(**documents.BEGIN)
    def post(self, request: Request) -> Response:
        """Begin one: 201. Raises ValidationError, NotFound for a foreign vehicle, NotInThisState."""
        given = read_body(NewApplicationSerializer, request)
        with refusals_told(), transaction.atomic():
            application = begun(request, given)
            if given.get("proposed") or given.get("reason"):
                save_application(
                    application=application,
                    proposed=given.get("proposed", {}),
                    version=application.version,
                    reason=given.get("reason"),
                    **by(request),
                )
        answer = answered(request, application.pk, status=201)
        answer.headers["Location"] = reverse("api:staff_application", args=[application.pk])
        return answer


def begun(request: Request, given: dict[str, Any]) -> Application:
    """The draft. Raises NotFound, ValidationError and what `begin_application` raises."""
    scope = scope_of(request)
    ambulance = None
    if given.get("ambulance") is not None:
        mine = Ambulance.objects.visible_to(scope).select_related("certified_by", "institution")
        ambulance = mine.filter(pk=given["ambulance"]).first()
        if ambulance is None:
            raise not_there("ambulance")
    return begin_application(
        kind=ApplicationKind(given["kind"]),
        institution=Institution.objects.get(pk=scope.institution_id),
        ambulance=ambulance,
        receiving_institution=receiver_of(given.get("receiving_institution")),
        **by(request),
    )


def receiver_of(credit_code: str | None) -> Institution | None:
    """The other side of a transfer. Raises ValidationError for a code that no open institution has."""
    if credit_code is None:
        return None
    found = Institution.objects.filter(credit_code=credit_code).first()
    if found is None or (found.closed_on is not None and found.closed_on <= timezone.localdate()):
        raise not_there("receiving_institution")
    return found


def not_there(field: str) -> ValidationError:
    """The fault of a field that names something which is not there, or not to be seen."""
    return ValidationError({field: [ErrorDetail(str(_("There is none like that.")), code="unknown")]})


class ApplicationView(StaffView):
    """One application."""

    @extend_schema(**documents.APPLICATION)
    def get(self, request: Request, pk: int) -> Response:
        """Answer it. Raises NotFound."""
        return answered(request, pk)

    @extend_schema(**documents.SAVE)
    def patch(self, request: Request, pk: int) -> Response:
        """Keep what is sent, right or wrong. Raises NotFound, ValidationError, Stale, Decided, NotInThisState."""
        return stepped(request, pk, ApplicationPatchSerializer, save_application, proposed={})


class SubmitView(StaffView):
    """The end of the drafting."""

    @extend_schema(**documents.SUBMIT)
    def post(self, request: Request, pk: int) -> Response:
        """Submit it. Raises NotFound, ValidationError with every fault, Stale, Decided, NotInThisState."""
        return stepped(request, pk, VersionSerializer, submit_application)


class WithdrawView(StaffView):
    """The way back."""

    @extend_schema(**documents.WITHDRAW)
    def post(self, request: Request, pk: int) -> Response:
        """Withdraw it. Raises NotFound, Decided, NotInThisState."""
        return stepped(request, pk, WithdrawSerializer, withdraw)


class AgreeView(StaffView):
    """The receiving institution's yes to a transfer."""

    @extend_schema(**documents.AGREE)
    def post(self, request: Request, pk: int) -> Response:
        """Agree. Raises NotFound, Forbidden, ValidationError, Stale, Decided."""
        return stepped(request, pk, VersionSerializer, agree_transfer)


class DeclineView(StaffView):
    """The receiving institution's no to a transfer."""

    @extend_schema(**documents.DECLINE)
    def post(self, request: Request, pk: int) -> Response:
        """Decline. Raises NotFound, Forbidden, ValidationError, Stale, Decided."""
        return stepped(request, pk, DeclineSerializer, decline_transfer)


class DocumentsView(StaffView):
    """The documents of an application."""

    parser_classes = [MultiPartParser]

    @extend_schema(**documents.ATTACH)
    def post(self, request: Request, pk: int) -> Response:
        """Attach one: 201. Raises NotFound, ValidationError, DecodersBusy, NoSpace, Decided, NotInThisState."""
        application = application_of(request, pk)
        given = read_body(DocumentUploadSerializer, request)
        upload = given["file"]
        try:
            with refusals_told():
                document = attach_document(
                    application=application,
                    purpose=ApplicationDocument.Purpose(given["purpose"]),
                    upload=upload,
                    name=upload.name or "",
                    **by(request),
                )
        except Refused as refusal:
            if refusal.code == BUSY:
                raise DecodersBusy(str(refusal), headers={"Retry-After": "60"}) from refusal
            raise ValidationError({"file": [ErrorDetail(str(refusal), code=refusal.code)]}) from refusal
        except StorageFull as error:
            raise NoSpace(_("Nothing was kept. Try again later.")) from error
        return Response(DocumentSerializer(document).data, status=201)


class DocumentView(StaffView):
    """One document."""

    @extend_schema(**documents.REMOVE)
    def delete(self, request: Request, pk: int, document_pk: int) -> Response:
        """Take it away: 204. Raises NotFound, Decided, NotInThisState."""
        application = application_of(request, pk)
        found = ApplicationDocument.objects.filter(application=application, pk=document_pk).first()
        if found is None:
            raise NotFound
        with refusals_told():
            remove_document(document=found, **by(request))
        return Response(status=204)
