"""Files that came with a complaint."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.intake import Draft
from complaints.querysets import EvidenceQuerySet
from vault.fields import SealedTextField


class Evidence(models.Model):
    """One file: the original sealed aside, a cleaned copy for those who work with it. Both are encrypted."""

    class Media(models.TextChoices):
        """What sort of file it is."""

        IMAGE = "image", _("Picture")
        AUDIO = "audio", _("Sound")
        VIDEO = "video", _("Film")
        PDF = "pdf", _("PDF document")

    complaint = models.ForeignKey(
        Complaint, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name=_("complaint")
    )
    draft = models.ForeignKey(
        Draft, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name=_("draft")
    )
    forwarding = models.ForeignKey(
        "complaints.Forwarding",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("attached by the institution to"),
        help_text=_("Empty for what the complainant gave."),
    )
    name = SealedTextField(_("name of the file"))
    media = models.CharField(_("sort"), max_length=5, choices=Media.choices)
    content_type = models.CharField(_("type of the original"), max_length=60)
    size = models.PositiveBigIntegerField(_("size of the original, bytes"))
    sha256 = models.CharField(_("SHA-256 of the original"), max_length=64)
    original_key = models.CharField(max_length=80, unique=True)
    cleaned_key = models.CharField(max_length=80, unique=True)
    cleaned_type = models.CharField(_("type of the cleaned copy"), max_length=60)
    cleaned_size = models.PositiveBigIntegerField(_("size of the cleaned copy, bytes"))
    picture_hash = models.CharField(
        _("hash of the picture"),
        max_length=16,
        blank=True,
        db_index=True,
        help_text=_("Near for pictures that look the same; empty for what is no picture."),
    )
    thumbnail = SealedTextField(blank=True)
    added_at = models.DateTimeField(_("added at"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(complaint__isnull=False, draft__isnull=True)
                | Q(complaint__isnull=True, draft__isnull=False),
                name="evidence_belongs_to_a_complaint_or_a_draft",
            ),
            models.CheckConstraint(
                condition=Q(forwarding__isnull=True) | Q(complaint__isnull=False),
                name="evidence_of_an_institution_belongs_to_a_complaint",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_hash_has_its_shape"),
        ]

    def __str__(self) -> str:
        return f"{self.media} {self.sha256[:8]}"
