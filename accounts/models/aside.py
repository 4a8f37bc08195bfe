"""What somebody who stepped aside does not read in the audit record."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditRecusal(models.Model):
    """One person reads no row about one thing: neither rows of the thing, nor rows that name it in their detail.

    The record does not know why; whoever lets people step aside says so by `accounts.audit.withhold`.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    object_type = models.CharField(_("kind of thing"), max_length=40)
    object_id = models.CharField(_("thing"), max_length=40)
    name = models.CharField(_("name in details"), max_length=60)

    class Meta:
        verbose_name = _("recusal in the audit record")
        verbose_name_plural = _("recusals in the audit record")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "object_type", "object_id"], name="audit_recusal_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.name}"
