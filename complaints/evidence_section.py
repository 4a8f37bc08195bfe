"""The files of a case as its officers see them: cleaned copies, and the originals under an open look. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from complaints.identifying import Known, identifiers_in
from complaints.messages import person_of
from complaints.models import Complaint, Evidence, Handling, Reveal
from complaints.services.revealing import is_open, may_ask
from complaints.strands import files_of_case


@dataclass(frozen=True)
class OfficersFile:
    """A file as the case page and the gallery list it."""

    evidence: Evidence
    address: str
    name: str
    words: str
    institution: str
    """Who attached it, where that was an institution."""
    original: str
    """Where the original is read while a look is open; empty otherwise."""
    ask: str
    """Where a look at the original is asked for; empty where one waits or is open."""
    is_waiting: bool


def files_of(user: User, complaint: Complaint, now: datetime, *, may_open: bool) -> list[OfficersFile]:
    """The files in the order they came. Two queries."""
    looks: dict[int, list[Reveal]] = {}
    mine = Reveal.objects.filter(complaint=complaint, subject=Reveal.Subject.ORIGINAL, asked_by=user)
    for each in mine:
        looks.setdefault(each.evidence_id or 0, []).append(each)
    files = files_of_case(complaint).select_related("forwarding__institution")
    return [
        _file(complaint, each, shown_name(each, complaint), looks.get(each.pk, []), user, now, may_open=may_open)
        for each in files
    ]


def shown_name(evidence: Evidence, complaint: Complaint) -> str:
    """The name of a file, unless it names the complainant: then only what it is. Masked means masked."""
    person = person_of(complaint)
    known = Known(person.contact_name, person.contact_phone, person.contact_email)
    if identifiers_in(evidence.name, [known]):
        return f"{evidence.get_media_display()} {evidence.pk}"
    name: str = evidence.name
    return name


def _file(
    complaint: Complaint,
    evidence: Evidence,
    name: str,
    looks: list[Reveal],
    user: User,
    now: datetime,
    *,
    may_open: bool,
) -> OfficersFile:
    keys = [complaint.pk, evidence.pk]
    is_open_now = may_open and any(is_open(each, user, now) for each in looks)
    is_waiting = any(each.is_granted is None for each in looks)
    return OfficersFile(
        evidence=evidence,
        address=reverse("wall:file", args=keys),
        name=name,
        words=f"{evidence.get_media_display()} · {name}",
        institution=evidence.forwarding.institution.name if evidence.forwarding else "",
        original=reverse("wall:original", args=keys) if is_open_now else "",
        ask=reverse("wall:ask_original", args=keys) if may_open and not is_open_now and not is_waiting else "",
        is_waiting=is_waiting,
    )


def evidence_section(user: User, complaint: Complaint, _part: Handling | None, now: datetime) -> dict[str, Any]:
    """For `parts/evidence.html`: the files, and where the gallery is. Three queries."""
    files = files_of(user, complaint, now, may_open=may_ask(complaint, user))
    return {"files": files, "gallery": reverse("wall:evidence", args=[complaint.pk])}
