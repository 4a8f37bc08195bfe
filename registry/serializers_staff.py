"""The shape of what hospital systems send and get. The names are a contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from directory.formats import BadFormat, check_credit_code
from edge.text import cleaned
from registry.api_staff_base import MOST_A_PAGE, PAGE
from registry.applications import CONTROLLED_FIELDS, FREE_FIELDS, ApplicationAction, ApplicationKind, ApplicationState
from registry.cards import facts_of
from registry.choices import PUBLIC_STATUSES, AmbulanceStatus, MarkingState, Position, RevokeReason, VehicleType
from registry.codes import address as painted_address
from registry.conflicts import whole_faults
from registry.facts import read_application
from registry.fleet_filters import ORDERS, OVERDUE
from registry.models import Ambulance, Application, ApplicationDocument, Marking
from registry.parties import cells_for
from registry.proposals import FIELDS, Field, Sort
from registry.refusals import FieldFault
from registry.reviews import reference_of
from registry.serializers import STANDINGS
from registry.services.steps import LONGEST_REASON
from registry.standing import vehicle_standing

BIGGEST_KEY = 2**63 - 1
EDITABLE = frozenset({ApplicationState.DRAFT, ApplicationState.RETURNED})


class TextField(serializers.CharField):
    """Text made harmless before it is measured: no control characters, no direction marks."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Clean, then validate."""
        return super().run_validation(cleaned(data) if isinstance(data, str) else data)


class InstantField(serializers.DateTimeField):
    """An instant with its offset from UTC; without one it is refused rather than guessed."""

    default_error_messages = {
        "invalid": _("Write date, time and offset by ISO 8601, such as 2026-11-23T18:05:00+08:00."),
        "naive": _("The offset is missing. Write it behind the time: 2026-11-23T18:05:00+08:00."),
    }

    def enforce_timezone(self, value: Any) -> Any:
        """The instant in Asia/Shanghai."""
        if timezone.is_naive(value):
            self.fail("naive")
        return super().enforce_timezone(value)


class PageQuerySerializer(serializers.Serializer[Any]):
    """What every list may be asked."""

    updated_after = InstantField(
        required=False, help_text="Only what changed after this instant, with offset; sorted by change, oldest first."
    )
    limit = serializers.IntegerField(default=PAGE, min_value=1, max_value=MOST_A_PAGE, help_text="Rows of one page.")
    after = serializers.CharField(
        default="", max_length=300, help_text="Where a page begins; take it from the Link header, build on nothing."
    )


class FleetQuerySerializer(PageQuerySerializer):
    """What a list of the fleet is narrowed by: the filters of the desk's page."""

    q = serializers.CharField(default="", max_length=40, help_text="Plate or its beginning, fleet number, or VIN.")
    status = serializers.ChoiceField(AmbulanceStatus.choices, default="")
    type = serializers.ChoiceField(VehicleType.choices, default="", help_text="WS/T 292.")
    network = serializers.ChoiceField(["yes", "no"], default="", help_text="In the 120 network or not.")
    due = serializers.ChoiceField(
        [OVERDUE, "7", "30", "60", "90"], default="", help_text="Inspection or scrapping due within so many days."
    )
    codes = serializers.ChoiceField(["unmounted"], default="", help_text="With codes that are issued, not mounted.")
    sort = serializers.ChoiceField(list(ORDERS), default="", help_text="`plate` if nothing is said.")


class VehicleSerializer(serializers.ModelSerializer[Ambulance]):
    """A vehicle as its institution has registered it."""

    standing = serializers.SerializerMethodField(help_text="What a card says of it today; null while it has none.")
    division = serializers.CharField(source="division_id", help_text="Six digits.")
    certified_by = serializers.CharField(source="certified_by.name", help_text="Name of the certifying authority.")

    class Meta:
        model = Ambulance
        fields = [
            "id",
            "status",
            "standing",
            *CONTROLLED_FIELDS,
            *FREE_FIELDS,
            "certified_by",
            "retired_on",
            "updated_at",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(STANDINGS, allow_null=True))
    def get_standing(self, ambulance: Ambulance) -> str | None:
        """The standing, by the day in Asia/Shanghai."""
        if ambulance.status not in PUBLIC_STATUSES:
            return None
        return vehicle_standing(facts_of(ambulance), timezone.localdate()).value


class FreeFieldsSerializer(serializers.Serializer[Any]):
    """What changes at once, without an application; what is left out stays."""

    station = TextField(required=False, allow_blank=True, max_length=FIELDS["station"].longest)
    positioning_device = TextField(required=False, allow_blank=True, max_length=FIELDS["positioning_device"].longest)


class MarkingSerializer(serializers.ModelSerializer[Marking]):
    """A code of a vehicle."""

    position = serializers.ChoiceField(Position.choices)
    state = serializers.ChoiceField(MarkingState.choices)
    revoke_reason = serializers.ChoiceField([("", ""), *RevokeReason.choices], help_text="Empty unless revoked.")
    url = serializers.SerializerMethodField(help_text="What the symbol holds.")

    class Meta:
        model = Marking
        fields = ["code", "position", "state", "issued_at", "mounted_at", "revoked_at", "revoke_reason", "url"]
        read_only_fields = fields

    def get_url(self, marking: Marking) -> str:
        """The address painted on the vehicle."""
        env = settings.ENV
        return painted_address(marking.code, env.PUBLIC_BASE_URL, upper_case=env.QR_UPPER_CASE)


def _schema_of(field: Field) -> dict[str, Any]:
    sort: dict[Sort, dict[str, Any]] = {
        Sort.YES_NO: {"type": "boolean"},
        Sort.NUMBER: {"type": "integer"},
        Sort.DATE: {"type": "string", "example": "2027-03-31"},
        Sort.CHOICE: {"type": "string", "description": "One of " + ", ".join(field.choices) + "."},
    }
    return {**sort.get(field.sort, {"type": "string"}), "nullable": True}


@extend_schema_field(
    {
        "type": "object",
        "properties": {name: _schema_of(field) for name, field in FIELDS.items()},
        "description": "By field; which of them a kind asks for is said in the description of this interface.",
    }
)
class ProposedField(serializers.Field):  # type: ignore[type-arg]  # an object of fields, read by the core
    """Fields as they were typed: kept right or wrong, judged when read."""

    default_error_messages = {
        "not_an_object": _("Send an object of fields and values."),
        "unwritable": _("A text holds half a character. Send valid Unicode."),
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The object; its values are the core's to judge. Raises ValidationError for what no database takes."""
        if not isinstance(data, Mapping):
            self.fail("not_an_object")
        if any(isinstance(part, str) and not _is_writable(part) for pair in data.items() for part in pair):
            self.fail("unwritable")
        return dict(data)

    def to_representation(self, value: Any) -> Any:
        """As it is kept."""
        return value


def _is_writable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


class CreditCodeField(serializers.CharField):
    """A unified social credit code (GB 32100), normalised."""

    def to_internal_value(self, data: Any) -> str:
        """The code. Raises ValidationError with what to do."""
        try:
            return check_credit_code(cleaned(super().to_internal_value(data)))
        except BadFormat as error:
            raise serializers.ValidationError(error.message, code=error.code) from error


class NewApplicationSerializer(serializers.Serializer[Any]):
    """An application that is to be begun."""

    kind = serializers.ChoiceField(ApplicationKind.choices)
    ambulance = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=BIGGEST_KEY, help_text="Not for `new`; else needed."
    )
    receiving_institution = CreditCodeField(
        required=False, allow_null=True, max_length=40, help_text="Credit code; for `transfer` only, and needed there."
    )
    proposed = ProposedField(required=False)
    reason = TextField(required=False, allow_blank=True, max_length=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The vehicle and the other side go with the kind."""
        kind = attrs["kind"]
        _together(attrs.get("ambulance"), "ambulance", needed=kind != ApplicationKind.NEW)
        _together(attrs.get("receiving_institution"), "receiving_institution", needed=kind == ApplicationKind.TRANSFER)
        return attrs


def _together(given: object, name: str, *, needed: bool) -> None:
    if needed and given is None:
        raise serializers.ValidationError({name: _("This kind of application needs it.")}, code="required")
    if not needed and given is not None:
        raise serializers.ValidationError({name: _("This kind of application does not have it.")}, code="not-asked")


class VersionSerializer(serializers.Serializer[Any]):
    """Which version of the application was read."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="As read last.")


class ApplicationPatchSerializer(VersionSerializer):
    """What is to be kept; what is left out stays."""

    proposed = ProposedField(required=False)
    reason = TextField(required=False, allow_blank=True, max_length=500)


class WithdrawSerializer(serializers.Serializer[Any]):
    """Why it is taken back."""

    reason = TextField(default="", allow_blank=True, max_length=LONGEST_REASON)


class DeclineSerializer(VersionSerializer):
    """Why a transfer is not wanted."""

    reason = TextField(max_length=LONGEST_REASON)


class DocumentUploadSerializer(serializers.Serializer[Any]):
    """A document that is to be attached."""

    purpose = serializers.ChoiceField(ApplicationDocument.Purpose.choices)
    file = serializers.FileField(help_text="JPEG, PNG, WebP, HEIC or PDF.")


class DocumentSerializer(serializers.ModelSerializer[ApplicationDocument]):
    """An attached document."""

    purpose = serializers.ChoiceField(ApplicationDocument.Purpose.choices)

    class Meta:
        model = ApplicationDocument
        fields = ["id", "purpose", "name", "content_type", "size", "sha256", "added_at"]
        read_only_fields = fields


class FaultSerializer(serializers.Serializer[Any]):
    """What is wrong, or deserves a second look."""

    field = serializers.CharField(help_text="Of `proposed`, `reason`, `document_<purpose>`; empty for the whole.")
    code = serializers.CharField(help_text="Stable, for programs.")
    message = serializers.CharField(help_text="In the reader's language.")
    suggestion = serializers.CharField(help_text="What was probably meant; may be empty.")


def faults_listed(faults: Mapping[str, FieldFault]) -> list[dict[str, str]]:
    """Faults as they are answered, the codes written like all codes of this API."""
    return [
        {
            "field": field,
            "code": fault.code.replace("_", "-"),
            "message": str(fault.message),
            "suggestion": fault.suggestion,
        }
        for field, fault in faults.items()
    ]


class BodySerializer(serializers.Serializer[Any]):
    """An institution."""

    name = serializers.CharField()
    credit_code = serializers.CharField()


class ApplicationRowSerializer(serializers.ModelSerializer[Application]):
    """An application in a list. Who reviewed it is not told."""

    reference = serializers.SerializerMethodField(help_text="For people, such as BA-000123.")
    kind = serializers.ChoiceField(ApplicationKind.choices)
    state = serializers.ChoiceField(ApplicationState.choices)
    institution = BodySerializer()
    receiving_institution = BodySerializer(allow_null=True, help_text="Of a transfer.")
    ambulance = serializers.IntegerField(source="ambulance_id", allow_null=True, help_text="Null before approval.")
    authority = serializers.CharField(source="authority.name", help_text="Name of the reviewing authority.")
    field_reasons = serializers.DictField(child=serializers.CharField(), help_text="Reasons of a return, by field.")

    class Meta:
        model = Application
        fields = [
            "id",
            "reference",
            "kind",
            "state",
            "version",
            "institution",
            "receiving_institution",
            "ambulance",
            "authority",
            "created_at",
            "updated_at",
            "submitted_at",
            "due_on",
            "decided_at",
            "decision_reason",
            "field_reasons",
        ]
        read_only_fields = fields

    def get_reference(self, application: Application) -> str:
        """What people quote."""
        return reference_of(application.pk)


class ApplicationSerializer(ApplicationRowSerializer):
    """An application with what it asks for, and what stands against it. Needs `scope` in the context."""

    proposed = ProposedField(help_text="As it was sent.")
    documents = DocumentSerializer(many=True)
    actions = serializers.SerializerMethodField(help_text="What this key may do now.")
    faults = serializers.SerializerMethodField(help_text="What stands against submitting; empty once submitted.")
    warnings = serializers.SerializerMethodField(help_text="What deserves a second look without blocking.")

    class Meta(ApplicationRowSerializer.Meta):
        fields = [
            *ApplicationRowSerializer.Meta.fields,
            "reason",
            "proposed",
            "documents",
            "actions",
            "faults",
            "warnings",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(ApplicationAction.choices)))
    def get_actions(self, application: Application) -> list[str]:
        """By the table of the workflow."""
        return sorted({cell.action.value for cell in cells_for(self.context["scope"], application)})

    @extend_schema_field(FaultSerializer(many=True))
    def get_faults(self, application: Application) -> list[dict[str, str]]:
        """The faults by which submitting would be refused."""
        if application.state not in EDITABLE:
            return []
        today = timezone.localdate()
        read = read_application(application, today)
        return faults_listed({**whole_faults(application, read.values, today), **read.faults})

    @extend_schema_field(FaultSerializer(many=True))
    def get_warnings(self, application: Application) -> list[dict[str, str]]:
        """The warnings of its fields."""
        return faults_listed(read_application(application, timezone.localdate()).warnings)


class ApplicationQuerySerializer(PageQuerySerializer):
    """What a list of applications is narrowed by."""

    state = serializers.ChoiceField(ApplicationState.choices, default="")
    kind = serializers.ChoiceField(ApplicationKind.choices, default="")
    ambulance = serializers.IntegerField(
        required=False, min_value=1, max_value=BIGGEST_KEY, help_text="`id` of a vehicle."
    )
