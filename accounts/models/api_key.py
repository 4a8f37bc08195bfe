"""Keys by which another system speaks for its institution, its authority or its platform."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.key_reads import ApiKeyQuerySet
from accounts.roles import BodyKind
from directory.models import Authority, Institution, Platform

KeyOwner = Institution | Authority | Platform
"""Who can have keys."""


class ApiKey(models.Model):
    """A key of one institution, authority or platform: hashed, scoped, expiring. The secret is shown once."""

    institution = models.ForeignKey(
        Institution, models.CASCADE, null=True, blank=True, related_name="api_keys", verbose_name=_("institution")
    )
    authority = models.ForeignKey(
        Authority, models.CASCADE, null=True, blank=True, related_name="api_keys", verbose_name=_("authority")
    )
    platform = models.ForeignKey(
        Platform, models.CASCADE, null=True, blank=True, related_name="api_keys", verbose_name=_("partner platform")
    )
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
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=False, authority__isnull=True, platform__isnull=True)
                | Q(institution__isnull=True, authority__isnull=False, platform__isnull=True)
                | Q(institution__isnull=True, authority__isnull=True, platform__isnull=False),
                name="key_has_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def owner(self) -> KeyOwner:
        """Whose key it is; a constraint of the table says that it is somebody's."""
        owner = self.institution or self.authority or self.platform
        assert owner is not None
        return owner


def body_of(owner: KeyOwner) -> BodyKind:
    """Which sort of body an owner is."""
    if isinstance(owner, Institution):
        return BodyKind.INSTITUTION
    return BodyKind.AUTHORITY if isinstance(owner, Authority) else BodyKind.PLATFORM
