"""Crews and their certificates; reminders that were sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Institution
from vault.fields import SealedTextField


class CrewMember(models.Model):
    """Somebody who rides on an institution's ambulances, with the certificate that allows it."""

    class Role(models.TextChoices):
        """Roles aboard."""

        PHYSICIAN = "physician", _("Physician")
        NURSE = "nurse", _("Nurse")
        MEDIC = "medic", _("Medical rescuer")
        DRIVER = "driver", _("Driver")
        STRETCHER_BEARER = "stretcher_bearer", _("Stretcher bearer")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="crew", verbose_name=_("institution"))
    name = SealedTextField(_("name"))
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    certificate_number = SealedTextField(_("certificate number"), blank=True)
    certificate_valid_until = models.DateField(_("certificate valid until"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("crew member")
        verbose_name_plural = _("crew members")
        ordering = ["institution", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["physician", "nurse", "medic", "driver", "stretcher_bearer"]),
                name="crew_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class Reminder(models.Model):
    """A reminder that was queued, so that no date is reminded of twice for the same distance."""

    key = models.CharField(max_length=120, unique=True)
    queued_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")

    def __str__(self) -> str:
        return self.key
