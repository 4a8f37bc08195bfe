"""Inviting people: a link that holds for a time, opens one account, and of which only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit, messages
from accounts.inviting import FIRST_ROLE, check_may_invite
from accounts.models import Invitation, Language, User, UserRole
from accounts.refusals import NotAllowed, Refused
from accounts.roles import BodyKind, Role
from accounts.services.institutions import answers_for, brings_admins_into
from directory.models import Authority, Institution


def hash_of(token: str) -> str:
    """What is kept of a token. It is long and random: a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def body_kind(institution: Institution | None, authority: Authority | None) -> BodyKind:
    """The kind of body an invitation or a person belongs to. Raises ValueError for two bodies at once."""
    if institution and authority:
        raise ValueError("a person belongs to one body")
    return BodyKind.INSTITUTION if institution else BodyKind.AUTHORITY if authority else BodyKind.SYSTEM


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    roles: Collection[Role],
    institution: Institution | None = None,
    authority: Authority | None = None,
    actor: User,
    now: datetime,
    address: str = "",
) -> tuple[Invitation, str]:
    """Invite somebody into a body (without one: to the operator's own people), and send the link by mail.

    The token comes back once, for the mail and for tests. An older open one of the same body to the same address is
    revoked; of those of several bodies the first that is accepted counts.
    Raises NotAllowed, Refused (`has_account`, `has_admin`, `no_role`, `foreign_role`), ValidationError (`email`).
    """
    kind = body_kind(institution, authority)
    _check(actor, kind, roles, institution, authority, now)
    return _invited(email, name, roles, institution, authority, actor=actor, now=now, address=address)


@transaction.atomic
def invite_operator(*, email: str, name: str, now: datetime) -> tuple[Invitation, str]:
    """Invite a system administrator by the hand of whoever runs the machine: the first one, or one after all left.

    On record without an actor. Raises Refused (`has_account`), ValidationError (`email`).
    """
    return _invited(email, name, [Role.SYSTEM_ADMIN], None, None, actor=None, now=now, address="")


def _invited(
    email: str,
    name: str,
    roles: Collection[Role],
    institution: Institution | None,
    authority: Authority | None,
    *,
    actor: User | None,
    now: datetime,
    address: str,
) -> tuple[Invitation, str]:
    """Write the invitation, send it, record it. Raises Refused (`has_account`), ValidationError (`email`)."""
    email = email.strip().lower()
    validate_email(email)
    if User.objects.filter(email__iexact=email).exists():
        raise Refused("has_account", _("There is an account with this e-mail already."))
    # Only those into the same body: an invitation of somebody else's is not taken back by one who knows the address.
    older = Invitation.objects.filter(email=email, institution=institution, authority=authority)
    older.filter(accepted_at=None, revoked_at=None).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=hash_of(token),
        email=email,
        name=name.strip(),
        institution=institution,
        authority=authority,
        roles=sorted(roles),
        invited_by=actor,
        created_at=now,
        expires_at=now + timedelta(hours=settings.ENV.INVITATION_HOURS),
    )
    link = settings.ENV.PUBLIC_BASE_URL + reverse("accounts:accept", args=[token])
    messages.invited(invitation, link)
    audit.record(
        action="invitation.made",
        actor=actor,
        address=address,
        thing=invitation,
        division_code=_division_of(invitation),
        detail={"roles": [str(role) for role in sorted(roles)], "body": str(body_kind(institution, authority))},
        now=now,
    )
    return invitation, token


def _check(
    actor: User,
    kind: BodyKind,
    roles: Collection[Role],
    institution: Institution | None,
    authority: Authority | None,
    now: datetime,
) -> None:
    """Raises NotAllowed or Refused unless `actor` may invite these roles into this body."""
    scope = actor.scope
    is_own = scope.body is kind and (
        scope.institution_id == (institution.pk if institution else 0)
        and scope.authority_id == (authority.pk if authority else 0)
    )
    is_below = institution is not None and answers_for(scope, institution)
    check_may_invite(scope, kind, roles, is_own=is_own, is_below=is_below)
    if not is_own and kind in FIRST_ROLE and _has_admin(kind, institution, authority, now):
        raise Refused("has_admin", _("This body has an administrator, or an open invitation for one, already."))


def _has_admin(kind: BodyKind, institution: Institution | None, authority: Authority | None, now: datetime) -> bool:
    people = User.objects.holding(FIRST_ROLE[kind]).filter(institution=institution, authority=authority)
    return people.exists() or bool(open_to_admins(kind, institution, authority, now))


def open_to_admins(
    kind: BodyKind, institution: Institution | None, authority: Authority | None, now: datetime
) -> list[Invitation]:
    """The open invitations by which somebody becomes administrator of the body. One query."""
    found = Invitation.objects.filter(
        institution=institution, authority=authority, accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    return [one for one in found if FIRST_ROLE[kind] in one.roles]


def find_invitation(*, token: str, now: datetime) -> Invitation:
    """The open invitation of a link. Raises Refused: `unknown`, `used`, `revoked`, `expired`."""
    invitation = Invitation.objects.filter(token_hash=hash_of(token)).first()
    if invitation is None:
        raise Refused("unknown", _("This link is not complete. Please copy it whole from the mail."))
    if invitation.accepted_at:
        raise Refused("used", _("This invitation has been used. Please sign in."))
    if invitation.revoked_at:
        raise Refused("revoked", _("This invitation was taken back. Please ask whoever invited you."))
    if invitation.expires_at <= now:
        raise Refused("expired", _("This invitation has expired. Please ask whoever invited you for a new one."))
    return invitation


@transaction.atomic
def accept_invitation(
    *,
    token: str,
    name: str,
    password: str,
    now: datetime,
    address: str = "",
    language: Language = Language.CHINESE,
) -> User:
    """Open the account that the link stands for; the link is used up.

    `language` is the one in which the person read the page: pages and mails speak it until another one is chosen.
    Raises Refused as `find_invitation`, and `has_account`; ValidationError when the password breaks the rules.
    """
    # The lock first: of two who open the same link at once, one gets the account.
    list(Invitation.objects.select_for_update().filter(token_hash=hash_of(token)))
    invitation = find_invitation(token=token, now=now)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Refused("has_account", _("There is an account with this e-mail already."))
    user = User(
        username=invitation.email,
        email=invitation.email,
        name=name.strip(),
        institution=invitation.institution,
        authority=invitation.authority,
        language=language,
        is_staff=Role.SYSTEM_ADMIN in invitation.roles,
        is_superuser=Role.SYSTEM_ADMIN in invitation.roles,
    )
    validate_password(password, user)
    user.set_password(password)
    user.save()
    UserRole.objects.bulk_create(UserRole(user=user, role=role) for role in invitation.roles)
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(
        action="invitation.accepted",
        actor=user,
        address=address,
        thing=invitation,
        division_code=_division_of(invitation),
        detail={"roles": [str(role) for role in invitation.roles]},
        now=now,
    )
    return user


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: User, now: datetime, address: str = "") -> None:
    """Take an open invitation back, by an administrator of its body or whoever made it.

    Raises NotAllowed; Refused (`used`, `revoked`) when it is too late.
    """
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not may_revoke(actor, locked):
        raise NotAllowed("other_body", _("You cannot take this invitation back."))
    if locked.accepted_at:
        raise Refused("used", _("This invitation has been used already. Close the account instead."))
    if locked.revoked_at:
        raise Refused("revoked", _("This invitation was taken back already."))
    locked.revoked_at = now
    locked.save(update_fields=["revoked_at"])
    audit.record(
        action="invitation.revoked",
        actor=actor,
        address=address,
        thing=locked,
        division_code=_division_of(locked),
        now=now,
    )


def may_revoke(actor: User, invitation: Invitation) -> bool:
    """Whether `actor` made the invitation, administers the body it leads into, or gives that its administrator."""
    if not any(actor.scope.has(role) for role in (Role.INSTITUTION_ADMIN, Role.AUTHORITY_ADMIN, Role.SYSTEM_ADMIN)):
        return False
    same_body = (invitation.institution_id, invitation.authority_id) == (actor.institution_id, actor.authority_id)
    is_above = brings_admins_into(actor.scope, invitation.institution, invitation.authority)
    return invitation.invited_by_id == actor.pk or same_body or is_above


def _division_of(invitation: Invitation) -> str:
    body = invitation.institution or invitation.authority
    return (body.division_id or "") if body else ""
