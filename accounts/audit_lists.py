"""The audit record as a list: filters from the address, pages by key without counting, lines of an export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from accounts.audit import JSON
from accounts.audit_reads import AuditRowQuerySet
from accounts.deeds import DEEDS, words_of
from accounts.models import AuditRow, User
from directory.clock import SHANGHAI

PAGE: Final = 50
EXPORT_BATCH: Final = 2_000
MOST_PEOPLE: Final = 50
"""People of one name."""


class AuditFilter(forms.Form):
    """What somebody looks for in the record."""

    person = forms.CharField(label=_("Who: name or e-mail"), max_length=150, required=False)
    deed = forms.ChoiceField(label=_("Deed"), required=False)
    thing = forms.RegexField(
        r"^[A-Za-z]+\.[A-Za-z]+(:[^\s:]{1,40})?$",
        label=_("Thing, such as registry.Ambulance:12"),
        required=False,
        error_messages={"invalid": _("Write the kind of thing and its number, such as registry.Ambulance:12.")},
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))
    refused = forms.BooleanField(label=_("Only what was refused"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = sorted(((name, str(words)) for name, words in DEEDS.items()), key=lambda pair: pair[1])
        self.fields["deed"] = forms.ChoiceField(label=_("Deed"), required=False, choices=[("", _("All")), *choices])

    def clean(self) -> dict[str, Any]:
        """From comes before To."""
        found = super().clean() or {}
        if found.get("since") and found.get("until") and found["since"] > found["until"]:
            self.add_error("until", _("This day is before the first one."))
        return found

    def applied(self) -> dict[str, str]:
        """Filters that are set, as they stand in the address."""
        found = {name: value for name, value in self.cleaned_data.items() if value}
        return {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in found.items()}

    def rows(self, rows: AuditRowQuerySet) -> AuditRowQuerySet:
        """Of `rows` those looked for. The form must be valid."""
        data = self.cleaned_data
        wanted = Q()
        if data["person"]:
            who = User.objects.filter(Q(email__iexact=data["person"]) | Q(name=data["person"]))[:MOST_PEOPLE]
            wanted &= Q(actor_id__in=[user.pk for user in who]) | Q(actor_name=data["person"])
        if data["deed"]:
            wanted &= Q(action=data["deed"])
        if data["thing"]:
            kind, _colon, key = data["thing"].partition(":")
            wanted &= Q(object_type=kind, object_id=key) if key else Q(object_type=kind)
        if data["since"]:
            wanted &= Q(at__gte=midnight(data["since"]))
        if data["until"]:
            wanted &= Q(at__lt=midnight(data["until"] + timedelta(days=1)))
        if data["refused"]:
            wanted &= Q(is_success=False)
        return rows.filter(wanted)


def midnight(day: date) -> datetime:
    """The instant a day begins in China."""
    return datetime.combine(day, time(), SHANGHAI)


@dataclass(frozen=True)
class Page:
    """One page, newest first. The addresses are the query strings of its neighbours, empty where there is none."""

    rows: list[AuditRow]
    first: str = ""
    earlier: str = ""
    later: str = ""


def page_of(rows: AuditRowQuerySet, *, before: int | None, after: int | None, applied: dict[str, str]) -> Page:
    """The page below row number `before`, or the one above `after`, or the first. One query, no count."""
    if after is not None:
        found = list(rows.filter(number__gt=after).order_by("number")[: PAGE + 1])
        has_newer, has_older = len(found) > PAGE, True
        found = found[:PAGE][::-1]
    else:
        below = rows.filter(number__lt=before) if before is not None else rows
        found = list(below.order_by("-number")[: PAGE + 1])
        has_newer, has_older = before is not None, len(found) > PAGE
        found = found[:PAGE]
    if not found:
        return Page([], first=f"?{urlencode(applied)}" if before is not None or after is not None else "")
    return Page(
        found,
        first=f"?{urlencode(applied)}" if has_newer else "",
        earlier=f"?{urlencode({**applied, 'after': found[0].number})}" if has_newer else "",
        later=f"?{urlencode({**applied, 'before': found[-1].number})}" if has_older else "",
    )


def number_in(text: str) -> int | None:
    """A row number from the address; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


HEADER: Final = (
    _("number"), _("at"), _("who"), _("from where"), _("deed"), _("kind of thing"), _("thing"), _("succeeded"),
    _("detail"), _("hash"),
)  # fmt: skip


def last_number(rows: AuditRowQuerySet) -> int:
    """Number of the newest row; 0 if there is none."""
    return rows.aggregate(last=Max("number"))["last"] or 0


def export_lines(rows: AuditRowQuerySet, last: int) -> Iterator[tuple[object, ...]]:
    """The lines below `HEADER`, newest first, from row number `last` down; read in batches, by key."""
    while batch := list(rows.filter(number__lte=last).order_by("-number")[:EXPORT_BATCH]):
        for row in batch:
            yield (
                row.number,
                row.at,
                row.actor_name,
                row.address,
                words_of(row.action),
                row.object_type,
                row.object_id,
                row.is_success,
                detail_text(row.detail),
                row.hash,
            )
        last = batch[-1].number - 1


def detail_text(detail: dict[str, JSON]) -> str:
    """`fields: status, station; count: 2`."""
    return "; ".join(
        f"{key}: {', '.join(value) if isinstance(value, list) else value}" for key, value in detail.items()
    )
