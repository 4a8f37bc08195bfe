"""Words for what a row of the audit record says besides its deed: the names of facts, their values, the thing.

Only what people read on the page; the export and the chain of hashes keep the plain names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from accounts.audit import JSON

NAMES: Final[dict[str, Promise]] = {
    "audience": gettext_lazy("Who reads it"),
    "body": gettext_lazy("Body"),
    "closed_on": gettext_lazy("Closed on"),
    "complaints": gettext_lazy("Cases"),
    "days": gettext_lazy("Days"),
    "decider": gettext_lazy("Decided by authority number"),
    "done": gettext_lazy("Done"),
    "factors": gettext_lazy("Factors removed"),
    "fields": gettext_lazy("Fields"),
    "files": gettext_lazy("Files"),
    "filters": pgettext_lazy("audit", "Filters"),
    "finding": gettext_lazy("Finding"),
    "format": gettext_lazy("Format"),
    "given": gettext_lazy("Duties given"),
    "handling": gettext_lazy("Part number"),
    "institution": gettext_lazy("Institution number"),
    "is_known": gettext_lazy("The account exists"),
    "keep_days": gettext_lazy("Days to keep"),
    "key": pgettext_lazy("audit", "Key"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "limit": gettext_lazy("Term"),
    "main": gettext_lazy("Main case"),
    "marking": gettext_lazy("Code number"),
    "measures": gettext_lazy("Measures"),
    "new": pgettext_lazy("state", "New"),
    "number": gettext_lazy("Number"),
    "old": pgettext_lazy("state", "Before"),
    "position": gettext_lazy("Position"),
    "positions": gettext_lazy("Position"),
    "purpose": gettext_lazy("Purpose"),
    "reference": gettext_lazy("Reference"),
    "refused": gettext_lazy("Refused"),
    "roles": gettext_lazy("Duties"),
    "rows": gettext_lazy("Rows"),
    "scopes": gettext_lazy("What it may do"),
    "second_factor": gettext_lazy("Second factor"),
    "sessions": gettext_lazy("Sessions ended"),
    "state": gettext_lazy("State"),
    "step": gettext_lazy("Step"),
    "successor": gettext_lazy("Taken over by account number"),
    "taken": gettext_lazy("Duties taken"),
    "through": gettext_lazy("Up to row"),
    "to": gettext_lazy("To number"),
    "via": gettext_lazy("By way of"),
    "year": pgettext_lazy("audit", "Year"),
}
"""A name without words shows as it is stored."""

VALUES: Final[dict[str, dict[str, list[Promise | str]]]] = {}
"""Name → value → words. Apps above add theirs in `AppConfig.ready`, by `add_values`."""


def add_values(name: str, *choices: Sequence[tuple[str, Promise | str]]) -> None:
    """Give the values of `name` their words. A value that two lists call differently keeps its plain form."""
    found = VALUES.setdefault(name, {})
    for value, words in (pair for pairs in choices for pair in pairs):
        found.setdefault(value, []).append(words)


def detail_words(detail: dict[str, JSON]) -> str:
    """`状态: 已受理; 第二验证: 是`, in the reader's language."""
    return gettext("; ").join(
        gettext("%(name)s: %(value)s") % {"name": NAMES.get(name, name), "value": _value(name, value)}
        for name, value in detail.items()
        if value not in ([], "")
    )


def thing_words(label: str) -> str:
    """What a model is called by people, from `app.Model`; the label itself where no such model is left."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


def _value(name: str, value: JSON) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return gettext(", ").join(_value(name, one) for one in value)
    words = {str(one) for one in VALUES.get(name, {}).get(str(value), [])}
    return words.pop() if len(words) == 1 else str(value)
