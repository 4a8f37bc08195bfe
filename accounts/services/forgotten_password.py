"""A forgotten password: a link by mail, good for one new password within an hour. The second factor stays as it is."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit, messages
from accounts.lockout import By, forgive_attempt
from accounts.models import User
from accounts.refusals import Refused
from accounts.services.people import division_of, end_sessions

TOKENS: Final = PasswordResetTokenGenerator()
"""A token is good until the password or the e-mail changes, somebody signs in, or `RESET_LINK_MINUTES` are over."""


@transaction.atomic
def ask_for_link(*, email: str, now: datetime, address: str = "") -> None:
    """Send the person with this e-mail a link; nobody is told whether there is one, and nothing typed is kept.

    Closed accounts get none. The caller limits how often (`accounts.forms_forgotten`).
    """
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).first() if email.strip() else None
    if person is not None:
        token = TOKENS.make_token(person)
        path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), token])
        # Two questions within the same second have the same link, and need one mail.
        mark = hashlib.sha256(token.encode()).hexdigest()[:16]
        messages.password_link(person, settings.ENV.PUBLIC_BASE_URL + path, mark)
    audit.record(
        action="password.link_asked",
        actor=None,
        address=address,
        thing=person,
        division_code=division_of(person) if person else "",
        detail={"is_known": person is not None},
        now=now,
    )


@transaction.atomic
def set_forgotten_password(*, person: User, token: str, password: str, now: datetime, address: str = "") -> None:
    """Give `person` the new password, end every session, and say so by mail. The link is used up.

    The second factor is asked for at the next sign-in as ever. Raises Refused (`used`) when the link holds no more or
    the account was closed; ValidationError when the password breaks the rules.
    """
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not locked.is_active or not TOKENS.check_token(locked, token):
        raise Refused("used", _("This link holds no more. Please ask for a new one."))
    validate_password(password, locked)
    locked.set_password(password)
    locked.save(update_fields=["password"])
    sessions = end_sessions(locked)
    forgive_attempt((By.ACCOUNT, locked.email))
    messages.password_renewed(locked, now)
    audit.record(
        action="password.renewed",
        actor=locked,
        address=address,
        thing=locked,
        division_code=division_of(locked),
        detail={"sessions": sessions},
        now=now,
    )
