"""What stands on the desk of the signed-in person: today's work, queues, figures, the jurisdiction with its counts.

Reads only; every function names its number of queries. All of them stay within the person's scope.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from accounts.scope import Scope, prefix_of
from directory.clock import SHANGHAI
from directory.formats import display_plate
from directory.models import Authority, Division
from registry.applications import ApplicationState
from registry.bodies import institutions_visible_to
from registry.choices import AmbulanceStatus, MarkingState
from registry.due import NEAR
from registry.fleet_filters import LIVE_STATUSES
from registry.models import Ambulance, Application, CrewMember, Marking
from registry.parties import FLEET_ROLES

SHOWN = 15
"""Entries of one sort on a desk; the list behind it holds all."""
QUEUE = 25


@dataclass(frozen=True)
class Task:
    """One line of today's work: what it is about, what is to be done, since when or until when."""

    words: Promise | str
    about: str
    href: str
    since: date | None = None
    until: date | None = None
    tone: str = "mind"

    @property
    def day(self) -> date:
        """The day it is sorted by: the oldest first."""
        return self.until or self.since or date.max


@dataclass(frozen=True)
class Block:
    """One sort of work: its tasks, and whether there is more than is shown."""

    words: Promise | str
    tasks: list[Task]
    href: str = ""
    """The list that holds all of it."""

    @property
    def figure(self) -> str:
        """How many, or that there are more than are shown."""
        return f"{SHOWN}+" if len(self.tasks) > SHOWN else str(len(self.tasks))


def institution_blocks(scope: Scope, today: date) -> list[Block]:
    """What needs an institution today; certificates are for who looks after the crew. Four queries at most."""
    blocks = [
        *_application_blocks(scope),
        Block(
            _("Dates of vehicles"), _due_vehicles(scope, today), f"{reverse('staff:ambulances')}?due=60&sort=inspection"
        ),
        Block(_("Codes to mount"), _unmounted(scope), f"{reverse('staff:ambulances')}?codes=unmounted"),
    ]
    if scope.has(*FLEET_ROLES):
        blocks.append(Block(_("Certificates of the crew"), _certificates(scope, today), reverse("staff:crew")))
    return blocks


def work_of(blocks: list[Block]) -> list[Task]:
    """The tasks of all blocks, the oldest day on top."""
    return sorted((task for block in blocks for task in block.tasks[:SHOWN]), key=lambda task: task.day)


def _application_blocks(scope: Scope) -> list[Block]:
    """Returned applications of our own, and transfers that wait for our word. One query."""
    own = Q(institution_id=scope.institution_id, state=ApplicationState.RETURNED)
    to_us = Q(receiving_institution_id=scope.institution_id, state=ApplicationState.AWAITING_OTHER)
    waiting = (
        Application.objects.visible_to(scope)
        .filter(own | to_us)
        .select_related("ambulance", "institution")
        .order_by("updated_at", "pk")
    )
    returned: list[Task] = []
    transfers: list[Task] = []
    for each in waiting[: 2 * SHOWN + 2]:
        is_own = each.state == ApplicationState.RETURNED
        since = each.updated_at.astimezone(SHANGHAI).date()
        about = _about(each) if is_own else f"{_about(each)} · {each.institution.name}"
        task = Task(
            _("Correct and submit again") if is_own else _("Agree to the transfer or decline it"),
            about,
            reverse("staff:application", kwargs={"pk": each.pk}),
            since=since,
            tone="stop" if is_own else "mind",
        )
        (returned if is_own else transfers).append(task)
    href = reverse("staff:applications")
    return [
        Block(_("Returned applications"), returned[: SHOWN + 1], f"{href}?state=returned"),
        Block(_("Transfers to us"), transfers[: SHOWN + 1], f"{href}?state=awaiting_other"),
    ]


def _about(application: Application) -> str:
    return f"{application.get_kind_display()} {application.painted_plate}".strip()


def _due_vehicles(scope: Scope, today: date) -> list[Task]:
    """Vehicles whose inspection or scrapping date has passed or is near. One query."""
    limit = today + timedelta(days=NEAR)
    near = Q(inspection_valid_until__lte=limit) | Q(scrap_due_on__lte=limit)
    found = (
        Ambulance.objects.visible_to(scope)
        .filter(near, status__in=LIVE_STATUSES)
        .annotate(first=Least("inspection_valid_until", Coalesce("scrap_due_on", "inspection_valid_until")))
        .order_by("first", "pk")
    )
    tasks = []
    for vehicle in found[: SHOWN + 1]:
        dates = [
            (day, words)
            for day, words in (
                (vehicle.inspection_valid_until, _("Renew the inspection")),
                (vehicle.scrap_due_on, _("Scrap or replace the vehicle")),
            )
            if day and day <= limit
        ]
        day, words = min(dates, key=lambda pair: pair[0])
        href = reverse("staff:ambulance", kwargs={"pk": vehicle.pk})
        tasks.append(Task(words, display_plate(vehicle.plate), href, until=day, tone="stop" if day < today else "mind"))
    return tasks


def _unmounted(scope: Scope) -> list[Task]:
    """Vehicles with codes that were issued and are not on them yet. One query."""
    fleet = Ambulance.objects.visible_to(scope).filter(status__in=LIVE_STATUSES)
    found = (
        Marking.objects.filter(state=MarkingState.ISSUED, ambulance__in=fleet)
        .select_related("ambulance")
        .order_by("issued_at", "pk")
    )
    tasks: dict[int, Task] = {}
    for marking in found[: 3 * (SHOWN + 1)]:
        href = reverse("staff:ambulance", kwargs={"pk": marking.ambulance_id})
        since = marking.issued_at.astimezone(SHANGHAI).date()
        tasks.setdefault(
            marking.ambulance_id,
            Task(_("Mount the codes"), display_plate(marking.ambulance.plate), f"{href}#codes", since=since),
        )
    return list(islice(tasks.values(), SHOWN + 1))


def _certificates(scope: Scope, today: date) -> list[Task]:
    """Crew members whose certificate has expired or soon will. One query."""
    found = CrewMember.objects.filter(
        institution_id=scope.institution_id,
        left_on__isnull=True,
        certificate_valid_until__lte=today + timedelta(days=NEAR),
    ).order_by("certificate_valid_until", "pk")
    return [
        Task(
            _("Renew the certificate"),
            f"{member.name} · {member.get_role_display()}",
            reverse("staff:crew_member", kwargs={"pk": member.pk}),
            until=member.certificate_valid_until,
            tone="stop" if member.certificate_valid_until and member.certificate_valid_until < today else "mind",
        )
        for member in found[: SHOWN + 1]
    ]


def queue(scope: Scope) -> list[Application]:
    """Submitted applications that wait for this authority or one below it: the first due on top. One query."""
    waiting = Application.objects.visible_to(scope).filter(state=ApplicationState.SUBMITTED)
    found = waiting.select_related("institution", "ambulance").order_by(
        F("due_on").asc(nulls_last=True), "submitted_at", "pk"
    )
    return list(found[:QUEUE])


@dataclass
class Branch:
    """One lower division (or authority outside the divisions) with what lies in it, everything below included."""

    code: str
    name: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def vehicles(self) -> int:
        """Vehicles on the register: in service or suspended."""
        return self.counts[AmbulanceStatus.IN_SERVICE] + self.counts[AmbulanceStatus.SUSPENDED]


@dataclass(frozen=True)
class Jurisdiction:
    """The branches right below an authority, and everything in it taken together."""

    branches: list[Branch]
    total: Counter[str]
    is_by_division: bool

    @property
    def largest(self) -> int:
        """Vehicles of the fullest branch, at least one: what bars are drawn against."""
        return max([branch.vehicles for branch in self.branches] + [1])

    @property
    def vehicles(self) -> int:
        """Vehicles on the register in the whole jurisdiction."""
        return self.total[AmbulanceStatus.IN_SERVICE] + self.total[AmbulanceStatus.SUSPENDED]


def jurisdiction(scope: Scope, today: date) -> Jurisdiction:
    """The jurisdiction with its counts: vehicles by status, institutions, applications waiting and overdue.

    Four queries, each one pass over an index by division.
    """
    if scope.division_prefix is None:
        return _authorities_below(scope, today)
    children = Division.objects.filter(parent_id=scope.division_prefix.ljust(6, "0")).order_by("code")
    branches = {prefix_of(one.code): Branch(one.code, one.name) for one in children if one.closed_on is None}
    total: Counter[str] = Counter()
    by_division: list[tuple[str, str, int]] = [
        *_grouped(Ambulance.objects.visible_to(scope), "division_id", "status"),
        *((code, "institutions", count) for code, _, count in _grouped(institutions_visible_to(scope), "division_id")),
        *_waiting(scope, "institution__division_id", today),
    ]
    for code, what, count in by_division:
        total[what] += count
        for length in (6, 4):
            if branch := branches.get(code[:length]):
                branch.counts[what] += count
                break
    lower = list(branches.values())
    direct = total - sum((branch.counts for branch in lower), Counter[str]())
    if lower and direct:
        lower.append(Branch("", gettext("Directly under the jurisdiction"), direct))
    return Jurisdiction(lower, total, is_by_division=True)


def _authorities_below(scope: Scope, today: date) -> Jurisdiction:
    """The same for an authority outside the divisions, by the authority that certified. Three queries."""
    below = Authority.objects.active().filter(own_code__startswith=scope.own_code).order_by("own_code")
    branches = {one.pk: Branch(one.own_code, one.name) for one in below} if scope.own_code else {}
    total: Counter[str] = Counter()
    rows = [
        *_grouped(Ambulance.objects.visible_to(scope), "certified_by_id", "status"),
        *_waiting(scope, "authority_id", today),
    ]
    for key, what, count in rows:
        total[what] += count
        if branch := branches.get(key):
            branch.counts[what] += count
    return Jurisdiction(list(branches.values()), total, is_by_division=False)


def _grouped(rows: QuerySet, by: str, also: str = "") -> list[tuple]:  # type: ignore[type-arg]  # of any model
    """(value of `by`, value of `also` or empty, count)."""
    names = (by, also) if also else (by,)
    found = rows.order_by().values_list(*names).annotate(count=Count("pk"))
    return [row if also else (row[0], "", row[1]) for row in found]


def _waiting(scope: Scope, by: str, today: date) -> list[tuple]:  # type: ignore[type-arg]  # code or key, what, count
    """Applications that wait for review, and those of them past their day, by place."""
    submitted = Application.objects.visible_to(scope).filter(state=ApplicationState.SUBMITTED)
    found = (
        submitted.order_by()
        .values_list(by)
        .annotate(waiting=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)))
    )
    return [
        each for place, waiting, overdue in found for each in ((place, "waiting", waiting), (place, "overdue", overdue))
    ]


@dataclass(frozen=True)
class KindOfAuthority:
    """How many authorities of one kind there are, and how many have somebody who can sign in."""

    kind: str
    count: int
    with_people: int


def authorities_by_kind() -> list[KindOfAuthority]:
    """The active authorities by kind, for the system administrator. One query."""
    people = User.objects.filter(authority=OuterRef("pk"), is_active=True)
    found = (
        Authority.objects.active()
        .annotate(has_people=Exists(people))
        .order_by()
        .values_list("kind")
        .annotate(count=Count("pk"), with_people=Count("pk", filter=Q(has_people=True)))
    )
    return [KindOfAuthority(*row) for row in sorted(found)]


def authorities_without_administrator(limit: int = QUEUE) -> list[Authority]:
    """Active authorities that have people, but nobody who keeps their accounts. One query."""
    staff = User.objects.filter(authority=OuterRef("pk"), is_active=True)
    keepers = staff.filter(user_roles__role=Role.AUTHORITY_ADMIN)
    found = Authority.objects.active().filter(Exists(staff), ~Exists(keepers)).select_related("division")
    return list(found.order_by("name")[:limit])


def share(count: int, largest: int, width: int = 100) -> int:
    """Length of a bar for `count` when `largest` fills `width`; what is there at all is seen."""
    return max(round(width * count / largest), 1) if count else 0
