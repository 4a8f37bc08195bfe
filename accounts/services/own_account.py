"""What people change about their own account, and about where they are signed in."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts import audit
from accounts.models import Language, User
from accounts.services.people import division_of


@transaction.atomic
def choose_language(*, person: User, language: Language, now: datetime, address: str = "") -> None:
    """From now on pages and mails speak `language` to the person. The same language again changes nothing."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if locked.language == language:
        return
    locked.language = person.language = language
    locked.save(update_fields=["language"])
    audit.record(
        action="people.language_chosen",
        actor=person,
        address=address,
        thing=person,
        division_code=division_of(person),
        detail={"language": str(language)},
        now=now,
    )


@transaction.atomic
def end_other_sessions(*, person: User, kept: str, now: datetime, address: str = "") -> int:
    """Sign `person` out everywhere but in the session with the key `kept`; how many sessions that were."""
    others = list(UserSession.objects.filter(user=person).exclude(session_key=kept))
    for session in others:
        session.end()
    if others:
        audit.record(
            action="sessions.ended",
            actor=person,
            address=address,
            thing=person,
            division_code=division_of(person),
            detail={"sessions": len(others)},
            now=now,
        )
    return len(others)
