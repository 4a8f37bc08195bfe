"""A complaint as it was filed, its events, and its links to other complaints."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.kinds import Kind, Nature
from complaints.querysets import ComplaintQuerySet, EventQuerySet
from complaints.wall import Audience
from complaints.workflow import Action, Actor, State
from directory.models import Authority, Division, Institution, Platform
from registry.models import Ambulance, Marking
from vault.fields import SealedJSONField, SealedTextField


class Channel(models.TextChoices):
    """By which door a complaint came."""

    WEB = "web", _("Web page")
    API = "api", _("API")
    PHONE = "phone", _("Telephone, by the hotline")
    PLATFORM = "platform", _("Partner platform")


class Complaint(models.Model):
    """What one person told us once. Whatever identifies the person, and the story itself, is sealed."""

    reference = models.CharField(_("reference"), max_length=9, unique=True)
    receipt_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    nature = models.CharField(
        _("nature"), max_length=10, choices=Nature.choices, help_text=_("What it is in law: claim, report or thanks.")
    )
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
    about_authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints_about",
        verbose_name=_("authority complained of"),
        help_text=_("Handled one level up; the authority itself never sees it."),
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

    twin_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="twins",
        verbose_name=_("second part of"),
        help_text=_("A claim and a report in one submission are handled as two cases under one receipt."),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("handled together with"),
    )
    platform = models.ForeignKey(
        Platform,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("partner platform"),
    )
    platform_reference = models.CharField(_("the platform's own reference"), max_length=60, blank=True)
    closed_at = models.DateTimeField(
        _("ended at"), null=True, blank=True, db_index=True, help_text=_("When nobody had to do anything more.")
    )
    destroyed_at = models.DateTimeField(
        _("personal data destroyed at"), null=True, blank=True, help_text=_("After the legal retention, or as asked.")
    )

    flags = models.JSONField(_("flags for the desk"), default=list, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["ambulance", "received_at"], name="complaint_vehicle_day")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="complaint_kind_is_known"),
            models.CheckConstraint(condition=Q(nature__in=Nature.values), name="complaint_nature_is_known"),
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
            models.CheckConstraint(
                condition=(Q(twin_of__isnull=True) | ~Q(twin_of=F("pk")))
                & (Q(merged_into__isnull=True) | ~Q(merged_into=F("pk"))),
                name="complaint_is_not_its_own_other",
            ),
            models.CheckConstraint(
                condition=Q(platform__isnull=True, platform_reference="")
                | Q(platform__isnull=False) & ~Q(platform_reference=""),
                name="complaint_platform_has_its_reference",
            ),
            models.UniqueConstraint(
                fields=["platform", "platform_reference"],
                condition=Q(platform__isnull=False),
                name="complaint_one_per_platform_reference",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_report(self) -> bool:
        """A report of illegality: nothing of it reaches the accused before the authority decides."""
        return self.nature == Nature.REPORT

    @property
    def is_praise(self) -> bool:
        """Thanks: passed on and closed, without deadlines."""
        return self.nature == Nature.PRAISE


class ComplaintEvent(models.Model):
    """One thing that happened to a complaint; written in the transaction of the change, never edited.

    `is_public` shows the step to the complainant; `audience` says who reads the words that came with it.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="events", verbose_name=_("complaint"))
    handling = models.ForeignKey(
        "complaints.Handling",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("handling"),
    )
    forwarding = models.ForeignKey(
        "complaints.Forwarding",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("sent to the institution"),
        help_text=_("Between whom the words were exchanged: what is written to one institution no other one reads."),
    )
    action = models.CharField(_("action"), max_length=30, choices=Action.choices)
    state = models.CharField(_("state of the case after it"), max_length=20, choices=State.choices)
    side = models.CharField(
        _("who acted"), max_length=12, choices=[(one.value, one.value) for one in Actor], default=Actor.SYSTEM.value
    )
    is_public = models.BooleanField(_("shown to the complainant"), default=False)
    audience = models.CharField(
        _("who reads the words"), max_length=12, choices=Audience.choices, default=Audience.AUTHORITIES
    )
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
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="event_audience_is_known"),
            models.CheckConstraint(condition=Q(side__in=[one.value for one in Actor]), name="event_side_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.action}"


class CaseLink(models.Model):
    """Two cases that belong together: two halves of one submission, or reports of one event."""

    class Kind(models.TextChoices):
        """How they belong together."""

        TWIN = "twin", _("Claim and report from one submission")
        DUPLICATE = "duplicate", _("The same event reported again")
        RELATED = "related", _("Related")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="links", verbose_name=_("complaint"))
    other = models.ForeignKey(Complaint, models.CASCADE, related_name="links_back", verbose_name=_("other complaint"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reason = SealedTextField(_("reason"), blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("link between cases")
        verbose_name_plural = _("links between cases")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "other"], name="link_once"),
            models.CheckConstraint(condition=~Q(complaint=F("other")), name="link_joins_two"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} – {self.other_id}"
