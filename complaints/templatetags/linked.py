"""Addresses of the page on which cases are linked."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from complaints.models import Complaint
from edge.reader import Reader

register = template.Library()


@register.simple_tag(takes_context=True)
def join_address(context: dict[str, Any], complaint: Complaint, other: Complaint) -> str:
    """`{% join_address complaint other %}`: the forms of the page of links, with the other case filled in."""
    reader: Reader = context.get("reader") or Reader()
    address = reverse("links:linked", args=[complaint.pk])
    return f"{reader.keep(f'{address}?other={other.reference}')}#join"
