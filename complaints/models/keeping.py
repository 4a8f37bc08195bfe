"""How long things are kept: holds, batches of destruction, and what stays in their place."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.handling import Handling
from directory.models import Authority
from vault.fields import SealedTextField


class Hold(models.Model):
    """Keeps a case from destruction, for a lawsuit or an inspection, until it is lifted."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="holds", verbose_name=_("complaint"))
    reason = SealedTextField(_("reason"))
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("placed at"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(lifted_at__isnull=True), name="hold_one_open_per_complaint"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.placed_at:%Y-%m-%d}"


class DestructionBatch(models.Model):
    """Cases of one authority whose time is over; two supervisors confirm before anything is destroyed."""

    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="destruction_batches", verbose_name=_("authority")
    )
    complaints = models.ManyToManyField(Complaint, related_name="destruction_batches", verbose_name=_("complaints"))
    made_at = models.DateTimeField(_("made at"))
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    first_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed again by"),
    )
    second_at = models.DateTimeField(_("confirmed again at"), null=True, blank=True)
    done_at = models.DateTimeField(_("destroyed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("batch to be destroyed")
        verbose_name_plural = _("batches to be destroyed")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | Q(first_by__isnull=False) & ~Q(first_by=F("second_by")),
                name="batch_confirmed_by_two",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(second_at__isnull=False), name="batch_done_after_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority_id}: {self.made_at:%Y-%m-%d}"


class Tombstone(models.Model):
    """What stays of a case whose personal data and files were destroyed: counts and hashes."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="tombstone", verbose_name=_("complaint"))
    batch = models.ForeignKey(
        DestructionBatch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tombstones",
        verbose_name=_("batch"),
        help_text=_("Empty where the complainant asked for it."),
    )
    counts = models.JSONField(_("what there was"), default=dict)
    hashes = models.JSONField(_("SHA-256 of the files there were"), default=list)
    at = models.DateTimeField(_("destroyed at"))

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.at:%Y-%m-%d}"


class QualityCheck(models.Model):
    """A concluded part drawn for a second look, and what the supervisor saw."""

    class Verdict(models.TextChoices):
        """How well it was handled."""

        GOOD = "good", _("Well handled")
        MINOR = "minor", _("Small faults")
        SERIOUS = "serious", _("Serious faults")

    handling = models.OneToOneField(Handling, models.CASCADE, related_name="quality_check", verbose_name=_("handling"))
    drawn_at = models.DateTimeField(_("drawn at"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, blank=True)
    note = SealedTextField(_("note"), blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("quality check")
        verbose_name_plural = _("quality checks")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, verdict="")
                | Q(checked_at__isnull=False, verdict__in=["good", "minor", "serious"]),
                name="check_done_has_its_verdict",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handling_id}: {self.verdict or '–'}"
