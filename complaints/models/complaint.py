"""A complaint, its events, the authorities that handle it, and their deadlines."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.kinds import Kind
from complaints.querysets import ComplaintQuerySet, EventQuerySet
from complaints.workflow import Action, State
from directory.kinds import AuthorityKind
from directory.models import Authority, Division, Institution
from registry.models import Ambulance, Marking
from vault.fields import SealedJSONField, SealedTextField


class Channel(models.TextChoices):
    """By which door a complaint came."""

    WEB = "web", _("Web page")
    API = "api", _("API")


class Complaint(models.Model):
    """What one person told us once. Whatever identifies the person, and the story itself, is sealed."""

    reference = models.CharField(_("reference"), max_length=9, unique=True)
    receipt_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RECEIVED)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=10)
    received_at = models.DateTimeField(_("received at"), db_index=True)

    ambulance = models.ForeignKey(
        Ambulance,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("ambulance"),
    )
    marking = models.ForeignKey(
        Marking, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("marking")
    )
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("institution"),
    )
    plate_given = models.CharField(_("plate as given"), max_length=20, blank=True, db_index=True)

    division = models.ForeignKey(
        Division, models.PROTECT, related_name="complaints", verbose_name=_("place of the event")
    )
    place = SealedTextField(_("place in words"), blank=True)
    occurred_at = models.DateTimeField(_("happened at"), null=True, blank=True)
    narrative = SealedTextField(_("what happened"), blank=True)
    answers = SealedJSONField(_("answers to the kind's own questions"), blank=True)

    distance_km = models.DecimalField(_("distance, km"), max_digits=7, decimal_places=1, null=True, blank=True)
    amount_charged = models.DecimalField(
        _("amount charged, yuan"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    posted_amount = models.DecimalField(
        _("amount by the posted price, yuan"), max_digits=10, decimal_places=2, null=True, blank=True
    )

    contact_name = SealedTextField(pgettext_lazy("person", "name"), blank=True)
    contact_phone = SealedTextField(_("phone"), blank=True)
    contact_email = SealedTextField(_("e-mail"), blank=True)
    contact_phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    consent_sensitive = models.BooleanField(_("agreed to the use of sensitive data"), default=False)
    consent_share_contact = models.BooleanField(_("agreed to pass the contact to the institution"), default=False)

    flags = models.JSONField(_("flags for the desk"), default=list, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["ambulance", "received_at"], name="complaint_vehicle_day")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="complaint_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="complaint_state_is_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="complaint_channel_is_known"),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^[A-Z]{2}[0-9]{2}-[0-9]{4}$"),
                name="complaint_reference_has_its_shape",
            ),
            models.CheckConstraint(
                condition=Q(distance_km__isnull=True) | Q(distance_km__gte=0),
                name="complaint_distance_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(amount_charged__isnull=True) | Q(amount_charged__gte=0),
                name="complaint_amount_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(marking__isnull=True) | Q(ambulance__isnull=False),
                name="complaint_marking_comes_with_its_vehicle",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ComplaintEvent(models.Model):
    """One thing that happened to a complaint; written in the transaction of the change, never edited."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="events", verbose_name=_("complaint"))
    action = models.CharField(_("action"), max_length=30, choices=Action.choices)
    state = models.CharField(_("state after it"), max_length=20, choices=State.choices)
    is_public = models.BooleanField(_("shown to the complainant"), default=False)
    text = SealedTextField(_("words"), blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"))

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("complaint", "event")
        verbose_name_plural = _("events")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=Action.values), name="event_action_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.action}"


class Handling(models.Model):
    """One authority's part in a complaint (主办/协办), with its own state and outcome."""

    class Role(models.TextChoices):
        """Lead or co-handler. One event may have two leads, and two outcomes months apart."""

        LEAD = "lead", _("Lead")
        CO = "co", _("Co-handling")

    class State(models.TextChoices):
        """Where this authority's part stands."""

        PENDING = "pending", _("Waiting for the desk")
        WITHDRAWN = "withdrawn", _("Withdrawn by the complainant")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="handlings", verbose_name=_("complaint"))
    authority_kind = models.CharField(_("kind of authority"), max_length=20, choices=AuthorityKind.choices)
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handlings",
        verbose_name=_("authority"),
    )
    role = models.CharField(_("role"), max_length=4, choices=Role.choices)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.PENDING)
    outcome = SealedTextField(_("outcome"), blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("handling")
        verbose_name_plural = _("handlings")
        ordering = ["complaint", "-role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "authority_kind"], name="handling_one_of_a_kind_per_complaint"
            ),
            models.CheckConstraint(condition=Q(authority_kind__in=AuthorityKind.values), name="handling_kind_is_known"),
            models.CheckConstraint(condition=Q(role__in=["lead", "co"]), name="handling_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.authority_kind}"


class Deadline(models.Model):
    """A day by which one authority owes one step. `basis` names the law, empty where it is only a setting."""

    handling = models.ForeignKey(Handling, models.CASCADE, related_name="deadlines", verbose_name=_("handling"))
    step = models.CharField(_("step"), max_length=30)
    limit = models.CharField(_("limit"), max_length=10)
    basis = models.CharField(_("basis"), max_length=100, blank=True)
    due_on = models.DateField(_("due on"))
    is_provisional = models.BooleanField(_("provisional"), default=False)
    met_at = models.DateTimeField(_("met at"), null=True, blank=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["handling", "step"], name="deadline_one_per_step"),
        ]

    def __str__(self) -> str:
        return f"{self.handling_id}: {self.step} {self.due_on}"
