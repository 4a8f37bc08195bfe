"""What stands on a supervisor's desk: decisions that wait, what is overdue where, and signs of suppression. Reads only.

No sealed column is read: not a word of any case is unsealed for a list.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope
from complaints import signs
from complaints.cells import CELLS
from complaints.findings import Finding
from complaints.kinds import Kind
from complaints.models import (
    Complaint,
    ComplaintEvent,
    Conclusion,
    Deadline,
    Extension,
    Handling,
    Referral,
    Reveal,
)
from complaints.querysets import HandlingQuerySet, parts_within
from complaints.services.submit import FLAG_CODE_MISSING
from complaints.signs import CaseRef, Concluded, Edit, Mismatch, Sign, Told
from complaints.workflow import PLAIN, Action, HandlingState
from registry.choices import AmbulanceStatus
from registry.models import FieldChange, StatusChange

SHOWN = 15
"""Lines of one sort on the desk."""
LOOKED_BACK = timedelta(days=90)
"""How far reopenings and lost reviews are looked back on."""
EXTENDABLE = frozenset(cell.state for cell in CELLS if cell.action == Action.GRANT_EXTENSION)
"""States of a part in which an extension can be decided; what was answered without one waits for nobody."""


@dataclass(frozen=True)
class Waiting:
    """One decision that waits for a supervisor: which case, since or until when, at which desk."""

    case: CaseRef
    since: datetime | None = None
    until: date | None = None
    desk: str = ""


@dataclass(frozen=True)
class Sort:
    """All decisions of one sort."""

    words: str | Promise
    rows: list[Waiting]

    @property
    def figure(self) -> str:
        """How many, or that there are more than are shown."""
        return f"{SHOWN}+" if len(self.rows) > SHOWN else str(len(self.rows))

    @property
    def shown(self) -> list[Waiting]:
        """Those that the desk shows."""
        return self.rows[:SHOWN]


def in_sight(scope: Scope) -> QuerySet[Complaint, Any]:
    """The keys of the cases that the supervisor may see."""
    return Complaint.objects.visible_to(scope).values("pk")


def waiting_for(scope: Scope) -> list[Sort]:
    """What waits for this supervisor's decision, the oldest first. Five queries."""
    mine = Q(handling__authority_id=scope.authority_id, handling__complaint__in=in_sight(scope))
    return [
        Sort(_("Conclusions proposed"), _rows(_proposed(mine), "proposed_at")),
        Sort(
            _("Extensions asked for"),
            _rows(Extension.objects.filter(mine, is_granted=None, handling__state__in=EXTENDABLE), "asked_at"),
        ),
        Sort(_("Objections to decide"), _objections(scope)),
        Sort(_("Masked data asked for"), _reveals(scope)),
        Sort(_("Overdue at a lower authority"), _escalated(scope)),
    ]


def _proposed(mine: Q) -> QuerySet[Conclusion]:
    """What still waits: a part that was given to others or withdrawn meanwhile leaves its proposal undecided."""
    return Conclusion.objects.filter(mine, is_approved=None, handling__state=HandlingState.PROPOSED)


def _rows(found: QuerySet[Conclusion] | QuerySet[Extension] | QuerySet[Referral], when: str) -> list[Waiting]:
    columns = ("handling__complaint_id", "handling__complaint__reference", when, "handling__authority__name")
    rows = found.order_by(when, "pk").values_list(*columns)[: SHOWN + 1]
    return [Waiting(CaseRef(pk, reference), since=at, desk=desk or "") for pk, reference, at, desk in rows]


def _objections(scope: Scope) -> list[Waiting]:
    found = Referral.objects.filter(
        decider_id=scope.authority_id,
        is_upheld=None,
        handling__state=HandlingState.OBJECTED,
        handling__complaint__in=in_sight(scope),
    )
    return _rows(found, "asked_at")


def _reveals(scope: Scope) -> list[Waiting]:
    found = Reveal.objects.to_decide(scope)
    rows = found.order_by("asked_at", "pk").values_list("complaint_id", "complaint__reference", "asked_at")
    return [Waiting(CaseRef(pk, reference), since=at) for pk, reference, at in rows[: SHOWN + 1]]


def _escalated(scope: Scope) -> list[Waiting]:
    """What a desk below left overdue for so long that it is shown here; an objection to whoever decides it."""
    below = parts_within(scope, "handling__") & ~Q(handling__authority_id=scope.authority_id)
    decided_here = Q(handling__referrals__decider_id=scope.authority_id, handling__referrals__is_upheld=None)
    found = Deadline.objects.filter(
        below | decided_here,
        escalated_at__isnull=False,
        met_at=None,
        handling__closed_at=None,
        handling__complaint__in=in_sight(scope),
    )
    columns = ("handling__complaint_id", "handling__complaint__reference", "due_on", "handling__authority__name")
    rows = found.order_by("due_on", "pk").values_list(*columns).distinct()[: SHOWN + 1]
    return [Waiting(CaseRef(pk, reference), until=day, desk=desk or "") for pk, reference, day, desk in rows]


@dataclass(frozen=True)
class Load:
    """How much one desk, or one officer, holds, and how much of it is overdue."""

    name: str
    held: int
    overdue: int
    is_own: bool = False


def loads_by_desk(scope: Scope, today: date) -> list[Load]:
    """Every desk from the own one down that holds a part, the most overdue first. Two queries."""
    names = ("authority_id", "authority__name")
    held = _held(scope)
    found = {pk: (name, count) for pk, name, count in held.values_list(*names).annotate(Count("pk")).order_by()}
    late = _count_by(held.overdue(today).order_by().values_list("authority_id", flat=True))
    loads = [Load(name, count, late[pk], pk == scope.authority_id) for pk, (name, count) in found.items()]
    return sorted(loads, key=lambda one: (-one.overdue, -one.held, one.name))


def loads_by_officer(scope: Scope, today: date) -> list[Load]:
    """The officers of the own desk, and what nobody has taken (an empty name). Two queries."""
    held = _held(scope).filter(authority_id=scope.authority_id)
    names = ("assignee_id", "assignee__name")
    found = {pk: (name, count) for pk, name, count in held.values_list(*names).annotate(Count("pk")).order_by()}
    late = _count_by(held.overdue(today).order_by().values_list("assignee_id", flat=True))
    loads = [Load(name or "", count, late[pk]) for pk, (name, count) in found.items()]
    return sorted(loads, key=lambda one: (-one.overdue, -one.held, one.name))


def _held(scope: Scope) -> HandlingQuerySet:
    return Handling.objects.held().unanswered().filter(parts_within(scope), complaint__in=in_sight(scope))


def _count_by(keys: QuerySet[Handling, int | None]) -> Counter[int | None]:
    return Counter(keys)


@dataclass(frozen=True)
class Undone:
    """An answer that did not last: opened again, or changed by a review."""

    case: CaseRef
    at: datetime
    desk: str
    words: str


def undone(scope: Scope, now: datetime) -> list[Undone]:
    """Reopenings, and reviews in which an answer of the own desk or one below did not stand. Two queries."""
    reopened = ComplaintEvent.objects.filter(
        parts_within(scope, "handling__"),
        action=Action.REOPEN,
        at__gte=now - LOOKED_BACK,
        complaint__in=in_sight(scope),
    ).values_list("complaint_id", "complaint__reference", "at", "handling__authority__name")
    lost = Conclusion.objects.filter(
        parts_within(scope, "handling__reviewed__"),
        is_approved=True,
        finding__in=[Finding.CHANGED, Finding.REMANDED],
        decided_at__gte=now - LOOKED_BACK,
        handling__complaint__in=in_sight(scope),
    ).values_list(
        "handling__complaint_id",
        "handling__complaint__reference",
        "decided_at",
        "handling__reviewed__authority__name",
        "finding",
    )
    found = [
        Undone(CaseRef(pk, reference), at, desk or "", str(Action.REOPEN.label))
        for pk, reference, at, desk in reopened.order_by("-at")[: SHOWN + 1]
    ]
    for pk, reference, at, desk, finding in lost.order_by("-decided_at")[: SHOWN + 1]:
        if at is not None:
            found.append(Undone(CaseRef(pk, reference), at, desk or "", str(Finding(finding).label)))
    return sorted(found, key=lambda one: one.at, reverse=True)


def signs_in(scope: Scope, now: datetime) -> list[Sign]:
    """Signs of suppression at the own desk and below, over the last `SIGNS_DAYS`. Six queries."""
    env = settings.ENV
    since, within = now - timedelta(days=env.SIGNS_DAYS), timedelta(hours=env.SIGNS_EDIT_HOURS)
    concluded = _concluded(scope, since)
    declined, filed = _told(scope, since)
    return [
        *signs.one_sided(concluded, at_least=env.SIGNS_MIN_CONCLUSIONS),
        *signs.mismatches(_mismatches(scope, since), at_least=env.SIGNS_MIN_MISMATCHES, days=env.SIGNS_DAYS),
        *signs.edited(concluded, _edits(scope, since - within), within=within),
        *signs.refiled(declined, filed, at_least=env.SIGNS_MIN_REFILED),
        *signs.fast(concluded, within=timedelta(hours=env.SIGNS_FAST_HOURS), at_least=env.SIGNS_MIN_FAST),
    ]


def _conclusions(scope: Scope, since: datetime) -> QuerySet[Conclusion]:
    return Conclusion.objects.filter(
        parts_within(scope, "handling__"),
        is_approved=True,
        decided_at__gte=since,
        handling__role__in=PLAIN,
        handling__complaint__in=in_sight(scope),
    )


def _concluded(scope: Scope, since: datetime) -> list[Concluded]:
    rows = _conclusions(scope, since).values_list(
        "handling__complaint_id",
        "handling__complaint__reference",
        "handling__complaint__ambulance_id",
        "handling__authority_id",
        "handling__authority__name",
        "proposed_by_id",
        "proposed_by__name",
        "finding",
        "handling__opened_at",
        "decided_at",
    )
    return [
        Concluded(CaseRef(pk, reference), ambulance, desk_id, desk, officer_id, officer, finding, opened_at, at)
        for pk, reference, ambulance, desk_id, desk, officer_id, officer, finding, opened_at, at in rows.order_by("pk")
        if desk_id is not None and at is not None
    ]


def _edits(scope: Scope, since: datetime) -> list[Edit]:
    """Changes of the records of vehicles that concluded cases are about. A suspension hides nothing from anybody."""
    about = _conclusions(scope, since).values("handling__complaint__ambulance_id")
    fields = FieldChange.objects.filter(ambulance__in=about, changed_at__gte=since)
    states = StatusChange.objects.filter(ambulance__in=about, changed_at__gte=since)
    states = states.exclude(new_status=AmbulanceStatus.SUSPENDED)
    columns = ("ambulance_id", "changed_at")
    return [Edit(*row) for found in (fields, states) for row in found.values_list(*columns)]


def _mismatches(scope: Scope, since: datetime) -> list[Mismatch]:
    found = Complaint.objects.visible_to(scope).filter(
        kind=Kind.CARD_MISMATCH, received_at__gte=since, institution__isnull=False
    )
    columns = ("institution_id", "institution__name", "pk", "reference", "flags")
    return [
        Mismatch(CaseRef(pk, reference), key, name or "", FLAG_CODE_MISSING in flags)
        for key, name, pk, reference, flags in found.values_list(*columns).order_by("-received_at")
        if key is not None
    ]


def _told(scope: Scope, since: datetime) -> tuple[list[Told], list[Told]]:
    """What was declined, and what the same contacts filed: by the hash of the contact, which tells nothing."""
    parts = Handling.objects.filter(
        parts_within(scope), state=HandlingState.DECLINED, closed_at__gte=since, complaint__in=in_sight(scope)
    ).exclude(complaint__contact_phone_hash="")
    columns = ("complaint_id", "complaint__reference", "complaint__contact_phone_hash", "closed_at", "authority__name")
    declined = [
        Told(CaseRef(pk, reference), contact, at, desk or "")
        for pk, reference, contact, at, desk in parts.values_list(*columns).order_by("closed_at")
        if at is not None
    ]
    filed = Complaint.objects.visible_to(scope).filter(
        contact_phone_hash__in=parts.values("complaint__contact_phone_hash"), received_at__gte=since
    )
    rows = filed.values_list("pk", "reference", "contact_phone_hash", "received_at").order_by("received_at")
    return declined, [Told(CaseRef(pk, reference), contact, at) for pk, reference, contact, at in rows]
