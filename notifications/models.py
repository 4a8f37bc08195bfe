"""The outbox: what is to be told to whom, written in the transaction of the change that causes it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from directory.models import Institution, Platform
from notifications.querysets import MessageQuerySet, WebhookEndpointQuerySet
from notifications.states import UNSENT, Medium, State
from vault.fields import SealedJSONField, SealedTextField

HookOwner = Institution | Platform
"""Whose systems can be told."""


class Message(models.Model):
    """One message to one recipient. All its times are told by the database's clock, in UTC."""

    event_key = models.CharField(
        _("event"),
        max_length=150,
        unique=True,
        help_text=_("What happened and who is told; the same key is never sent twice."),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Medium.choices)
    template = models.CharField(_("template"), max_length=100)
    language = models.CharField(_("language"), max_length=10)
    recipient = SealedTextField(_("recipient"))
    context = SealedJSONField(
        _("context"), blank=True, help_text=_("Reference and link; never the content of a complaint.")
    )

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    attempt = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), db_default=Now())
    lease_until = models.DateTimeField(
        _("lease until"), null=True, help_text=_("Until then the message belongs to the worker sending it.")
    )
    claimed_by = models.UUIDField(
        _("claimed by"), null=True, help_text=_("Which claim holds it; whoever lost the claim may not finish it.")
    )
    created_at = models.DateTimeField(_("queued at"), db_default=Now())
    sent_at = models.DateTimeField(_("sent at"), null=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    provider_id = models.CharField(_("provider's id"), max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(channel__in=Medium.values), name="message_channel_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="message_state_known"),
            models.CheckConstraint(condition=~Q(event_key="") & ~Q(recipient=""), name="message_addressed"),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, lease_until__isnull=False, claimed_by__isnull=False)
                | (~Q(state=State.SENDING) & Q(lease_until__isnull=True, claimed_by__isnull=True)),
                name="message_claimed_only_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False) | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="message_sent_at_only_when_sent",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["not_before", "id"], name="message_due", condition=Q(state=State.PENDING)),
            models.Index(fields=["lease_until"], name="message_leased", condition=Q(state=State.SENDING)),
            models.Index(fields=["created_at"], name="message_unsent", condition=Q(state__in=UNSENT)),
            models.Index(fields=["id"], name="message_dead", condition=Q(state=State.DEAD)),
        ]

    def __str__(self) -> str:
        return self.event_key


class WebhookEndpoint(models.Model):
    """Where the systems of one institution or platform are told what happened. Its times are by our clock, in UTC."""

    institution = models.ForeignKey(
        Institution, models.CASCADE, null=True, blank=True, related_name="webhooks", verbose_name=_("institution")
    )
    platform = models.ForeignKey(
        Platform, models.CASCADE, null=True, blank=True, related_name="webhooks", verbose_name=_("partner platform")
    )
    url = SealedTextField(_("address"), help_text=_("Sealed, because an address may carry a password."))
    secret = SealedTextField(_("secret"), help_text=_("Signs what is sent."))
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("added at"))
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    tried_at = models.DateTimeField(_("last tried at"), null=True, blank=True)
    outcome = models.CharField(_("last outcome"), max_length=200, blank=True)
    delivered_at = models.DateTimeField(_("last delivered at"), null=True, blank=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("web hook")
        verbose_name_plural = _("web hooks")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(url="") & ~Q(secret=""), name="webhook_has_address_and_secret"),
            models.CheckConstraint(
                condition=Q(is_active=True, stopped_at__isnull=True) | Q(is_active=False, stopped_at__isnull=False),
                name="webhook_stopped_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(institution__isnull=False, platform__isnull=True)
                | Q(institution__isnull=True, platform__isnull=False),
                name="webhook_has_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def owner(self) -> HookOwner:
        """Whose systems are told; a constraint of the table says that it is somebody's."""
        owner = self.institution or self.platform
        assert owner is not None
        return owner


class Heartbeat(models.Model):
    """When a background process last worked; a stalled one shows by its age."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    beaten_at = models.DateTimeField(_("beaten at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
