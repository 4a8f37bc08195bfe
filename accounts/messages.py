"""What people are told by mail about their accounts, in the transaction of what happened."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import Invitation, User
from edge.reader import CHINESE, ENGLISH
from edge.written import written_moment
from notifications.services import queue_message
from notifications.states import Medium

MOST_TOLD = 50
"""Colleagues who are told of one closing."""


def invited(invitation: Invitation, link: str) -> None:
    """The link that opens the account, to the address it is for. The link lies sealed until it is sent."""
    body = invitation.institution or invitation.authority
    language = translation.get_language() or CHINESE
    language = language if language in {CHINESE, ENGLISH} else CHINESE
    with translation.override(language):
        until = written_moment(invitation.expires_at)
    queue_message(
        event_key=f"invitation-{invitation.pk}",
        channel=Medium.EMAIL,
        template="accounts/invitation",
        language=language,
        recipient=invitation.email,
        context={"body": body.name if body else operator_name(language), "link": link, "until": until},
    )


def password_link(person: User, link: str, mark: str) -> None:
    """The link for a forgotten password, to the person's own address. It lies sealed until it is sent."""
    queue_message(
        event_key=f"password-link-{person.pk}-{mark}",
        channel=Medium.EMAIL,
        template="accounts/password_link",
        language=person.language,
        recipient=person.email,
        context={"link": link, "minutes": settings.ENV.RESET_LINK_MINUTES},
    )


def password_renewed(person: User, now: datetime) -> None:
    """Tell the person that the password was replaced through a link: whoever did not do it has to act."""
    with translation.override(person.language):
        at = written_moment(now)
    queue_message(
        event_key=f"password-renewed-{person.pk}-{now:%Y%m%d%H%M%S%f}",
        channel=Medium.EMAIL,
        template="accounts/password_renewed",
        language=person.language,
        recipient=person.email,
        context={"at": at, "link": settings.ENV.PUBLIC_BASE_URL + reverse("account_login")},
    )


def admin_closed(person: User, actor: User, now: datetime) -> None:
    """Tell who was closed from above, and every colleague: whoever is still there has to know, and can object."""
    body = person.institution or person.authority
    colleagues = User.objects.filter(institution=person.institution, authority=person.authority, is_active=True)
    for one in {each.pk: each for each in (person, *colleagues.exclude(email="").order_by("pk")[:MOST_TOLD])}.values():
        with translation.override(one.language):
            at = written_moment(now)
        queue_message(
            event_key=f"admin-closed-{person.pk}-{now:%Y%m%d%H%M%S%f}-{one.pk}",
            channel=Medium.EMAIL,
            template="accounts/admin_closed",
            language=one.language,
            recipient=one.email,
            context={
                "at": at,
                "body": body.name if body else "",
                "above": actor.authority.name if actor.authority else operator_name(one.language),
            },
        )


def operator_name(language: str) -> str:
    """The operator of the service, by the name it shows."""
    env = settings.ENV
    return env.OPERATOR_NAME or (env.SERVICE_NAME_EN if language == ENGLISH else env.SERVICE_NAME)
