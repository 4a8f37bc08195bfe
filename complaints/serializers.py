"""The shape of a complaint as it comes in by the API, and of what is answered. The names are a contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.utils import html

from complaints.clock import Step
from complaints.entry import (
    AHEAD,
    MOST_KILOMETRES,
    MOST_YUAN,
    NAME_LENGTH,
    NARRATIVE_LENGTH,
    OLDEST,
    PLACE_LENGTH,
    PLATE_LENGTH,
    Entry,
)
from complaints.kinds import Kind, Nature
from complaints.reading import EventLine, Receipt
from complaints.receipts import printed_receipt_code
from complaints.wishes import Wish, files_both, is_only_report
from complaints.workflow import Action, PublicState, State
from directory.formats import BadFormat, check_phone
from directory.kinds import AuthorityKind
from directory.nearest import division_and_ancestors
from edge.text import cleaned
from registry.codes import LONGEST_INPUT

EMAIL_LENGTH = 254
REFERENCE_LENGTH = 60


class TextField(serializers.CharField):
    """Text made harmless before it is measured: no control characters, no direction marks. Null is empty."""

    def __init__(self, *, many_lines: bool = False, **options: Any) -> None:
        super().__init__(required=False, allow_blank=True, allow_null=True, **options)
        self.many_lines = many_lines

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Clean, then validate; a number is taken as its digits."""
        if data is None:
            data = ""
        return super().run_validation(cleaned(data, many_lines=self.many_lines) if isinstance(data, str) else data)


class EmailField(TextField, serializers.EmailField):
    """An e-mail address."""


class InstantField(serializers.DateTimeField):
    """An instant with its offset from UTC; without one it is refused rather than guessed. Null is none."""

    default_error_messages = {
        "invalid": _("Write date, time and offset by ISO 8601, such as 2026-11-23T18:05:00+08:00."),
        "naive": _("The offset is missing. Write it behind the time: 2026-11-23T18:05:00+08:00."),
        "future": _("This lies in the future. Give the time at which it happened."),
        "past": _("This lies more than ten years back. Check the year."),
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        """The instant in Asia/Shanghai."""
        if timezone.is_naive(value):
            self.fail("naive")
        return super().enforce_timezone(value)

    def to_internal_value(self, value: Any) -> datetime:
        """An instant that can have happened. Raises ValidationError."""
        instant = super().to_internal_value(value)
        if instant < timezone.now() - OLDEST:
            self.fail("past")
        if instant > timezone.now() + AHEAD:
            self.fail("future")
        return instant


@extend_schema_field({"oneOf": [{"type": "number", "minimum": 0}, {"type": "string"}]})
class AmountField(serializers.DecimalField):
    """A quantity that is not negative, as a number or as digits in a string. Null is none."""

    def __init__(self, *, most: Decimal, decimal_places: int, **options: Any) -> None:
        super().__init__(
            max_digits=len(str(most)) + decimal_places,
            decimal_places=decimal_places,
            min_value=Decimal(0),
            max_value=most,
            required=False,
            allow_null=True,
            **options,
        )


class KindField(serializers.ChoiceField):
    """One of the kinds. What was sent is not echoed."""

    default_error_messages = {"invalid_choice": _("This kind does not exist. GET /api/v1/complaint-kinds/ names them.")}


class ComplaintSerializer(serializers.Serializer[Any]):
    """A complaint as filed. Unknown fields are ignored; every text may be left out, empty or null."""

    kind = KindField(Kind.choices)
    ambulance_code = TextField(
        max_length=LONGEST_INPUT, help_text="As painted: any letter case, with or without dashes."
    )
    plate = TextField(max_length=PLATE_LENGTH, help_text="As seen, even in part. With a code: the plate actually seen.")
    division = TextField(
        help_text="Six digits: where it happened. May be left out when the code or plate is a registered vehicle's."
    )
    place = TextField(max_length=PLACE_LENGTH, help_text="Where it happened, in words.")
    occurred_at = InstantField(required=False, allow_null=True, help_text="With offset: 2026-11-23T18:05:00+08:00.")
    narrative = TextField(max_length=NARRATIVE_LENGTH, many_lines=True, help_text="What happened.")
    distance_km = AmountField(most=MOST_KILOMETRES, decimal_places=1, help_text="Kilometres, one decimal.")
    amount_charged = AmountField(most=MOST_YUAN, decimal_places=2, help_text="Yuan, two decimals.")
    contact_name = TextField(max_length=NAME_LENGTH)
    contact_phone = TextField(help_text="Of the mainland. Leave all three out to stay anonymous.")
    contact_email = EmailField(max_length=EMAIL_LENGTH)
    wish = serializers.ChoiceField(
        Wish.choices,
        required=False,
        allow_blank=True,
        help_text=(
            "With kinds that ask for it: money back, a report of illegality, or both. Both become two cases under one "
            "receipt. An illegal ambulance is always a report: `redress` means `both` there."
        ),
    )
    about_authority_kind = serializers.ChoiceField(
        AuthorityKind.choices,
        required=False,
        allow_blank=True,
        help_text="With `authority_conduct`: the kind of the authority complained of, which the division tells apart.",
    )
    consent_sensitive = serializers.BooleanField(
        default=False, help_text="Agrees to the use of sensitive data (health, whereabouts) for handling this case."
    )
    consent_share_contact = serializers.BooleanField(
        default=False, help_text="Agrees that the institution may learn the contact. Never used for reports."
    )

    def to_internal_value(self, data: Any) -> Any:
        """Refuse lists and objects where one value is meant, before anything looks into them."""
        if isinstance(data, Mapping) and not html.is_html_input(data):
            nested = [str(name) for name in self.fields if isinstance(data.get(name), (list, dict))]
            if nested:
                message = serializers.ErrorDetail(str(_("Give one value, not a list or an object.")), code="nested")
                raise serializers.ValidationError({name: [message] for name in nested})
        return super().to_internal_value(data)

    def validate_division(self, value: str) -> str:
        """Six digits, or nothing."""
        return _formatted(division_and_ancestors, value)[0] if value else ""

    def validate_contact_phone(self, value: str) -> str:
        """The normalised number, or nothing."""
        return _formatted(check_phone, value) if value else ""

    def entry(self) -> Entry:
        """The validated complaint as the core takes it."""
        given = dict(self.validated_data)
        kind, wish = Kind(given.pop("kind")), given.pop("wish", "")
        return Entry(
            kind=kind,
            files_both=files_both(kind, wish),
            only_report=is_only_report(kind, wish),
            division_code=given.pop("division", ""),
            occurred_at=given.pop("occurred_at", None),
            **given,
        )


def _formatted(check: Any, value: str) -> Any:
    try:
        return check(value)
    except BadFormat as error:
        raise serializers.ValidationError(error.message, code=error.code) from error


class ComplaintFormSerializer(ComplaintSerializer):
    """A complaint as filed with files."""

    evidence = serializers.ListField(
        child=serializers.FileField(),
        required=False,
        help_text="Photos (JPEG, PNG, WebP, HEIC), sounds, films, PDF; the field is repeated for each file.",
    )


class MomentField(serializers.DateTimeField):
    """An instant, told to the second: so far a receipt keeps it, and a repeat must say the same."""

    def to_representation(self, value: Any) -> str:
        """ISO 8601 in Asia/Shanghai."""
        return str(super().to_representation(value.replace(microsecond=0)))


class DueSerializer(serializers.Serializer[Any]):
    """A step and the day by which the complainant can expect it."""

    step = serializers.ChoiceField(Step.choices)
    on = serializers.DateField(help_text="A day in Asia/Shanghai.")
    provisional = serializers.BooleanField(help_text="The calendar of working days is not published yet.")


class EvidenceSerializer(serializers.Serializer[Any]):
    """A file that came with the complaint."""

    name = serializers.CharField()
    sha256 = serializers.CharField(help_text="Of the file as it was sent, 64 hex digits.")


class EventSerializer(serializers.Serializer[EventLine]):
    """One dated step."""

    action = serializers.ChoiceField(Action.choices)
    at = MomentField()
    text = serializers.CharField(source="label", help_text="What happened, in the reader's language.")


class StandSerializer(serializers.Serializer[Any]):
    """Where a complaint stands."""

    reference = serializers.CharField(help_text="For people, such as AB12-3456.")
    state = serializers.ChoiceField(State.choices)
    public_state = serializers.ChoiceField(PublicState.choices, help_text="The public's word for the state.")
    received_at = MomentField()
    due = DueSerializer(many=True)
    evidence = EvidenceSerializer(many=True)


class ReceiptSerializer(StandSerializer):
    """The answer to a filing."""

    receipt_code = serializers.SerializerMethodField(
        help_text="Secret, in groups of four as it is printed; shown once. Read back in any case and grouping."
    )

    @extend_schema_field(OpenApiTypes.STR)
    def get_receipt_code(self, receipt: Receipt) -> str:
        """The code as it is printed."""
        return printed_receipt_code(receipt.receipt_code)


class StorySerializer(StandSerializer):
    """A complaint as its complainant follows it."""

    events = EventSerializer(many=True)


class PlatformReferenceField(serializers.CharField):
    """The number a complaint has at the platform: part of an address, so without slashes."""

    default_error_messages = {"shape": _("Use 1 to 60 printable characters without slashes, not only dots.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=REFERENCE_LENGTH,
            help_text="Your own number of it, unique at your platform; 1 to 60 characters without slashes.",
            **options,
        )

    def to_internal_value(self, data: Any) -> str:
        """The number without space around it. Raises ValidationError."""
        value = str(super().to_internal_value(data))
        if not value.isprintable() or set(value) & {"/", "\\"} or not value.strip("."):
            self.fail("shape")
        return value


class PlatformComplaintSerializer(ComplaintSerializer):
    """A complaint as a partner platform hands it over."""

    platform_reference = PlatformReferenceField()

    def entry(self) -> Entry:
        """The validated complaint as the core takes it."""
        self.validated_data.pop("platform_reference", None)
        return super().entry()


class PlatformComplaintFormSerializer(ComplaintFormSerializer, PlatformComplaintSerializer):
    """A complaint as a partner platform hands it over with files."""


class PlatformStorySerializer(StorySerializer):
    """A complaint as the platform that handed it over follows it."""

    platform_reference = serializers.CharField()


class PlatformStepSerializer(EventSerializer):
    """One public step of a complaint, in the list of all of them."""

    reference = serializers.CharField(help_text="Ours, such as AB12-3456.")
    platform_reference = serializers.CharField()
    public_state = serializers.ChoiceField(
        PublicState.choices, help_text="The public's word for the state after this step."
    )


class PlatformStepsSerializer(serializers.Serializer[Any]):
    """The public steps after a place in the list, oldest first."""

    steps = PlatformStepSerializer(many=True)
    since = serializers.CharField(help_text="The place behind the last step: ask with it next time.")
    has_more = serializers.BooleanField(help_text="There are more; ask again at once.")


class KindSerializer(serializers.Serializer[Any]):
    """One kind of complaint."""

    value = serializers.ChoiceField(Kind.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # the name is the contract's
    description = serializers.CharField()
    nature = serializers.ChoiceField(Nature.choices, help_text="A wish for redress, a report of illegality, or thanks.")
    questions = serializers.ListField(
        child=serializers.CharField(), help_text="Fields that a form should ask for with this kind, besides the usual."
    )
    may_be_unregistered = serializers.BooleanField(help_text="The vehicle may be one that no register knows.")
    may_share_contact = serializers.BooleanField(help_text="`consent_share_contact` has an effect.")
