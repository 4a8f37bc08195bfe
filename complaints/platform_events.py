"""What a partner platform is told of a complaint it handed over: each public step, and where that left the case."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from complaints.models import Complaint, ComplaintEvent
from complaints.reading import public_state_of
from directory.clock import SHANGHAI
from notifications.webhooks import EventValue, queue_platform_event


def tell_platform(complaint: Complaint, event: ComplaintEvent) -> None:
    """Queue the web hooks of this step, in the caller's transaction; nothing where no platform or no public is told.

    A platform knows a claim and a report that it handed over in one by one reference, and is told of both under it.
    """
    known = complaint.twin_of or complaint
    if known.platform_id is not None and event.is_public:
        queue_platform_event(
            platform_id=known.platform_id,
            event_key=f"complaint:{known.pk}:event:{event.pk}",
            event=f"complaint.{event.action}",
            data=facts_of(known, event),
        )


def facts_of(complaint: Complaint, event: ComplaintEvent) -> dict[str, EventValue]:
    """Both references, the public's word for the state, when, and where to look: no words, which people write."""
    address = reverse("api:platform_complaint", args=[complaint.platform_reference])
    return {
        "reference": complaint.reference,
        "platform_reference": complaint.platform_reference,
        "public_state": public_state_of(event.state).value,
        "occurred_at": event.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "link": settings.ENV.PUBLIC_BASE_URL + address,
    }
