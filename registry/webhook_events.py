"""Which steps of an application the systems of the institutions are told, under which name. A table and one write."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import reverse

from directory.clock import SHANGHAI
from notifications.webhooks import EventValue, queue_event
from registry.applications import ApplicationAction, ApplicationState, Party
from registry.models import Application, ApplicationEvent

_OWNER, _BOTH = (Party.OWNER,), (Party.OWNER, Party.RECEIVER)

TRIAL: Final = "trial"
"""The event that an administrator sends to see whether a web hook answers."""
TOLD: Final[dict[tuple[ApplicationAction, ApplicationState], tuple[str, tuple[Party, ...]]]] = {
    (ApplicationAction.SUBMIT, ApplicationState.AWAITING_OTHER): ("application.transfer_asked", (Party.RECEIVER,)),
    (ApplicationAction.AGREE, ApplicationState.SUBMITTED): ("application.transfer_agreed", _OWNER),
    (ApplicationAction.DECLINE, ApplicationState.RETURNED): ("application.transfer_declined", _OWNER),
    (ApplicationAction.APPROVE, ApplicationState.APPROVED): ("application.approved", _BOTH),
    (ApplicationAction.RETURN, ApplicationState.RETURNED): ("application.returned", _BOTH),
    (ApplicationAction.REFUSE, ApplicationState.REFUSED): ("application.refused", _BOTH),
}
"""(Step, state after it) → name of the event, and whose systems hear of it: decisions that somebody else took."""
EVENT_NAMES: Final = (*(name for name, _parties in TOLD.values()), TRIAL)


def tell_systems(application: Application, event: ApplicationEvent) -> None:
    """Queue the web hooks of this step, in the caller's transaction; nothing for a step that is not in the table."""
    told = TOLD.get((ApplicationAction(event.action), ApplicationState(event.state)))
    if told is None:
        return
    name, parties = told
    institutions = {Party.OWNER: application.institution_id, Party.RECEIVER: application.receiving_institution_id}
    for party in parties:
        institution_id = institutions[party]
        if institution_id is not None:
            queue_event(
                institution_id=institution_id,
                event_key=f"application:{application.pk}:event:{event.pk}",
                event=name,
                data=facts_of(application, event),
            )


def facts_of(application: Application, event: ApplicationEvent) -> dict[str, EventValue]:
    """What a system is told besides the name of the event: where to look, and no reasons, which people write.

    `plate` is the one registered, or asked for where nothing is registered yet. Times are in Asia/Shanghai.
    """
    asked_for = str(application.proposed.get("plate") or "")[:20]
    return {
        "application": application.pk,
        "kind": application.kind,
        "state": event.state,
        "ambulance": application.ambulance_id,
        "plate": application.ambulance.plate if application.ambulance else asked_for,
        "occurred_at": event.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "link": settings.ENV.PUBLIC_BASE_URL + reverse("api:staff_application", args=[application.pk]),
    }
