"""What exists before and around a submission: drafts, answers kept for repeats, spent challenges."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from vault.fields import SealedJSONField


class Draft(models.Model):
    """A complaint being written. Kept a day, sealed; only the browser that began it opens it."""

    id = models.CharField(max_length=32, primary_key=True)
    answers = SealedJSONField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return self.id[:6]


class Submission(models.Model):
    """The answer that was given to one idempotency key, receipt code included; sealed, kept for a day."""

    key_hash = models.CharField(max_length=64, unique=True)
    claim = models.CharField(max_length=32)
    fingerprint = models.CharField(max_length=64)
    complaint = models.ForeignKey(
        Complaint,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("complaint"),
    )
    answer = SealedJSONField(blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return self.key_hash[:8]


class SpentChallenge(models.Model):
    """A proof of work that was used; it is not accepted twice."""

    signature = models.CharField(max_length=128, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("spent challenge")
        verbose_name_plural = _("spent challenges")

    def __str__(self) -> str:
        return self.signature[:8]
