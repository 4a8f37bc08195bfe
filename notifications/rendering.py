"""Turning a template and a context into the texts of a message.

Templates lie in the `templates` folder of the app that owns the message, one file per language and part:
`messages/<app>/<name>.<language>.<part>`, for example `messages/complaints/received.zh-hans.email.subject.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

TEMPLATE = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)+")


def file_name(template: str, language: str, part: str) -> str:
    """The template file of one part. Raises ValueError on a name that is no template name."""
    if not TEMPLATE.fullmatch(template):
        raise ValueError(f"{template!r} is no template name: use app/name in small letters")
    return f"messages/{template}.{language}.{part}"


def require_templates(template: str, language: str, parts: Sequence[str]) -> None:
    """Make sure that all parts can be rendered later. Raises TemplateDoesNotExist, TemplateSyntaxError, ValueError."""
    engine = Engine.get_default()
    for part in parts:
        engine.get_template(file_name(template, language, part))


def render_parts(template: str, language: str, parts: Sequence[str], context: Mapping[str, Any]) -> dict[str, str]:
    """The text of each part, in the message's own language, unescaped (it is plain text, not HTML).

    Every template also knows `service_name` and `base_url`. Raises TemplateDoesNotExist.
    """
    env = settings.ENV
    engine = Engine.get_default()
    known = {
        "service_name": env.SERVICE_NAME_EN if language == "en" else env.SERVICE_NAME,
        "base_url": env.PUBLIC_BASE_URL,
        **context,
    }
    with translation.override(language):
        return {
            part: engine.get_template(file_name(template, language, part))
            .render(Context(known, autoescape=False))
            .strip()
            for part in parts
        }
