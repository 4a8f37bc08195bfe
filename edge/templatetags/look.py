"""Days, numbers and telephone numbers as readers and telephones want them; the form parts every page shares."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm, BoundField

from edge.written import dialled, written_day, written_moment, written_number

register = template.Library()

register.filter("day", written_day)
register.filter("moment", written_moment)
register.filter("plain", written_number)
register.filter("dialled", dialled)


@register.inclusion_tag("edge/parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """`{% field form.plate %}`: label, hint, error and input, tied by aria-describedby."""
    return {"field": bound}


@register.inclusion_tag("edge/parts/error_summary.html", takes_context=True)
def error_summary(context: dict[str, Any], form: BaseForm) -> dict[str, Any]:
    """`{% error_summary form %}`: everything that is wrong, linked to its field; nothing while all is well."""
    return {"form": form, "reader": context.get("reader")}
