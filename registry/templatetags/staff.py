"""What every page of the desk shares: the rail, chips, time left, differences, addresses that may not exist yet."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.db.models import TextChoices
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.doors import Door, door_of
from accounts.models import User
from directory.clock import SHANGHAI
from directory.formats import display_plate
from registry.codes import printed
from registry.desks import share
from registry.due import time_left, written_wait
from registry.lists import SortLink
from registry.sections import GROUPS
from registry.tones import tone_of

register = template.Library()

Context = dict[str, Any]


@register.simple_tag(takes_context=True)
def address(context: Context, name: str, *args: Any, **kwargs: Any) -> str:
    """`{% address "staff:search" as search %}`: like `{% link %}`, but empty where no such page is served."""
    try:
        found = reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""
    reader = context.get("reader")
    return reader.keep(found) if reader else found


@register.simple_tag(takes_context=True)
def door(context: Context) -> str:
    """`{% door as home %}`: the desk of whoever is let in, otherwise empty."""
    request = context.get("request")
    if request is None or not hasattr(request, "user") or door_of(request) is not Door.OPEN:
        return ""
    return address(context, "staff:desk")


@register.simple_tag(takes_context=True)
def body_name(context: Context) -> str:
    """`{% body_name as body %}`: the body the signed-in person belongs to; empty for the operator's own people."""
    user = context["request"].user
    if not isinstance(user, User):
        return ""
    return str(user.institution or user.authority or "")


@register.simple_tag(takes_context=True)
def keep_reader(context: Context) -> SafeString:
    """`{% keep_reader %}` in a GET form: the reader's own parameters as hidden fields."""
    reader = context.get("reader")
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', reader.asked if reader else ())


@register.inclusion_tag("staff/parts/rail.html", takes_context=True)
def rail(context: Context) -> Context:
    """`{% rail %}`: the sections that the signed-in person may enter; nothing before the door is open."""
    request = context.get("request")
    groups: list[list[Context]] = []
    if request is not None and hasattr(request, "user") and door_of(request) is Door.OPEN:
        groups = [
            [
                {
                    "href": href,
                    "words": section.words,
                    "drawing": section.drawing,
                    "is_here": is_here(request.path, href.partition("?")[0], context.get("rail_current"), section.name),
                }
                for section in group
                if section.is_open_to(request.user.scope) and (href := address(context, section.name))
            ]
            for group in GROUPS
        ]
    return {**context.flatten(), "groups": groups}  # type: ignore[attr-defined]  # a Context of Django, not a dict


def is_here(path: str, href: str, current: str | None, name: str) -> bool:
    """Whether a section is the one being read: as the view said (`rail_current`), else by the address."""
    if current:
        return current == name
    return path == href if name == "staff:desk" else path.startswith(href)


@register.inclusion_tag("staff/parts/chip.html")
def chip(value: TextChoices | str, words: str = "", tone: str = "") -> Context:
    """`{% chip ambulance.status ambulance.get_status_display %}`: symbol, words and tone of a state.

    The tone follows from the state (`registry.tones`) unless it is said: good, known, mind, stop or plain.
    """
    return {"tone": tone or tone_of(str(value)), "words": words or getattr(value, "label", value)}


@register.inclusion_tag("staff/parts/due.html")
def due(on: date | None, near: int = 7, today: date | None = None) -> Context:
    """`{% due vehicle.inspection_valid_until 60 %}`: time left in words with the date behind it; a dash for no date."""
    if on is None:
        return {"on": None}
    left = time_left(on, today or timezone.localdate(), near=near)
    return {"on": on, "words": left.words, "tone": left.tone}


@register.inclusion_tag("staff/parts/difference.html")
def difference(old: Any, new: Any) -> Context:
    """`{% difference change.old change.new %}`: what it was → what it becomes."""
    return {"old": old, "new": new}


@register.inclusion_tag("staff/parts/due.html")
def since(moment: date | None, today: date | None = None) -> Context:
    """`{% since each.submitted_at %}`: how long it has waited, in words, with the day behind it."""
    if moment is None:
        return {"on": None}
    day = moment.astimezone(SHANGHAI).date() if isinstance(moment, datetime) else moment
    return {"on": day, "words": written_wait(((today or timezone.localdate()) - day).days), "tone": ""}


@register.inclusion_tag("staff/parts/sort_head.html")
def sort_head(sort: SortLink, words: str, classes: str = "") -> Context:
    """`{% sort_head sorts.plate words %}`: the head of a column that can be sorted, as it is sorted now."""
    return {"sort": sort, "words": words, "classes": classes}


@register.simple_tag
def bar(count: int, largest: int) -> SafeString:
    """`{% bar branch.vehicles largest %}`: a small bar; its figure must stand beside it."""
    return format_html(
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<path class="tone-known" d="M0 0h{}v10H0z"/></svg>',
        share(count, largest),
    )


@register.simple_tag
def count_of(counts: dict[int, int], key: int) -> int:
    """`{% count_of vehicles each.pk %}`: a count by key; none is zero."""
    return counts.get(key, 0)


@register.filter
def painted_plate(text: str) -> str:
    """`{{ vehicle.plate|painted_plate }}`: a plate as it is painted, with its dot."""
    return display_plate(text)


@register.filter
def printed_code(code: str) -> str:
    """`{{ marking.code|printed_code }}`: a code as it is painted, in groups of four."""
    return printed(code)
