"""Divisions, institutions with their posted prices, authorities, partner platforms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.formats import BadFormat, check_credit_code, check_phone
from directory.kinds import AuthorityKind, InstitutionKind, PlatformKind
from directory.querysets import (
    AuthorityQuerySet,
    DivisionQuerySet,
    InstitutionQuerySet,
    PlatformQuerySet,
    PostedPriceQuerySet,
)


def validate_credit_code(value: str) -> None:
    """Field validator: a unified social credit code (GB 32100) with a right check character."""
    try:
        check_credit_code(value)
    except BadFormat as error:
        raise ValidationError(error.message, code=error.code) from error


def validate_phone(value: str) -> None:
    """Field validator: a number that can be called in China."""
    try:
        check_phone(value)
    except BadFormat as error:
        raise ValidationError(error.message, code=error.code) from error


class Division(models.Model):
    """An administrative division (GB/T 2260). A code that goes out of use is closed, never deleted."""

    class Level(models.IntegerChoices):
        """Province, prefecture, county."""

        PROVINCE = 1, _("Province")
        PREFECTURE = 2, _("Prefecture")
        COUNTY = 3, _("County")

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    name = models.CharField(_("name"), max_length=50)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{6}$"), name="division_code_is_six_digits"),
            models.CheckConstraint(condition=Q(level__in=[1, 2, 3]), name="division_level_is_known"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False),
                name="division_has_parent_unless_province",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(closed_on__isnull=False),
                name="division_with_successor_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Authority(models.Model):
    """A body that supervises (主管部门). Authorities are a tree of their own, apart from the divisions."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=AuthorityKind.choices)
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        related_name="authorities",
        verbose_name=_("answers for"),
        null=True,
        blank=True,
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("superior")
    )
    own_code = models.CharField(
        _("own code"),
        max_length=12,
        blank=True,
        db_index=True,
        help_text=_("Only for authorities outside the divisions, such as those of a production corps."),
    )
    complaint_phone = models.CharField(_("complaint phone"), max_length=20, blank=True, validators=[validate_phone])
    desk_email = models.EmailField(_("e-mail of the desk"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AuthorityKind.values), name="authority_kind_is_known"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="authority_is_not_its_own_superior",
            ),
            models.CheckConstraint(
                condition=Q(division__isnull=True) | Q(own_code=""), name="authority_has_division_or_own_code"
            ),
            models.CheckConstraint(
                condition=Q(own_code="") | Q(own_code__regex=r"^[A-Z]{2}[0-9]{0,10}$"),
                name="authority_own_code_has_its_shape",
            ),
            models.UniqueConstraint(
                fields=["kind", "division"],
                condition=Q(is_active=True, division__isnull=False),
                name="authority_one_active_of_a_kind_per_division",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Institution(models.Model):
    """An organisation that owns ambulances (医疗卫生机构 and others)."""

    name = models.CharField(_("name"), max_length=100, db_index=True)
    kind = models.CharField(_("kind"), max_length=20, choices=InstitutionKind.choices)
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, unique=True, validators=[validate_credit_code]
    )
    licence_number = models.CharField(_("practice licence number"), max_length=22, blank=True)
    division = models.ForeignKey(Division, models.PROTECT, related_name="institutions", verbose_name=_("division"))
    supervised_by = models.ForeignKey(
        Authority,
        models.PROTECT,
        related_name="institutions",
        verbose_name=_("belongs to"),
        null=True,
        blank=True,
        help_text=_("Only for institutions of an authority outside the divisions, such as a production corps."),
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    complaint_phone = models.CharField(_("complaint phone"), max_length=20, validators=[validate_phone])
    in_120_network = models.BooleanField(_("in the 120 network"), default=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=InstitutionKind.values), name="institution_kind_is_known"),
            models.CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="institution_credit_code_has_its_shape",
            ),
            models.CheckConstraint(condition=~Q(complaint_phone=""), name="institution_has_complaint_phone"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open_on(self, day: date) -> bool:
        """Whether it works on that day (Asia/Shanghai): it is closed from the first day of its closing on."""
        return self.closed_on is None or self.closed_on > day


class PostedPrice(models.Model):
    """A price an institution has posted (公示价格). Public. The newest valid one counts."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="prices", verbose_name=_("institution"))
    base_fee = models.DecimalField(_("base fee, yuan"), max_digits=8, decimal_places=2)
    included_km = models.DecimalField(_("kilometres included"), max_digits=6, decimal_places=1)
    per_km = models.DecimalField(_("yuan per further kilometre"), max_digits=8, decimal_places=2)
    waiting_per_hour = models.DecimalField(
        _("waiting, yuan per hour"), max_digits=8, decimal_places=2, default=Decimal(0)
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = PostedPriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("posted price")
        verbose_name_plural = _("posted prices")
        ordering = ["institution", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "valid_from"], name="price_one_per_institution_and_day"),
            models.CheckConstraint(
                condition=Q(base_fee__gte=0, included_km__gte=0, per_km__gte=0, waiting_per_hour__gte=0),
                name="price_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="price_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.valid_from}"


class Platform(models.Model):
    """A partner platform (合作平台): a hotline run by others that hands complaints over, and is told how they went."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=PlatformKind.choices)
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        related_name="platforms",
        verbose_name=_("answers for"),
        null=True,
        blank=True,
    )
    contact_email = models.EmailField(_("contact e-mail"))
    is_active = models.BooleanField(_("active"), default=True)

    objects = PlatformQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner platform")
        verbose_name_plural = _("partner platforms")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PlatformKind.values), name="platform_kind_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="platform_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
