"""Who is told that something masked was asked for, or may be looked at. No message says who the complainant is."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from complaints.messages import supervisors_of
from complaints.models import Reveal
from notifications.services import queue_message
from notifications.states import Medium


def reveal_asked(reveal: Reveal) -> None:
    """Tell the supervisors of the asker's authority, the asker left out, that one of them has to decide."""
    if reveal.asked_by.authority is None:
        return
    aside = set(reveal.complaint.recusals.values_list("user_id", flat=True))
    for person in supervisors_of(reveal.asked_by.authority):
        if person.pk != reveal.asked_by_id and person.pk not in aside:
            _tell(reveal, person, "asked", reverse("wall:waiting"))


def reveal_decided(reveal: Reveal) -> None:
    """Tell the asker what became of it."""
    _tell(reveal, reveal.asked_by, "decided", reverse("wall:person", args=[reveal.complaint_id]))


def _tell(reveal: Reveal, person: User, occasion: str, path: str) -> None:
    if not person.email or not person.is_active:
        return
    queue_message(
        event_key=f"reveal-{reveal.pk}-{occasion}-{person.pk}",
        channel=Medium.EMAIL,
        template=f"complaints/reveal_{occasion}",
        language=person.language,
        recipient=person.email,
        context={
            "reference": reveal.complaint.reference,
            "name": person.name,
            "is_granted": bool(reveal.is_granted),
            "link": settings.ENV.PUBLIC_BASE_URL + path,
        },
    )
