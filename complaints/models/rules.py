"""Reference data of the clock: days that override the calendar, and rules that override the defaults."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.kinds import AuthorityKind
from directory.models import Division


class CalendarDay(models.Model):
    """A day whose work or rest is set by hand, ahead of the published calendar. It wins over everything."""

    day = models.DateField(_("day"), primary_key=True)
    is_workday = models.BooleanField(_("people work"))
    note = models.CharField(_("note"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class DeadlineRule(models.Model):
    """A limit set for one kind of authority in one division and below; the nearest ancestor wins.

    Without a row, the defaults of `complaints.clock` hold.
    """

    authority_kind = models.CharField(_("kind of authority"), max_length=20, choices=AuthorityKind.choices)
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deadline_rules",
        verbose_name=_("division"),
    )
    step = models.CharField(_("step"), max_length=30)
    limit = models.CharField(_("limit"), max_length=10, help_text=_("Such as 15d or 7wd."))
    basis = models.CharField(_("basis"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("deadline rule")
        verbose_name_plural = _("deadline rules")
        ordering = ["authority_kind", "division", "step"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority_kind", "division", "step"], name="rule_one_per_kind_division_step"
            ),
            models.UniqueConstraint(
                fields=["authority_kind", "step"],
                condition=Q(division__isnull=True),
                name="rule_one_national_per_kind_step",
            ),
            models.CheckConstraint(condition=Q(limit__regex=r"^[0-9]{1,3}(wd|d)$"), name="rule_limit_has_its_shape"),
        ]

    def __str__(self) -> str:
        return f"{self.authority_kind} {self.step}"
