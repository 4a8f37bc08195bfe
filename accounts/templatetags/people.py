"""Words for duties."""

from __future__ import annotations

from django import template

from accounts.roles import Role

register = template.Library()


@register.filter
def role_name(value: str) -> str:
    """`{{ "reviewer"|role_name }}`: the duty in the reader's language; an unknown one as it is written."""
    return str(Role(value).label) if value in Role.values else value
