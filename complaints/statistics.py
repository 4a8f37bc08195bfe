"""The figures of a year as the database counts them, within a supervisor's scope: six queries, however many cases."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import ExtractMonth

from accounts.scope import Scope
from complaints.clock import Step
from complaints.models import Complaint, Conclusion, Deadline, Handling, Rating
from complaints.querysets import ComplaintQuerySet, parts_within
from complaints.services.clocks import day_of
from complaints.statistics_tables import Figures, Timed
from complaints.workflow import PLAIN
from directory.clock import SHANGHAI


def filed_in(scope: Scope, year: int) -> ComplaintQuerySet:
    """The cases of a year (of receipt, in Asia/Shanghai) that the person may see."""
    start, end = (datetime.combine(date(one, 1, 1), time(), SHANGHAI) for one in (year, year + 1))
    return Complaint.objects.visible_to(scope).filter(received_at__gte=start, received_at__lt=end)


def figures_of(scope: Scope, year: int, today: date) -> Figures:
    """Everything that is counted of one year."""
    cases = filed_in(scope, year)
    parts = Handling.objects.filter(parts_within(scope), complaint__in=cases.values("pk"))
    month = ExtractMonth("received_at", tzinfo=SHANGHAI)
    filed = cases.order_by().annotate(month=month).values_list("month", "kind").annotate(count=Count("pk"))
    institutions = cases.order_by().values_list("institution_id", "institution__name").annotate(count=Count("pk"))
    authorities = parts.order_by().values_list("authority_id", "authority__name").annotate(count=Count("pk"))
    findings = (
        Conclusion.objects.filter(is_approved=True, handling__in=parts.filter(role__in=PLAIN).values("pk"))
        .order_by()
        .values_list("finding")
        .annotate(count=Count("pk"))
    )
    stars = (
        Rating.objects.filter(complaint__in=cases.values("pk"))
        .order_by()
        .values_list("stars")
        .annotate(count=Count("pk"))
    )
    return Figures(
        year=year,
        filed={(month, kind): count for month, kind, count in filed},
        institutions={(pk or 0, name or ""): count for pk, name, count in institutions},
        authorities={(pk or 0, name or ""): count for pk, name, count in authorities},
        findings=dict(findings),
        stars=dict(stars),
        timed=_timed(parts, today),
    )


def _timed(parts: QuerySet[Handling], today: date) -> tuple[Timed, ...]:
    """How each part that owed a decision went, by the last day it was given. One row a part."""
    rows = (
        Deadline.objects.filter(handling__in=parts.filter(role__in=PLAIN).values("pk"), step=Step.DECISION)
        .order_by()
        .values_list(
            "handling__authority_id",
            "handling__complaint__received_at",
            "handling__opened_at",
            "handling__concluded_at",
            "handling__closed_at",
        )
        .annotate(day=Max("due_on"), number=Max("handling_id"), open=Count("pk", filter=Q(met_at=None)))
    )
    found = []
    for authority_id, received_at, opened_at, concluded_at, closed_at, due_on, _, owed in rows:
        if concluded_at is None and closed_at is not None:
            continue  # withdrawn, handed over, declined: no decision came, and none was late
        ended = day_of(concluded_at) if concluded_at else None
        is_on_time = ended <= due_on if ended else (False if owed and due_on < today else None)
        days = (ended - day_of(opened_at)).days if ended else None
        found.append(Timed(authority_id or 0, day_of(received_at).month, days, is_on_time))
    return tuple(found)
