"""What is written while a case is handled: questions, what went to the institution, conclusions, reveals, ratings."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.findings import Finding
from complaints.models.complaint import Complaint
from complaints.models.evidence import Evidence
from complaints.models.handling import Handling
from complaints.querysets import ForwardingQuerySet, RevealQuerySet
from directory.models import Institution
from vault.fields import SealedTextField


class Question(models.Model):
    """A question to the complainant, answered by receipt code. While it is open the decision's clock rests."""

    handling = models.ForeignKey(Handling, models.CASCADE, related_name="questions", verbose_name=_("handling"))
    text = SealedTextField(_("question"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    answer = SealedTextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handling"], condition=Q(answered_at__isnull=True), name="question_one_open_per_handling"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handling_id}: {self.asked_at:%Y-%m-%d}"


class Forwarding(models.Model):
    """What one institution was told of a case, in the handler's words, and what it answered.

    The institution reads this row and the files named here, and nothing else: it has a number of its own, so that
    not even the complaint's reference crosses the wall.
    """

    class Purpose(models.TextChoices):
        """Why it is told."""

        REPLY = "reply", _("To reply")
        MEASURES = "measures", _("To carry out a decision")

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Waits for the institution")
        REPLIED = "replied", _("Replied")
        RETURNED = "returned", _("Returned for a better reply")
        RECALLED = "recalled", _("Taken back")

    number = models.CharField(_("number"), max_length=9, unique=True)
    handling = models.ForeignKey(Handling, models.CASCADE, related_name="forwardings", verbose_name=_("handling"))
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="forwardings", verbose_name=_("institution")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(_("version"), default=1)
    summary = SealedTextField(_("what the institution is told"))
    shown_files = models.ManyToManyField(
        Evidence, blank=True, related_name="shown_in", verbose_name=_("cleaned copies it may see")
    )
    has_several_departments = models.BooleanField(_("several departments have to be asked"), default=False)
    forwarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    forwarded_at = models.DateTimeField(_("sent at"))
    contact_released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact released by"),
    )
    contact_released_at = models.DateTimeField(_("contact released at"), null=True, blank=True)
    contact_release_reason = SealedTextField(_("why the contact was released"), blank=True)
    reply = SealedTextField(_("reply"), blank=True)
    corrective_action = SealedTextField(_("corrective action"), blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replied by")
    )
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)
    return_note = SealedTextField(_("why it was returned or taken back"), blank=True)

    objects = ForwardingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sent to an institution")
        verbose_name_plural = _("sent to institutions")
        ordering = ["-forwarded_at", "-pk"]
        indexes = [models.Index(fields=["institution", "state", "forwarded_at"], name="forwarding_inbox")]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=["reply", "measures"]), name="forwarding_purpose_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "replied", "returned", "recalled"]), name="forwarding_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(contact_released_at__isnull=True, contact_released_by__isnull=True)
                | Q(contact_released_at__isnull=False, contact_released_by__isnull=False),
                name="forwarding_release_has_its_person",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Conclusion(models.Model):
    """What one authority finds and decides: proposed by a handler, decided by a supervisor. Refused ones stay."""

    handling = models.ForeignKey(Handling, models.CASCADE, related_name="conclusions", verbose_name=_("handling"))
    finding = models.CharField(_("finding"), max_length=20, choices=Finding.choices)
    measures = models.JSONField(_("measures"), default=list, blank=True)
    refund_amount = models.DecimalField(_("refund, yuan"), max_digits=10, decimal_places=2, null=True, blank=True)
    facts = SealedTextField(_("facts found"))
    reasons = SealedTextField(_("reasons"))
    legal_basis = SealedTextField(_("legal basis"), blank=True)
    decision = SealedTextField(_("decision, told to the complainant"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    is_approved = models.BooleanField(_("approved"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    note = SealedTextField(_("note of the supervisor"), blank=True)

    class Meta:
        verbose_name = _("conclusion")
        verbose_name_plural = _("conclusions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handling"], condition=Q(is_approved__isnull=True), name="conclusion_one_waits"
            ),
            models.CheckConstraint(condition=Q(finding__in=Finding.values), name="conclusion_finding_is_known"),
            models.CheckConstraint(
                condition=Q(is_approved__isnull=True, decided_at__isnull=True)
                | Q(is_approved__isnull=False, decided_at__isnull=False),
                name="conclusion_decided_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(refund_amount__isnull=True) | Q(refund_amount__gte=0), name="conclusion_refund_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handling_id}: {self.finding}"


class Reveal(models.Model):
    """One officer asked to see what is masked, with a reason; for identity and originals a supervisor decides."""

    class Subject(models.TextChoices):
        """What is to be seen."""

        CONTACT = "contact", _("Phone and e-mail")
        IDENTITY = "identity", pgettext_lazy("person", "Name")
        ORIGINAL = "original", _("Original of a file")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="reveals", verbose_name=_("complaint"))
    subject = models.CharField(_("what"), max_length=10, choices=Subject.choices)
    evidence = models.ForeignKey(
        Evidence, models.CASCADE, null=True, blank=True, related_name="reveals", verbose_name=_("file")
    )
    reason = SealedTextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    is_granted = models.BooleanField(_("granted"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    until = models.DateTimeField(_("open until"), null=True, blank=True)

    objects = RevealQuerySet.as_manager()

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        ordering = ["pk"]
        indexes = [models.Index(fields=["complaint", "asked_by"], name="reveal_of_officer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject="original", evidence__isnull=False)
                | Q(subject__in=["contact", "identity"], evidence__isnull=True),
                name="reveal_names_its_file",
            ),
            models.CheckConstraint(
                condition=Q(is_granted=True, until__isnull=False, decided_at__isnull=False)
                | Q(is_granted=False, until__isnull=True, decided_at__isnull=False)
                | Q(is_granted__isnull=True, until__isnull=True, decided_at__isnull=True),
                name="reveal_granted_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.subject}"


class Rating(models.Model):
    """How the complainant rates the handling (信访工作条例 21): one to five, and words."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="rating", verbose_name=_("complaint"))
    stars = models.PositiveSmallIntegerField(_("points"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    text = SealedTextField(_("words"), blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="rating_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.stars}"
