"""The list of applications: which are shown to whom, in which order. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import BodyKind
from accounts.scope import Scope
from directory.clock import SHANGHAI
from registry.applications import ApplicationState as S
from registry.forms_staff import ALL
from registry.keyset import Order
from registry.models import Application
from registry.querysets import ApplicationQuerySet

NEXT_FIRST = Order("submitted_at")
"""Whoever waits longest stands first: the order of a queue."""
LAST_CHANGED_FIRST = Order("updated_at", is_descending=True)


@dataclass(frozen=True)
class Tab:
    """One of the lists that is used all day: its value in the address and its words."""

    state: str
    words: Promise


TABS: tuple[Tab, ...] = (
    Tab("", _("To do")),
    Tab("elsewhere", _("With others")),
    Tab("decided", _("Decided")),
    Tab(ALL, _("All")),
)


def to_do(scope: Scope) -> Q:
    """What waits for the body of `scope`.

    Of a reviewing authority what was submitted; of an institution drafts, what was returned, transfers to be answered.
    """
    if scope.body is BodyKind.AUTHORITY:
        return Q(state=S.SUBMITTED)
    own = Q(institution_id=scope.institution_id, state__in=[S.DRAFT, S.RETURNED])
    return own | Q(receiving_institution_id=scope.institution_id, state=S.AWAITING_OTHER)


def in_state(scope: Scope, asked: str) -> Q:
    """The condition of a tab, or of one state by its name; of nothing asked: what is to be done."""
    if asked == ALL:
        return Q()
    if asked == "decided":
        return Q(state__in=[S.APPROVED, S.REFUSED, S.WITHDRAWN])
    if asked == "elsewhere":
        return Q(state__in=[S.SUBMITTED, S.AWAITING_OTHER, S.RETURNED]) & ~to_do(scope)
    return Q(state=asked) if asked in S.values else to_do(scope)


def filtered(scope: Scope, chosen: dict[str, str], *, now: datetime) -> ApplicationQuerySet:
    """The applications visible to `scope` that fit what was chosen (see `forms_staff.ApplicationFilter`)."""
    today = now.astimezone(SHANGHAI).date()
    rows = Application.objects.visible_to(scope).filter(in_state(scope, chosen.get("state", "")))
    if kind := chosen.get("kind"):
        rows = rows.filter(kind=kind)
    if days := chosen.get("waiting"):
        rows = rows.filter(state=S.SUBMITTED, submitted_at__lte=now - timedelta(days=int(days)))
    return rows.filter(due_condition(chosen.get("due", ""), today))


def due_condition(asked: str, today: date) -> Q:
    """Overdue, or due within so many days; only what is still open can be due."""
    if asked == "over":
        return Q(state=S.SUBMITTED, due_on__lt=today)
    return Q(state=S.SUBMITTED, due_on__lte=today + timedelta(days=int(asked))) if asked else Q()


def order_of(scope: Scope, chosen: dict[str, str]) -> Order:
    """A reviewer's work stands in the order it came; everything else with the last change first."""
    is_queue = scope.body is BodyKind.AUTHORITY and chosen.get("state", "") in {"", S.SUBMITTED}
    return NEXT_FIRST if is_queue else LAST_CHANGED_FIRST


def with_names(rows: ApplicationQuerySet) -> ApplicationQuerySet:
    """Everything a row of a list shows, in one query."""
    return rows.select_related("ambulance", "institution", "receiving_institution", "authority")


def next_in_queue(scope: Scope, *, beside: int) -> Application | None:
    """The submitted application that waits longest, other than the one with the key `beside`. One query."""
    waiting = Application.objects.visible_to(scope).filter(state=S.SUBMITTED).exclude(pk=beside)
    return NEXT_FIRST.sorted(waiting.select_related("ambulance", "institution")).first()
