"""Applications (备案申请): what an institution asks, with its documents, and what was decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.formats import display_plate
from directory.models import Authority, Institution
from registry.applications import ApplicationKind, ApplicationState
from registry.models.ambulance import Ambulance
from registry.querysets import ApplicationQuerySet

LONGEST_PLATE = 12
"""Characters that are shown of what was typed as a plate, right or wrong."""


class Application(models.Model):
    """One request about one vehicle. `proposed` holds the fields asked for, as the form's plain values.

    `version` rises with every change: who acts on an older one is told who was first.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=ApplicationKind.choices)
    state = models.CharField(
        _("state"), max_length=16, choices=ApplicationState.choices, default=ApplicationState.DRAFT
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="applications", verbose_name=_("institution")
    )
    receiving_institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers_in",
        verbose_name=_("receiving institution"),
    )
    ambulance = models.ForeignKey(
        Ambulance, models.PROTECT, null=True, blank=True, related_name="applications", verbose_name=_("ambulance")
    )
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="applications", verbose_name=_("reviewing authority")
    )
    proposed = models.JSONField(_("asked for"), default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, db_index=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decision_reason = models.CharField(_("reason of the decision"), max_length=1000, blank=True)
    field_reasons = models.JSONField(_("reasons by field"), default=dict, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-updated_at", "-pk"]
        indexes = [
            models.Index(
                fields=["due_on", "submitted_at"],
                condition=Q(state=ApplicationState.SUBMITTED),
                name="application_to_review",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ApplicationKind.values), name="application_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state_is_known"),
            models.CheckConstraint(
                condition=Q(kind=ApplicationKind.NEW) | Q(ambulance__isnull=False),
                name="application_names_its_vehicle_unless_new",
            ),
            models.CheckConstraint(
                condition=Q(kind=ApplicationKind.TRANSFER, receiving_institution__isnull=False)
                | (~Q(kind=ApplicationKind.TRANSFER) & Q(receiving_institution__isnull=True)),
                name="application_transfer_names_the_other_side",
            ),
            models.UniqueConstraint(
                fields=["ambulance"],
                condition=Q(state__in=["submitted", "awaiting_other"]),
                name="application_one_open_per_vehicle",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def painted_plate(self) -> str:
        """The plate it is about, as it is painted; what was typed so far of a new one, empty while nothing was."""
        if self.ambulance is not None:
            return display_plate(self.ambulance.plate)
        return display_plate(str(self.proposed.get("plate") or "")[:LONGEST_PLATE])


class ApplicationEvent(models.Model):
    """One step of an application: who, when, what, with the reasons given. Never edited."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="events")
    action = models.CharField(_("action"), max_length=20)
    state = models.CharField(_("state after it"), max_length=16, choices=ApplicationState.choices)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.action}"


class ApplicationDocument(models.Model):
    """A document attached to an application: the original sealed aside, a cleaned copy to work with."""

    class Purpose(models.TextChoices):
        """What the document shows."""

        VEHICLE_LICENCE = "vehicle_licence", _("Vehicle licence")
        PHOTO_LEFT = "photo_left", _("Photo of the left side")
        PHOTO_RIGHT = "photo_right", _("Photo of the right side")
        PHOTO_REAR = "photo_rear", _("Photo of the tail")
        POSITIONING_CERTIFICATE = "positioning_certificate", _("Certificate of the positioning device")
        OTHER = "other", _("Other document")

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="documents", verbose_name=_("application")
    )
    purpose = models.CharField(_("shows"), max_length=24, choices=Purpose.choices)
    name = models.CharField(_("name of the file"), max_length=120)
    media = models.CharField(_("sort"), max_length=5)
    content_type = models.CharField(_("type of the original"), max_length=60)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    sha256 = models.CharField(_("SHA-256 of the original"), max_length=64, db_index=True)
    picture_hash = models.CharField(max_length=16, blank=True, db_index=True)
    """Difference hash of the picture, 64 bits as hex: the same photo saved again has the same or a near one."""
    original_key = models.CharField(max_length=80, unique=True)
    cleaned_key = models.CharField(max_length=80, unique=True)
    cleaned_type = models.CharField(_("type of the cleaned copy"), max_length=60)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["purpose", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_hash_has_its_shape"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sha256[:8]}"
