"""The authorities' parts in a case, their deadlines, and what they decide about who handles it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.querysets import HandlingQuerySet
from complaints.workflow import ANSWERED, ENDED, HandlingRole, HandlingState
from directory.kinds import AuthorityKind
from directory.models import Authority
from vault.fields import SealedTextField

ENDED_VALUES = sorted(state.value for state in ENDED)


class Handling(models.Model):
    """One authority's part in a complaint (主办/协办/复查/复核), with its own state, deadlines, outcome and words."""

    Role = HandlingRole
    State = HandlingState

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
    role = models.CharField(_("role"), max_length=6, choices=HandlingRole.choices)
    state = models.CharField(_("state"), max_length=20, choices=HandlingState.choices, default=HandlingState.PENDING)
    version = models.PositiveIntegerField(
        _("version"), default=1, help_text=_("Counts the steps; whoever acts names the one that was read.")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handlings",
        verbose_name=_("officer in charge"),
    )
    reviewed = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name=_("part under review"),
    )
    came_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="went_to",
        verbose_name=_("handed over from"),
    )
    waiting_since = models.DateTimeField(
        _("waiting for the complainant since"), null=True, blank=True, help_text=_("A question is open; clocks rest.")
    )
    opened_at = models.DateTimeField(_("opened at"))
    updated_at = models.DateTimeField(_("last step at"))
    concluded_at = models.DateTimeField(_("concluded at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = HandlingQuerySet.as_manager()

    class Meta:
        verbose_name = _("handling")
        verbose_name_plural = _("handlings")
        ordering = ["complaint", "pk"]
        indexes = [
            models.Index(fields=["authority", "state", "opened_at"], name="handling_queue"),
            models.Index(fields=["assignee", "state"], name="handling_mine"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "authority"],
                condition=Q(closed_at__isnull=True, authority__isnull=False, role__in=["lead", "co"]),
                name="handling_one_open_per_authority",
            ),
            models.UniqueConstraint(
                fields=["reviewed", "role"],
                condition=Q(closed_at__isnull=True, concluded_at__isnull=True, role__in=["review", "second"]),
                name="handling_one_open_review_of_an_answer",
            ),
            models.CheckConstraint(condition=Q(authority_kind__in=AuthorityKind.values), name="handling_kind_is_known"),
            models.CheckConstraint(condition=Q(role__in=HandlingRole.values), name="handling_role_is_known"),
            models.CheckConstraint(condition=Q(state__in=HandlingState.values), name="handling_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED_VALUES, closed_at__isnull=False)
                | ~Q(state__in=ENDED_VALUES) & Q(closed_at__isnull=True),
                name="handling_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["lead", "co"], reviewed__isnull=True)
                | Q(role__in=["review", "second"], reviewed__isnull=False),
                name="handling_review_names_what_it_reviews",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.authority_kind}"

    @property
    def is_review(self) -> bool:
        """Whether this part reviews another one."""
        return self.role in {HandlingRole.REVIEW, HandlingRole.SECOND_REVIEW}

    @property
    def holder_name(self) -> str:
        """Who has the part: the authority by its name, or by its kind where none exists, in the reader's language."""
        return self.authority.name if self.authority else str(self.get_authority_kind_display())

    @property
    def answered_at(self) -> datetime | None:
        """When the part was answered or declined; None while it is neither."""
        if self.state in ANSWERED:
            return self.concluded_at
        return self.closed_at if self.state == HandlingState.DECLINED else None


class Deadline(models.Model):
    """A day by which one authority, or an institution, owes one step. `basis` names the law, empty for a setting.

    The day follows from `starts_on`, `limit`, `extension` and the pauses; it is kept to be sorted and searched.
    """

    handling = models.ForeignKey(Handling, models.CASCADE, related_name="deadlines", verbose_name=_("handling"))
    forwarding = models.ForeignKey(
        "complaints.Forwarding",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deadlines",
        verbose_name=_("sent to the institution"),
    )
    step = models.CharField(_("step"), max_length=30)
    limit = models.CharField(_("limit"), max_length=10)
    extension = models.CharField(_("extended by"), max_length=10, blank=True)
    basis = models.CharField(_("basis"), max_length=100, blank=True)
    starts_on = models.DateField(_("counted from"), help_text=_("Day in Asia/Shanghai, itself not counted."))
    due_on = models.DateField(_("due on"), db_index=True)
    is_provisional = models.BooleanField(_("provisional"), default=False)
    is_paused = models.BooleanField(_("paused"), default=False)
    met_at = models.DateTimeField(_("met at"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("shown to the higher authority at"), null=True, blank=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on", "id"], name="deadline_open", condition=Q(met_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["handling", "step"],
                condition=Q(forwarding__isnull=True, met_at__isnull=True),
                name="deadline_one_open_per_step",
            ),
            models.UniqueConstraint(
                fields=["forwarding", "step"],
                condition=Q(forwarding__isnull=False, met_at__isnull=True),
                name="deadline_one_open_per_forwarding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handling_id}: {self.step} {self.due_on}"


class ClockPause(models.Model):
    """Days that do not count: a question to the complainant was open. Days in Asia/Shanghai."""

    handling = models.ForeignKey(Handling, models.CASCADE, related_name="pauses", verbose_name=_("handling"))
    paused_on = models.DateField(_("paused on"))
    resumed_on = models.DateField(_("resumed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("pause of the clock")
        verbose_name_plural = _("pauses of the clock")
        ordering = ["paused_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handling"], condition=Q(resumed_on__isnull=True), name="pause_one_open_per_handling"
            ),
            models.CheckConstraint(
                condition=Q(resumed_on__isnull=True) | Q(resumed_on__gte=models.F("paused_on")),
                name="pause_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handling_id}: {self.paused_on}"


class Extension(models.Model):
    """More time for the decision, asked for by a handler and granted once by a supervisor (信访工作条例 34)."""

    handling = models.ForeignKey(Handling, models.CASCADE, related_name="extensions", verbose_name=_("handling"))
    limit = models.CharField(_("by"), max_length=10)
    reason = SealedTextField(_("reason, told to the complainant"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    is_granted = models.BooleanField(_("granted"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["handling"], condition=Q(is_granted=True), name="extension_granted_once"),
            models.UniqueConstraint(
                fields=["handling"], condition=Q(is_granted__isnull=True), name="extension_one_asked"
            ),
            models.CheckConstraint(
                condition=Q(is_granted__isnull=True, decided_at__isnull=True)
                | Q(is_granted__isnull=False, decided_at__isnull=False),
                name="extension_decided_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handling_id}: {self.limit}"


class Referral(models.Model):
    """An authority's objection that a case is not its own; the common superior decides (信访工作条例 23)."""

    handling = models.ForeignKey(Handling, models.CASCADE, related_name="referrals", verbose_name=_("handling"))
    proposed = models.ForeignKey(
        Authority,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("authority proposed instead"),
    )
    reason = SealedTextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    decider = models.ForeignKey(
        Authority,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals_to_decide",
        verbose_name=_("decided by the authority"),
    )
    is_upheld = models.BooleanField(_("upheld"), null=True, blank=True)
    given_to = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given to")
    )
    note = SealedTextField(_("reasons of the decision"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["handling"], condition=Q(is_upheld__isnull=True), name="referral_one_open"),
            models.CheckConstraint(
                condition=Q(is_upheld__isnull=True, decided_at__isnull=True)
                | Q(is_upheld__isnull=False, decided_at__isnull=False),
                name="referral_decided_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handling_id}: {self.asked_at:%Y-%m-%d}"


class Recusal(models.Model):
    """An officer with an interest in a case steps aside and sees it no more (信访工作条例 28)."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="recusals", verbose_name=_("complaint"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="recusals", verbose_name=_("officer")
    )
    reason = SealedTextField(_("reason"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["complaint", "user"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.user_id}"
