"""Complaints by partner platforms: hand one over under the platform's own number, follow it, read what is new."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import KeyedView, holder_of, key_of
from accounts.key_scopes import ApiScope
from complaints import api_platform_documents as documents
from complaints.api import Filing, evidence_in, filing_of, refusals_told, with_files
from complaints.models import Complaint, ComplaintEvent
from complaints.problems import ReferenceReused, ReferenceUnknown
from complaints.reading import EventLine, Receipt, public_events, public_state_of, receipt_of
from complaints.serializers import PlatformComplaintSerializer, PlatformStepsSerializer, PlatformStorySerializer
from complaints.services import file_for_platform, platform_repeat_of
from complaints.services.submit import Origin, Submitted
from edge.address import client_address
from edge.parsers import JSONBody, WholeForm

PAGE: Final = 100
SETTLED: Final = timedelta(seconds=30)
"""A step is listed when it is that old: a transaction that began before it may still be writing one before it."""
LONGEST_PLACE: Final = 18


class PlatformView(KeyedView):
    """A view for partner platforms."""

    reads = ApiScope.COMPLAINTS_READ
    writes = ApiScope.COMPLAINTS_WRITE


class PlatformComplaintsView(PlatformView):
    """The door by which platforms hand over, and the list of what became of it."""

    parser_classes = [JSONBody, WholeForm]

    @extend_schema(**documents.HAND_OVER)
    def post(self, request: Request) -> Response:
        """Hand a complaint over: 201, or 200 for a repeat of the same content under the same reference."""
        files = evidence_in(request)
        given = PlatformComplaintSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        origin = Origin(holder_of(request).scope.platform_id, given.validated_data["platform_reference"])
        filing = filing_of(request, given.entry(), files, key="")
        with refusals_told(ReferenceReused(_("Use another reference for another complaint."))):
            submitted = repeated(filing, origin) or handed_over(request, filing, origin)
        complaint = Complaint.objects.get(reference=submitted.receipt.reference)
        story = story_of(complaint, submitted.receipt)
        return Response(PlatformStorySerializer(story).data, status=201 if submitted.is_new else 200)

    @extend_schema(**documents.STEPS)
    def get(self, request: Request) -> Response:
        """List the public steps of all complaints of the platform after `since`, oldest first."""
        since = place_in(request)
        own = ComplaintEvent.objects.public().of_platform(holder_of(request).scope.platform_id)
        found = list(own.filter(pk__gt=since).select_related("complaint").order_by("pk")[: PAGE + 1])
        steps = settled(found)[:PAGE]
        told = {
            "steps": [step_line(event) for event in steps],
            "since": str(steps[-1].pk if steps else since),
            "has_more": len(settled(found)) > PAGE,
        }
        return Response(PlatformStepsSerializer(told).data)


class PlatformComplaintView(PlatformView):
    """One complaint, for the platform that handed it over."""

    @extend_schema(**documents.FOLLOW)
    def get(self, request: Request, platform_reference: str) -> Response:
        """Tell the story so far. Raises ReferenceUnknown for what another platform handed over, too."""
        own = Complaint.objects.handed_over_by(holder_of(request).scope.platform_id)
        complaint = own.filter(platform_reference=platform_reference).first()
        if complaint is None:
            raise ReferenceUnknown(_("Compare it with the one you sent; letter case counts."))
        return Response(PlatformStorySerializer(story_of(complaint, receipt_of(complaint))).data)


def repeated(filing: Filing, origin: Origin) -> Submitted | None:
    """What this reference stands for already; it costs no cleaning. Raises KeyReused."""
    return platform_repeat_of(origin=origin, entry=filing.entry, file_hashes=filing.hashes, now=filing.now)


def handed_over(request: Request, filing: Filing, origin: Origin) -> Submitted:
    """Clean and store the files, file. Raises ValidationError, Invalid, KeyReused, StorageFull."""
    return with_files(
        filing,
        lambda stored: file_for_platform(
            origin=origin,
            entry=filing.entry,
            evidence=stored,
            language=filing.language,
            actor=holder_of(request),
            now=filing.now,
            address=client_address(request),
            via=key_of(request).prefix,
        ),
    )


def story_of(complaint: Complaint, receipt: Receipt) -> dict[str, Any]:
    """Where the complaint stands, with its public steps."""
    stand = {name: getattr(receipt, name) for name in receipt.__dataclass_fields__}
    return {**stand, "platform_reference": complaint.platform_reference, "events": public_events(complaint)}


def place_in(request: Request) -> int:
    """The place in the list that `since` names; its beginning without one. Raises ValidationError."""
    text = request.query_params.get("since", "")
    if not text:
        return 0
    if len(text) > LONGEST_PLACE or not (text.isascii() and text.isdigit()):
        words = _("Take `since` from the answer before.")
        raise ValidationError({"since": [ErrorDetail(str(words), code="bad-place")]})
    return int(text)


def settled(events: list[ComplaintEvent]) -> list[ComplaintEvent]:
    """The steps up to the first that is too young: nothing can be written before them any more."""
    horizon = timezone.now() - SETTLED
    young = next((place for place, event in enumerate(events) if event.at > horizon), len(events))
    return events[:young]


def step_line(event: ComplaintEvent) -> dict[str, Any]:
    """A step as the list shows it."""
    line = EventLine(event.action, event.at)
    return {
        "action": line.action,
        "at": line.at,
        "label": line.label,
        "reference": event.complaint.reference,
        "platform_reference": event.complaint.platform_reference,
        "public_state": public_state_of(event.state).value,
    }
