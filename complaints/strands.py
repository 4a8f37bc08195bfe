"""The cases of one submission: a claim and a report under one receipt, read together. Reads only."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from complaints.models import Complaint, Evidence


def first_of(complaint: Complaint) -> int:
    """The key of the case that holds the contact and the files: of two halves of one submission, the first."""
    return complaint.twin_of_id or complaint.pk


def strands_of(complaint: Complaint) -> list[Complaint]:
    """All cases of the submission, the first one first. One query."""
    first = first_of(complaint)
    found = Complaint.objects.filter(Q(pk=first) | Q(twin_of=first))
    return list(found.select_related("ambulance", "institution", "merged_into", "rating").order_by("pk"))


def evidence_of(complaint: Complaint) -> QuerySet[Evidence]:
    """The files the complainant gave: they stay with the first half, and both halves are decided by them.

    What an institution attached to its reply is not among them (`Forwarding.attachments`).
    """
    return Evidence.objects.filter(complaint_id=first_of(complaint), forwarding=None)


def files_of_case(complaint: Complaint) -> QuerySet[Evidence]:
    """All files of one case: what the complainant gave, and what institutions attached to their replies in it."""
    given = Q(complaint_id=first_of(complaint), forwarding=None)
    return Evidence.objects.filter(given | Q(complaint=complaint, forwarding__isnull=False))
