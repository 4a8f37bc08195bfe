"""Who is told what: one function per occasion. No message carries the content of a complaint.

The complainant, if a contact was left, and the desks of the authorities are told. The institution never is:
it learns of a complaint only when an officer forwards it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from complaints.clock import Step
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
    link = settings.ENV.PUBLIC_BASE_URL + reverse("short_track")
    context = {
        "reference": complaint.reference,
        "link": link,
        "short_link": link.removeprefix("https://").removeprefix("http://").rstrip("/"),
        "due": _acceptance_due(complaint, complaint.language),
    }
    contacts = [(Medium.EMAIL, complaint.contact_email)]
    if complaint.contact_phone and is_mobile(complaint.contact_phone):
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


def _tell_desks(complaint: Complaint, handlings: Iterable[Handling], template: str, occasion: str) -> None:
    """One mail to each desk; where no authority or no address is known, to the operator of the service."""
    due = _acceptance_due(complaint, CHINESE)
    link = settings.ENV.PUBLIC_BASE_URL + reverse("admin:complaints_complaint_change", args=[complaint.pk])
    for handling in handlings:
        authority = handling.authority
        queue_message(
            event_key=f"handling-{handling.pk}-{occasion}",
            channel=Medium.EMAIL,
            template=f"complaints/{template}",
            language=CHINESE,
            recipient=(authority.desk_email if authority else "") or settings.ENV.OPERATOR_EMAIL,
            context={
                "reference": complaint.reference,
                "authority": authority.name if authority else "",
                "is_lead": handling.role == Handling.Role.LEAD,
                "due": due if handling.role == Handling.Role.LEAD else "",
                "link": link,
            },
        )


def _acceptance_due(complaint: Complaint, language: str) -> str:
    """The day by which every lead must have said whether it accepts, in words; empty if there is none."""
    due = Deadline.objects.filter(handling__complaint=complaint, step=Step.ACCEPTANCE).order_by("-due_on").first()
    if due is None:
        return ""
    if language == CHINESE:
        return f"{due.due_on.month}月{due.due_on.day}日"
    with translation.override(language):
        return date_format(due.due_on, "j F Y")
