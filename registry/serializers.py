"""The shape of the registry's public answers, and of what is asked. The names are a contract."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from directory.formats import BadFormat, check_plate
from directory.models import Division
from directory.nearest import division_and_ancestors
from edge.text import cleaned
from registry.choices import Position, VehicleType
from registry.standing import Standing

STANDINGS = [(value, label) for value, label in Standing.choices if "-" not in value]
"""What a card can say. Without a card the standing is the code of a problem: code-mistyped, code-unknown."""


class CardInstitutionSerializer(serializers.Serializer[Any]):
    """Whose vehicle it is."""

    name = serializers.CharField()
    complaint_phone = serializers.CharField(help_text="To be called from within China.")


class CardAuthoritySerializer(serializers.Serializer[Any]):
    """Who certified the vehicle."""

    name = serializers.CharField()


class CardSerializer(serializers.Serializer[Any]):
    """What the public may know of one vehicle. A look-up by plate tells no code and no position."""

    code = serializers.CharField(allow_null=True, help_text="Twelve characters, ungrouped; null in a look-up by plate.")
    standing = serializers.ChoiceField(STANDINGS, help_text="What the first line of a card says.")
    standing_text = serializers.CharField(source="standing.label", help_text="The same in the reader's language.")
    plate = serializers.CharField(source="ambulance.plate", help_text="Without spaces and dots.")
    institution = CardInstitutionSerializer(source="ambulance.institution")
    fleet_number = serializers.CharField(
        source="ambulance.fleet_number", help_text="The owner's own number; may be empty."
    )
    vehicle_type = serializers.ChoiceField(VehicleType.choices, help_text="WS/T 292.")
    colour = serializers.CharField(source="ambulance.colour")
    in_120_network = serializers.BooleanField(source="ambulance.in_120_network")
    inspection_valid_until = serializers.DateField(
        source="ambulance.inspection_valid_until", allow_null=True, help_text="The last valid day."
    )
    authority = CardAuthoritySerializer(source="ambulance.certified_by", help_text="Who certified the vehicle.")
    position = serializers.ChoiceField(
        Position.choices, allow_null=True, help_text="Where the code is painted; null in a look-up by plate."
    )
    vehicle_standing = serializers.ChoiceField(
        STANDINGS, help_text="The vehicle's own state, which differs from `standing` under a withdrawn code."
    )
    checked_at = serializers.DateTimeField(help_text="Time of the look-up, cut to five minutes, in Asia/Shanghai.")


class PlateQuerySerializer(serializers.Serializer[Any]):
    """What a look-up by plate asks."""

    plate = serializers.CharField(help_text="A whole plate, such as 京A12345; spaces, dots and case do not matter.")

    def validate_plate(self, value: str) -> str:
        """The normalised plate, or why it is none."""
        try:
            return check_plate(value)
        except BadFormat as error:
            raise serializers.ValidationError(error.message, code=error.code) from error


class DivisionQuerySerializer(serializers.Serializer[Any]):
    """What a list of divisions asks."""

    parent = serializers.CharField(  # type: ignore[assignment]  # the name is the contract's
        required=False, help_text="Six digits: the divisions directly under this one."
    )
    q = serializers.CharField(
        required=False, max_length=50, help_text="Part of a name, or the first digits of a code, at any level."
    )
    after = serializers.CharField(required=False, help_text="Only codes after this one; see the Link header.")

    def validate_parent(self, value: str) -> str:
        """Six digits."""
        return _six_digits(value)

    def validate_after(self, value: str) -> str:
        """Six digits."""
        return _six_digits(value)

    def validate_q(self, value: str) -> str:
        """Without control characters."""
        text = cleaned(value)
        if not text:
            raise serializers.ValidationError(_("Enter part of a name, or the first digits of a code."), code="blank")
        return text


def _six_digits(code: str) -> str:
    try:
        return division_and_ancestors(code)[0]
    except BadFormat as error:
        raise serializers.ValidationError(error.message, code=error.code) from error


class DivisionSerializer(serializers.ModelSerializer[Division]):
    """A division that exists today (GB/T 2260)."""

    parent = serializers.CharField(  # type: ignore[assignment]  # the name is the contract's
        source="parent_id", allow_null=True, help_text="Code of the division above; null for a province."
    )

    class Meta:
        model = Division
        fields = ["code", "name", "level", "parent"]
