"""Cases that belong with one case, as its page and the page of links show them. Reads only.

A link whose other case is out of the officer's sight is not shown, not even counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.scope import Scope
from complaints.duplicates import likely_duplicates
from complaints.earlier import earlier_cases
from complaints.models import CaseLink, Complaint, Evidence, Handling
from complaints.parties import buttons
from complaints.querysets import SEALED
from complaints.services.linking import BY_HAND
from complaints.strands import first_of
from complaints.workflow import Action, HandlingState


@dataclass(frozen=True)
class LinkLine:
    """A link as one of its two cases shows it."""

    link: CaseLink
    other: Complaint

    @property
    def may_be_removed(self) -> bool:
        """Halves of one submission stay linked."""
        return self.link.kind in BY_HAND


def own_part(user: User, complaint: Complaint) -> Handling | None:
    """The part of the officer's authority: the open one, else the last. No query if parts are loaded."""
    mine = [part for part in complaint.handlings.all() if part.authority_id == user.authority_id is not None]
    return max(mine, key=lambda part: (part.closed_at is None, part.pk), default=None)


def linked_section(user: User, complaint: Complaint, part: Handling | None, now: datetime) -> dict[str, Any]:
    """Links, merged cases with their files, likely duplicates, earlier cases, and what this officer may do.

    At most 17 queries, however many cases there are; what is unsealed is bounded (`duplicates.MOST_READ`).
    """
    scope = user.scope
    may = buttons(user, part) if part is not None else frozenset[Action]()
    is_merged = part is not None and part.state == HandlingState.MERGED
    return {
        "lines": _links(complaint, scope),
        "main": _main(complaint, scope),
        "merged": merged_cases(complaint, scope),
        "likely": likely_duplicates(complaint, scope),
        "earlier": earlier_cases(complaint, scope),
        "may_link": Action.LINK in may,
        "may_merge": Action.MERGE in may,
        "may_unmerge": is_merged and Action.REOPEN in may,
        "version": part.version if part is not None else 0,
        "now": now,
    }


@dataclass(frozen=True)
class MergedCase:
    """A case merged into this one, and the files its complainant gave, which stay with it."""

    complaint: Complaint
    files: list[Evidence]


def merged_cases(complaint: Complaint, scope: Scope) -> list[MergedCase]:
    """Cases merged into this one that the officer sees, with their files. Two queries; names of files stay sealed."""
    cases = list(Complaint.objects.visible_to(scope).filter(merged_into=complaint).defer(*SEALED).order_by("pk"))
    files: dict[int, list[Evidence]] = {first_of(one): [] for one in cases}
    for each in Evidence.objects.filter(complaint__in=files, forwarding=None).defer("name"):
        if each.complaint_id is not None:
            files[each.complaint_id].append(each)
    return [MergedCase(one, files[first_of(one)]) for one in cases]


def _main(complaint: Complaint, scope: Scope) -> Complaint | None:
    if complaint.merged_into_id is None:
        return None
    return Complaint.objects.visible_to(scope).defer(*SEALED).filter(pk=complaint.merged_into_id).first()


def _links(complaint: Complaint, scope: Scope) -> list[LinkLine]:
    """The links whose other case the officer sees; three queries at most."""
    found = CaseLink.objects.filter(Q(complaint=complaint) | Q(other=complaint)).select_related("made_by")
    others = {link.pk: link.other_id if link.complaint_id == complaint.pk else link.complaint_id for link in found}
    seen = Complaint.objects.visible_to(scope).select_related("institution").defer(*SEALED).in_bulk(others.values())
    return [LinkLine(link, seen[others[link.pk]]) for link in found if others[link.pk] in seen]
