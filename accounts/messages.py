"""What people are told by mail about their accounts, in the transaction of what happened."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from accounts.models import Invitation
from edge.reader import CHINESE, ENGLISH
from edge.written import written_moment
from notifications.services import queue_message
from notifications.states import Medium


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


def operator_name(language: str) -> str:
    """The operator of the service, by the name it shows."""
    env = settings.ENV
    return env.OPERATOR_NAME or (env.SERVICE_NAME_EN if language == ENGLISH else env.SERVICE_NAME)
