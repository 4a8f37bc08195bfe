"""Keys by which a hospital's own system speaks for its institution."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.key_reads import ApiKeyQuerySet
from directory.models import Institution


class ApiScope(models.TextChoices):
    """What a key may do."""

    FLEET_READ = "fleet:read", _("Read the fleet and its applications")
    FLEET_WRITE = "fleet:write", _("Write and submit applications")


class ApiKey(models.Model):
    """A key of one institution: hashed, scoped, expiring. The secret is shown once."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="api_keys", verbose_name=_("institution"))
    name = models.CharField(_("name"), max_length=60)
    prefix = models.CharField(_("begins with"), max_length=8, unique=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}…"
