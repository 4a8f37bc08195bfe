"""The sections at the wall, as one line each on the page of a case: files, the masked complainant, what was sent."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from complaints.evidence_section import evidence_section
from complaints.forwarding_section import forwarding_section
from complaints.models import Complaint, Handling
from complaints.person_section import person_section

register = template.Library()

Context = dict[str, Any]


@register.inclusion_tag("staff/cases/parts/evidence.html", takes_context=True)
def files_of_case(context: Context, complaint: Complaint) -> Context:
    """`{% files_of_case complaint %}`: a strip of the files. Three queries. The page needs cases.css."""
    return {"section": evidence_section(context["request"].user, complaint, None, timezone.now())}


@register.inclusion_tag("staff/cases/parts/person.html", takes_context=True)
def complainant_of_case(context: Context, complaint: Complaint) -> Context:
    """`{% complainant_of_case complaint %}`: who complained, masked. Three queries."""
    return {"section": person_section(context["request"].user, complaint, None, timezone.now())}


@register.inclusion_tag("staff/cases/parts/forwarding.html", takes_context=True)
def sent_by_part(context: Context, part: Handling) -> Context:
    """`{% sent_by_part part %}`: what a part sent to institutions; nothing if it sent nothing. Three queries."""
    return {"section": forwarding_section(context["request"].user, part.complaint, part, timezone.now()), "part": part}
