"""What is written to desks and officers about time: deadlines that come near or have passed, work nobody took, batches.

As every message it names reference and link, never what a complaint says; an institution reads its own number only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from complaints.clock import Step
from complaints.messages import CHINESE, case_link, complaint_officers, forwarded_link, supervisors_of
from complaints.models import Deadline, DestructionBatch, Forwarding, Handling
from complaints.reminding import Stage
from notifications.services import queue_message
from notifications.states import Medium


@dataclass(frozen=True)
class Letter:
    """One mail that is due: the key under which it is sent once, whom to, what it says."""

    key: str
    template: str
    recipient: str
    context: dict[str, Any]

    def queue(self) -> None:
        """Write it into the outbox, in the caller's transaction."""
        queue_message(
            event_key=self.key,
            channel=Medium.EMAIL,
            template=self.template,
            language=CHINESE,
            recipient=self.recipient,
            context=self.context,
        )


def letters_of(deadline: Deadline, stage: Stage) -> list[Letter]:
    """Who is reminded of a deadline: the officer in charge, else the desk; an institution's people of its own.

    Of an institution's answer that is overdue the officer in charge hears as well. Needs the deadline with handling,
    complaint, authority, assignee and forwarding.
    """
    key = f"deadline-{deadline.pk}-{deadline.due_on:%Y%m%d}-{stage}"
    if deadline.forwarding is None:
        return [_to_desk(deadline, stage, key)]
    letters = _to_institution(deadline, deadline.forwarding, stage, key)
    return [*letters, _to_desk(deadline, stage, key)] if stage is Stage.OVERDUE or not letters else letters


def _to_desk(deadline: Deadline, stage: Stage, key: str) -> Letter:
    handling = deadline.handling
    name, recipient, who = _in_charge(handling)
    with translation.override(CHINESE):
        step = str(Step(deadline.step).label)
    return Letter(
        f"{key}-{who}",
        "complaints/case_due",
        recipient,
        {
            "reference": handling.complaint.reference,
            "authority": name,
            "step": step,
            "due": written(deadline.due_on),
            "stage": stage.value,
            "is_provisional": deadline.is_provisional,
            "link": case_link(handling.complaint),
        },
    )


def _in_charge(handling: Handling) -> tuple[str, str, str]:
    """(how to address, where to write, mark in the key): the officer who can be written to, else the desk."""
    officer, authority = handling.assignee, handling.authority
    if officer is not None and officer.is_active and officer.email and officer.authority_id == handling.authority_id:
        return officer.name, officer.email, f"officer-{officer.pk}"
    name = authority.name if authority else ""
    return name, (authority.desk_email if authority else "") or settings.ENV.OPERATOR_EMAIL, "desk"


def _to_institution(deadline: Deadline, forwarding: Forwarding, stage: Stage, key: str) -> list[Letter]:
    return [
        Letter(
            f"{key}-officer-{person.pk}",
            "complaints/forwarded_due",
            person.email,
            {
                "number": forwarding.number,
                "institution": forwarding.institution.name,
                "due": written(deadline.due_on),
                "stage": stage.value,
                "link": forwarded_link(forwarding),
            },
        )
        for person in complaint_officers(forwarding.institution_id)
    ]


def unassigned_letters(handling: Handling, since: date, people: list[User]) -> list[Letter]:
    """The supervisors are told that nobody has taken a part since `since`."""
    return [
        Letter(
            f"unassigned-{handling.pk}-{since:%Y%m%d}-officer-{person.pk}",
            "complaints/case_unassigned",
            person.email,
            {
                "reference": handling.complaint.reference,
                "authority": person.name,
                "since": written(since),
                "link": case_link(handling.complaint),
            },
        )
        for person in people
    ]


def batch_letters(batch: DestructionBatch, count: int) -> list[Letter]:
    """The supervisors of the authority are told that cases wait for their word before they are destroyed."""
    return [
        Letter(
            f"batch-{batch.pk}-officer-{person.pk}",
            "complaints/batch_made",
            person.email,
            {
                "authority": person.name,
                "count": count,
                "link": settings.ENV.PUBLIC_BASE_URL + reverse("supervision:batch", args=[batch.pk]),
            },
        )
        for person in supervisors_of(batch.authority)
    ]


def written(day: date) -> str:
    """A day as these mails write it; they go to desks, in Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"
