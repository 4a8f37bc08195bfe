"""Links that keep the reader's language and view."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes

from edge.reader import ELDER, Reader

register = template.Library()


@register.simple_tag(takes_context=True)
def link(context: dict[str, Any], name: str, *args: Any, **kwargs: Any) -> str:
    """`{% link "registry:home" %}`: like `{% url %}`, with the reader's `lang` and `view` kept."""
    reader: Reader = context.get("reader") or Reader()
    return reader.keep(reverse(name, args=args, kwargs=kwargs))


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], **changed: str) -> str:
    """This page's address with `lang` or `view` changed: `{% here lang="en" %}`, `{% here view="elder" %}`."""
    request, reader = context["request"], context.get("reader") or Reader()
    others = request.GET.copy()
    for name in ("lang", "view"):
        others.pop(name, None)
    query = others.urlencode()
    # A path of `//elsewhere` must not become the address of another host.
    path = escape_leading_slashes(escape_uri_path(request.path))
    return str(reader.keep(f"{path}?{query}" if query else path, **changed))


@register.simple_tag
def elder_view() -> str:
    """The value of `view` for large type."""
    return ELDER
