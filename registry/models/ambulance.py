"""Ambulances, the history of their status, and the codes painted on them."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from directory.formats import PLATE_HEADS, BadFormat, PlateKind, check_plate, check_vin
from directory.models import Authority, Division, Institution
from registry.choices import AmbulanceStatus, MarkingState, Position, RevokeReason, VehicleType
from registry.provinces import Province
from registry.querysets import AmbulanceQuerySet, MarkingQuerySet

USE_AMBULANCE = "J"
"""使用性质 救护 on the vehicle licence."""

ORDINARY_KINDS = ("01", "02")
NEW_ENERGY_KINDS = ("51", "52")


def validate_plate(value: str) -> None:
    """Field validator: a normalised plate of any kind."""
    try:
        if check_plate(value) != value:
            raise ValidationError(_("Write the plate without spaces, dots or small letters."), code="not-normalised")
    except BadFormat as error:
        raise ValidationError(error.message, code=error.code) from error


def validate_vin(value: str) -> None:
    """Field validator: the shape of a VIN (GB 16735). A wrong check digit is a warning elsewhere."""
    try:
        check_vin(value)
    except BadFormat as error:
        raise ValidationError(error.message, code=error.code) from error


class Ambulance(models.Model):
    """One vehicle registered for 救护, whatever it carries: patients, blood, vaccines."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="ambulances", verbose_name=_("institution")
    )
    plate = models.CharField(_("plate"), max_length=8, validators=[validate_plate])
    plate_kind = models.CharField(_("kind of plate"), max_length=2, choices=PlateKind.choices)
    vin = models.CharField(_("VIN"), max_length=17, validators=[validate_vin])
    fleet_number = models.CharField(_("fleet number"), max_length=30, blank=True)
    vehicle_type = models.CharField(_("type"), max_length=1, choices=VehicleType.choices)
    has_negative_pressure = models.BooleanField(_("negative pressure"), default=False)
    in_120_network = models.BooleanField(_("in the 120 network"), default=False)
    colour = models.CharField(_("colour"), max_length=20)
    brand_model = models.CharField(_("brand and model"), max_length=60)
    photo = models.FileField(_("photo"), upload_to="photos/", blank=True)

    is_for_pre_hospital = models.BooleanField(_("pre-hospital care"), default=False)
    is_for_institution_transfer = models.BooleanField(_("transfer between institutions"), default=False)
    is_for_non_emergency_transfer = models.BooleanField(_("non-emergency transfer"), default=False)
    is_for_special_goods = models.BooleanField(_("blood, vaccines, special goods"), default=False)

    licence_owner = models.CharField(_("owner on the vehicle licence"), max_length=100, blank=True)
    licence_address = models.CharField(_("address on the vehicle licence"), max_length=200, blank=True)
    licence_vehicle_class = models.CharField(_("class on the vehicle licence"), max_length=30, blank=True)
    licence_use = models.CharField(_("use on the vehicle licence"), max_length=1, default=USE_AMBULANCE)
    licence_engine_number = models.CharField(_("engine number"), max_length=30, blank=True)
    licence_issued_on = models.DateField(_("vehicle licence issued on"), null=True, blank=True)
    licence_issued_by = models.CharField(_("vehicle licence issued by"), max_length=60, blank=True)
    licence_seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    licence_note = models.CharField(_("note on the vehicle licence"), max_length=200, blank=True)

    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    inspection_valid_until = models.DateField(_("inspection valid until"), null=True, blank=True)
    scrap_due_on = models.DateField(_("compulsory scrapping date"), null=True, blank=True)

    certified_by = models.ForeignKey(
        Authority, models.PROTECT, related_name="certified", verbose_name=_("certifying authority")
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="ambulances", verbose_name=_("division"))
    station = models.CharField(_("station"), max_length=100, blank=True)
    positioning_device = models.CharField(_("positioning device"), max_length=60, blank=True)

    status = models.CharField(
        _("status"), max_length=12, choices=AmbulanceStatus.choices, default=AmbulanceStatus.DRAFT
    )
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = AmbulanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("ambulance")
        verbose_name_plural = _("ambulances")
        ordering = ["plate"]
        indexes = [
            models.Index(fields=["plate"], name="ambulance_plate"),
            # Lists within a jurisdiction, each in one order; measured in docs/decisions/0012-lists.md.
            models.Index(Province("division"), "plate", "id", name="ambulance_by_plate"),
            models.Index(Province("division"), "inspection_valid_until", "id", name="ambulance_by_inspection"),
            models.Index(Province("division"), "updated_at", "id", name="ambulance_by_update"),
            models.Index(fields=["plate"], opclasses=["varchar_pattern_ops"], name="ambulance_plate_begins"),
            models.Index(fields=["vin"], name="ambulance_vin"),
            models.Index(fields=["fleet_number"], name="ambulance_fleet_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plate", "plate_kind"],
                condition=~Q(status=AmbulanceStatus.RETIRED),
                name="ambulance_plate_is_unique_until_retired",
            ),
            models.UniqueConstraint(
                fields=["vin"],
                condition=~Q(status=AmbulanceStatus.RETIRED),
                name="ambulance_vin_is_unique_until_retired",
            ),
            models.UniqueConstraint(
                fields=["institution", "fleet_number"],
                condition=~Q(fleet_number="") & ~Q(status=AmbulanceStatus.RETIRED),
                name="ambulance_fleet_number_is_unique_in_institution",
            ),
            models.CheckConstraint(
                condition=Q(
                    plate_kind__in=ORDINARY_KINDS,
                    plate__regex=rf"^[{PLATE_HEADS}][A-Z][A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9警学]$",
                )
                | Q(plate_kind__in=NEW_ENERGY_KINDS, plate__regex=rf"^[{PLATE_HEADS}][A-Z][A-HJ-NP-Z0-9]{{6}}$"),
                name="ambulance_plate_has_the_shape_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(vin__regex=r"^[A-HJ-NPR-Z0-9]{17}$"), name="ambulance_vin_has_its_shape"
            ),
            models.CheckConstraint(condition=Q(vehicle_type__in=VehicleType.values), name="ambulance_type_is_known"),
            models.CheckConstraint(condition=Q(status__in=AmbulanceStatus.values), name="ambulance_status_is_known"),
            models.CheckConstraint(
                condition=~Q(status__in=[AmbulanceStatus.IN_SERVICE, AmbulanceStatus.SUSPENDED])
                | Q(
                    licence_use=USE_AMBULANCE,
                    registered_on__isnull=False,
                    inspection_valid_until__isnull=False,
                ),
                name="ambulance_in_use_is_licensed_and_dated",
            ),
            models.CheckConstraint(
                condition=Q(status=AmbulanceStatus.DRAFT)
                | Q(is_for_pre_hospital=True)
                | Q(is_for_institution_transfer=True)
                | Q(is_for_non_emergency_transfer=True)
                | Q(is_for_special_goods=True),
                name="ambulance_has_a_service_scope",
            ),
            models.CheckConstraint(
                condition=Q(status=AmbulanceStatus.RETIRED, retired_on__isnull=False)
                | (~Q(status=AmbulanceStatus.RETIRED) & Q(retired_on__isnull=True)),
                name="ambulance_retired_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(scrap_due_on__isnull=True)
                | Q(registered_on__isnull=True)
                | Q(scrap_due_on__gt=F("registered_on")),
                name="ambulance_is_scrapped_after_registration",
            ),
        ]

    def __str__(self) -> str:
        return self.plate


class StatusChange(models.Model):
    """One step in a vehicle's life: who changed the status, when, why. Never edited."""

    ambulance = models.ForeignKey(Ambulance, models.CASCADE, related_name="status_changes", verbose_name=_("ambulance"))
    old_status = models.CharField(_("from"), max_length=12, choices=AmbulanceStatus.choices, blank=True)
    new_status = models.CharField(_("to"), max_length=12, choices=AmbulanceStatus.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    changed_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ["changed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.ambulance_id}: {self.old_status} → {self.new_status}"


class Marking(models.Model):
    """One code on one position of one vehicle (车身二维码). A code is never used twice."""

    code = models.CharField(pgettext_lazy("marking", "code"), max_length=12, unique=True)
    ambulance = models.ForeignKey(Ambulance, models.PROTECT, related_name="markings", verbose_name=_("ambulance"))
    position = models.CharField(_("position"), max_length=5, choices=Position.choices)
    state = models.CharField(_("state"), max_length=8, choices=MarkingState.choices, default=MarkingState.ISSUED)
    issued_at = models.DateTimeField(_("issued at"))
    mounted_at = models.DateTimeField(_("mounted at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoke_reason = models.CharField(_("reason"), max_length=16, choices=RevokeReason.choices, blank=True)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )

    objects = MarkingQuerySet.as_manager()

    class Meta:
        verbose_name = _("marking")
        verbose_name_plural = _("markings")
        ordering = ["ambulance", "position", "issued_at"]
        indexes = [
            models.Index(fields=["ambulance"], condition=Q(state=MarkingState.ISSUED), name="marking_to_mount"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ambulance", "position"],
                condition=~Q(state=MarkingState.REVOKED),
                name="marking_one_live_code_per_position",
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9A-Z]{12}$"), name="marking_code_has_its_shape"),
            models.CheckConstraint(condition=Q(position__in=Position.values), name="marking_position_is_known"),
            models.CheckConstraint(
                condition=Q(state=MarkingState.ISSUED, mounted_at__isnull=True)
                | Q(state=MarkingState.MOUNTED, mounted_at__isnull=False)
                | Q(state=MarkingState.REVOKED),
                name="marking_mounted_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=MarkingState.REVOKED,
                    revoked_at__isnull=False,
                    revoke_reason__in=RevokeReason.values,
                )
                | (~Q(state=MarkingState.REVOKED) & Q(revoked_at__isnull=True, revoke_reason="")),
                name="marking_revoked_has_time_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | Q(state=MarkingState.REVOKED),
                name="marking_replaced_is_revoked",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class FieldChange(models.Model):
    """One field of one vehicle, old → new: who changed it, when, under which application (none for what needs none)."""

    ambulance = models.ForeignKey(Ambulance, models.CASCADE, related_name="field_changes", verbose_name=_("ambulance"))
    field = models.CharField(_("field"), max_length=40)
    old = models.CharField(_("from"), max_length=200, blank=True)
    new = models.CharField(_("to"), max_length=200, blank=True)
    application = models.ForeignKey(
        "registry.Application",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="field_changes",
        verbose_name=_("application"),
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    changed_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of a field")
        verbose_name_plural = _("changes of fields")
        ordering = ["changed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.ambulance_id}: {self.field}"
