"""People who sign in, the body each belongs to, and their roles there."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.api_key import ApiKey
from accounts.querysets import UserQuerySet
from accounts.roles import BodyKind, Role
from accounts.scope import NOTHING, Scope, scope_of_authority
from directory.models import Authority, Institution
from edge import reader


class PeopleManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # made at run time by Django
    """Creates people, and reads them."""

    use_in_migrations = False


class Language(models.TextChoices):
    """A language of pages and mails, under the name it has for itself."""

    CHINESE = reader.CHINESE, "中文"
    ENGLISH = reader.ENGLISH, "English"


class User(AbstractUser):
    """A person who signs in, by e-mail address. The public never does.

    An account is closed, never deleted: what the person did stays under the name.
    """

    name = models.CharField(_("name"), max_length=50, blank=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name=_("institution")
    )
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name=_("authority")
    )
    language = models.CharField(_("language"), max_length=7, choices=Language.choices, default=Language.CHINESE)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects: ClassVar[PeopleManager] = PeopleManager()

    through_key: ApiKey | None = None
    """The key through which another system acts in this person's stead; None for the person."""

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=True) | Q(authority__isnull=True), name="user_belongs_to_one_body"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(is_active=False), name="user_closed_cannot_sign_in"
            ),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="user_language_is_known"),
            # People sign in by it: two accounts with one address would be one door with two keys.
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_is_its_own"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def scope(self) -> Scope:
        """How far this person's eye reaches. Two queries at most, once per instance."""
        if not self.is_active:
            return NOTHING
        roles = frozenset(Role(role) for role in self.user_roles.values_list("role", flat=True))
        if self.institution_id:
            return Scope(BodyKind.INSTITUTION, user_id=self.pk, institution_id=self.institution_id, roles=roles)
        if self.authority_id and self.authority:
            return scope_of_authority(self.authority, user_id=self.pk, roles=roles)
        return Scope(BodyKind.SYSTEM, user_id=self.pk, roles=roles) if Role.SYSTEM_ADMIN in roles else NOTHING


class UserRole(models.Model):
    """One role of one person."""

    user = models.ForeignKey(User, models.CASCADE, related_name="user_roles", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="role_once_per_person"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


class Invitation(models.Model):
    """A link by which one person opens an account in one body. Only a hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=50, blank=True)
    institution = models.ForeignKey(Institution, models.CASCADE, null=True, blank=True, related_name="invitations")
    authority = models.ForeignKey(Authority, models.CASCADE, null=True, blank=True, related_name="invitations")
    roles = models.JSONField(_("roles"), default=list)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="invitations_made")
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=True) | Q(authority__isnull=True),
                name="invitation_is_into_one_body",
            ),
        ]

    def __str__(self) -> str:
        return self.email
