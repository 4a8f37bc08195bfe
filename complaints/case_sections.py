"""What the page of a case shows beside its parts, topic by topic: each a section with reads of its own. Reads only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from complaints.evidence_section import evidence_section
from complaints.forwarding_section import forwarding_section
from complaints.letter_of import letters_section
from complaints.linked import linked_section, own_part
from complaints.models import Complaint
from complaints.person_section import person_section
from complaints.services.rating import rating_of
from complaints.supervision_sections import extension_section, hold_section


def case_sections(user: User, complaint: Complaint, now: datetime) -> dict[str, Any]:
    """The context of every section. What belongs to a part is that of the reader's own authority.

    Whoever only reads, from above, is shown the part that was opened last, without its buttons.
    """
    part = own_part(user, complaint) or max(complaint.handlings.all(), key=lambda one: one.pk, default=None)
    mine = (
        {"forwarding": forwarding_section(user, complaint, part, now), **extension_section(user, complaint, part, now)}
        if part is not None
        else {}
    )
    return {
        **mine,
        **hold_section(user, complaint, part, now),
        "evidence": evidence_section(user, complaint, part, now),
        "person": person_section(user, complaint, part, now),
        "linked": linked_section(user, complaint, part, now),
        "letters": letters_section(user, complaint),
        "rating": rating_of(complaint),
    }
