"""The audit record: who did, saw or exported what. Rows are only ever added, each chained to the last by a hash."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.audit_reads import AuditRowQuerySet


class AuditRow(models.Model):
    """One deed. `hash` covers every other column and the hash of the row before (accounts/audit.py)."""

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
        db_constraint=False,
    )
    actor_name = models.CharField(_("name at the time"), max_length=150, blank=True)
    institution_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    authority_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    division_code = models.CharField(max_length=6, blank=True, db_index=True)
    """Where the thing belongs, so that a supervisor reads the rows of the own jurisdiction."""
    address = models.CharField(_("from where"), max_length=45, blank=True)
    action = models.CharField(_("deed"), max_length=60)
    object_type = models.CharField(_("kind of thing"), max_length=40, blank=True)
    object_id = models.CharField(_("thing"), max_length=40, blank=True)
    is_success = models.BooleanField(_("succeeded"), default=True)
    detail = models.JSONField(_("detail"), default=dict)
    """Field names, states, counts: never the personal data themselves."""
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AuditRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit row")
        verbose_name_plural = _("audit rows")
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_thing"),
            models.Index(fields=["action", "number"], name="audit_deed"),
            models.Index(fields=["at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class AuditHead(models.Model):
    """The end of the chain. One row; whoever appends locks it, so that two never take the same number."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_has_one_head")]

    def __str__(self) -> str:
        return str(self.number)
