"""Words for duties."""

from __future__ import annotations

from django import template
from django.conf import settings

from accounts.roles import Role

register = template.Library()


@register.filter
def role_name(value: str) -> str:
    """`{{ "reviewer"|role_name }}`: the duty in the reader's language; an unknown one as it is written."""
    return str(Role(value).label) if value in Role.values else value


@register.simple_tag
def idle_minutes() -> int:
    """`{% idle_minutes as minutes %}`: after how many idle minutes a staff session ends."""
    minutes: int = settings.ENV.STAFF_IDLE_MINUTES
    return minutes
