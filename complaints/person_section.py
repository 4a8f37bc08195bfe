"""Who complained, masked, and which looks behind the mask there were. Reads only; shows no value in clear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from complaints.evidence_section import shown_name
from complaints.masking import MaskedPerson, masked_person
from complaints.messages import person_of
from complaints.models import Complaint, Handling, Reveal
from complaints.services.revealing import is_open, may_ask

SHOWN = 20
"""Looks that a page lists; the audit record has all."""


@dataclass(frozen=True)
class Look:
    """A look behind the mask as the page lists it."""

    reveal: Reveal
    is_waiting: bool
    file: str
    """The file it is about, by its shown name; empty for none."""
    href: str
    """Where it shows what it opens, for the asker while it is open; empty otherwise."""


def masked(complaint: Complaint) -> MaskedPerson:
    """The complainant as everybody on the case sees him or her."""
    person = person_of(complaint)
    person.refresh_from_db(fields=["contact_name", "contact_phone", "contact_email"])
    return masked_person(name=person.contact_name, phone=person.contact_phone, email=person.contact_email)


def looks_of(user: User, complaint: Complaint, now: datetime) -> list[Look]:
    """The person's own looks, a supervisor's also those of the authority; the newest first. One query."""
    found = Reveal.objects.visible_to(user.scope).filter(complaint=complaint)
    rows = found.select_related("asked_by", "decided_by", "evidence").order_by("-pk")[:SHOWN]
    return [
        Look(
            reveal=each,
            is_waiting=each.is_granted is None,
            file=shown_name(each.evidence, complaint) if each.evidence else "",
            href=_address(each) if is_open(each, user, now) else "",
        )
        for each in rows
    ]


def _address(reveal: Reveal) -> str:
    if reveal.subject == Reveal.Subject.ORIGINAL:
        return reverse("wall:original", args=[reveal.complaint_id, reveal.evidence_id])
    return reverse("wall:shown", args=[reveal.complaint_id, reveal.pk])


def person_section(user: User, complaint: Complaint, _part: Handling | None, now: datetime) -> dict[str, Any]:
    """For `parts/person.html`: the masked person, consent, looks, and whether one can be asked for. Three queries."""
    return {
        "person": masked(complaint),
        "is_report": complaint.is_report,
        "has_agreed": complaint.consent_share_contact,
        "looks": looks_of(user, complaint, now),
        "may_ask": may_ask(complaint, user),
        "page": reverse("wall:person", args=[complaint.pk]),
    }
