"""Who is told what: one function per occasion. No message carries the content of a complaint.

The complainant, if a contact was left, and the desks of the authorities are told. The institution never is:
it learns of a complaint only when an officer forwards it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from complaints.models import Complaint, ComplaintEvent, Deadline, Handling
from directory.formats import is_mobile
from notifications.services import queue_message
from notifications.states import Medium

CHINESE = "zh-hans"


def complaint_received(complaint: Complaint, handlings: Iterable[Handling]) -> None:
    """Acknowledge to the complainant; tell every authority's desk that a case waits."""
    _tell_complainant(complaint, "received", "received")
    _tell_desks(complaint, handlings, "new_case", "received")


def material_added(complaint: Complaint, event: ComplaintEvent) -> None:
    """Tell the desks that there is more to read."""
    _tell_desks(complaint, complaint.handlings.select_related("authority"), "material_added", f"event-{event.pk}")


def complaint_withdrawn(complaint: Complaint, event: ComplaintEvent) -> None:
    """Confirm to the complainant; tell the desks."""
    _tell_complainant(complaint, "withdrawn", f"event-{event.pk}")
    _tell_desks(complaint, complaint.handlings.select_related("authority"), "case_withdrawn", f"event-{event.pk}")


def _tell_complainant(complaint: Complaint, template: str, occasion: str) -> None:
    context = {
        "reference": complaint.reference,
        "link": settings.ENV.PUBLIC_BASE_URL + reverse("short_track"),
        "acceptance_due": _acceptance_due(complaint),
    }
    contacts = [(Medium.EMAIL, complaint.contact_email)]
    if is_mobile(complaint.contact_phone):
        contacts.append((Medium.SMS, complaint.contact_phone))
    for medium, recipient in contacts:
        if recipient:
            queue_message(
                event_key=f"complaint-{complaint.pk}-{occasion}-{medium}",
                channel=medium,
                template=f"complaints/{template}",
                language=complaint.language,
                recipient=recipient,
                context=context,
            )


def _acceptance_due(complaint: Complaint) -> str:
    """ISO date by which every lead must have said whether it accepts; empty if there is none."""
    due = Deadline.objects.filter(handling__complaint=complaint, step="acceptance").order_by("-due_on").first()
    return due.due_on.isoformat() if due else ""


def _tell_desks(complaint: Complaint, handlings: Iterable[Handling], template: str, occasion: str) -> None:
    for handling in handlings:
        email = (handling.authority.desk_email if handling.authority else "") or settings.ENV.OPERATOR_EMAIL
        queue_message(
            event_key=f"handling-{handling.pk}-{occasion}",
            channel=Medium.EMAIL,
            template=f"complaints/{template}",
            language=CHINESE,
            recipient=email,
            context={
                "reference": complaint.reference,
                "authority": handling.authority.name if handling.authority else "",
                "kind_of_authority": handling.authority_kind,
                "is_lead": handling.role == Handling.Role.LEAD,
                "link": settings.ENV.PUBLIC_BASE_URL
                + reverse("admin:complaints_complaint_change", args=[complaint.pk]),
            },
        )
