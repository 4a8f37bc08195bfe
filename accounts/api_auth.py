"""Other systems at the door of the API: `Authorization: Bearer <prefix>.<secret>`.

Views name `ApiKeyAuthentication` and what a key must be good for:

    authentication_classes = [ApiKeyAuthentication]
    permission_classes = [has_scope(ApiScope.FLEET_READ)]
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_keys import token_hash
from accounts.doors import is_institution_open
from accounts.models import ApiKey, ApiScope, User
from accounts.roles import BodyKind
from accounts.scope import Scope, scope_of_authority
from edge.problems import Forbidden, NotSignedIn

CHALLENGE: Final = "Bearer"
USE_IS_NOTED_EVERY: Final = timedelta(minutes=1)
"""So that a system which asks all day does not write all day."""
LONGEST_TOKEN: Final = 200


class ApiKeyAuthentication(BaseAuthentication):
    """Known by the hash of the token, found through an index: the time it takes says nothing about the secret.

    `request.user` is the person who made the key, with the reach of the key instead of the own (`key_holder`);
    `request.auth` is the key.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """The holder and the key; None without such a header.

        Raises NotSignedIn (401) with the code `key-unknown`, `key-expired`, `key-revoked`, or
        `institution-closed`, `authority-closed`, `platform-closed`.
        """
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != CHALLENGE.lower():
            return None
        now = timezone.now()
        key = usable_key(words[1] if len(words) == 2 else "", now)
        note_use(key, now)
        return key_holder(key), key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return CHALLENGE


def usable_key(token: str, now: datetime) -> ApiKey:
    """The key of this token. Raises NotSignedIn; which key was meant is told only to whoever has the whole token."""
    key = None
    if token and len(token) <= LONGEST_TOKEN:
        keys = ApiKey.objects.select_related("institution", "authority", "platform", "made_by")
        key = keys.filter(secret_hash=token_hash(token)).first()
    if key is None:
        raise refusal("key-unknown", _("This key is not known. Please check it, or have a new one made."))
    if key.revoked_at is not None:
        raise refusal("key-revoked", _("This key was revoked. Whoever made it for you can make a new one."))
    if key.expires_at <= now:
        raise refusal("key-expired", _("This key has expired. Whoever made it for you can make a new one."))
    refuse_closed(key)
    return key


def refuse_closed(key: ApiKey) -> None:
    """Raise NotSignedIn if the owner of the key does not work today (Asia/Shanghai)."""
    if key.institution and not is_institution_open(key.institution):
        raise refusal("institution-closed", _("The institution of this key is closed."))
    if key.authority and not key.authority.is_active:
        raise refusal("authority-closed", _("The authority of this key is closed."))
    if key.platform and not key.platform.is_active:
        raise refusal("platform-closed", _("The platform of this key is closed."))


def refusal(code: str, words: str | Promise) -> NotSignedIn:
    """A 401 that says which header would be right."""
    return NotSignedIn(words, code=code, headers={"WWW-Authenticate": f'{CHALLENGE} error="invalid_token"'})


def note_use(key: ApiKey, now: datetime) -> None:
    """Remember that the key was used, at most once a minute."""
    limit = now - USE_IS_NOTED_EVERY
    if key.last_used_at is None or key.last_used_at < limit:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=limit)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


def key_holder(key: ApiKey) -> User:
    """The person who made the key, but reaching only as far as the key: one body, no duties, its scopes.

    The account may be closed meanwhile: a key belongs to the body. The audit record names the key
    (`through_key`) beside the person.
    """
    holder = key.made_by
    holder.through_key = key
    holder.scope = scope_of(key)
    return holder


def scope_of(key: ApiKey) -> Scope:
    """How far a key reaches."""
    api_scopes = frozenset(map(str, key.scopes))
    if key.authority:
        return scope_of_authority(key.authority, api_scopes=api_scopes)
    if key.institution_id:
        return Scope(BodyKind.INSTITUTION, institution_id=key.institution_id, api_scopes=api_scopes)
    return Scope(BodyKind.PLATFORM, platform_id=key.platform_id or 0, api_scopes=api_scopes)


def has_scope(scope: ApiScope) -> type[BasePermission]:
    """A permission: the key is good for `scope`. Without a key 401, with a lesser one 403 (`scope-missing`)."""

    class HasScope(BasePermission):
        """A key with one certain permission."""

        def has_permission(self, request: Request, view: APIView) -> bool:
            if not isinstance(request.auth, ApiKey):
                return False
            if scope.value not in request.auth.scopes:
                words = _("This key is not good for “%(scope)s”. Have one made that is.") % {"scope": scope.value}
                raise Forbidden(words, code="scope-missing")
            return True

    return HasScope


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library has no types
    """How the document of the API describes the keys."""

    target_class = "accounts.api_auth.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An HTTP bearer token."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "<prefix>.<secret>"}
