"""Cases on the desk's first page (named in `DESK_WORK`): replies that are owed, parts that are late."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import BodyKind, Role
from accounts.scope import Scope
from complaints.models import Deadline, Forwarding, Handling, Reveal
from complaints.querysets import SEALED, HandlingQuerySet
from directory.clock import SHANGHAI
from registry.desk_work import Figure
from registry.desks import SHOWN, Block, Task

NEAR = timedelta(days=7)


class CaseWork:
    """The work that cases bring."""

    def blocks(self, scope: Scope, today: date) -> list[Block]:
        """For complaint officers: what an authority sent and they have not answered. One query, for others none."""
        if not scope.has(Role.COMPLAINT_OFFICER):
            return []
        open_ones = Forwarding.objects.visible_to(scope).awaited()
        # Ordered in the database: a term replaced by a later one must not hide what is due first.
        due = Min("deadlines__due_on", filter=Q(deadlines__met_at=None))
        found = open_ones.annotate(due_on=due).order_by("due_on", "pk")[: SHOWN + 1]
        tasks = [_task(each, today) for each in found]
        return [Block(_("Replies to authorities"), tasks, reverse("forwarded:list"))]

    def figures(self, scope: Scope, today: date) -> list[Figure]:
        """For handlers and supervisors: own parts past their day and near it. Supervisors: looks to be decided, too.

        Two queries, three for a supervisor, none for others.
        """
        if not _handles(scope):
            return []
        mine = Handling.objects.visible_to(scope).at(scope.authority_id)
        cases = reverse("cases:cases")
        late, near = mine.overdue(today).count(), _near(mine, today).count()
        found = [
            Figure(late, _("Cases overdue"), f"{cases}?tab=overdue", "stop" if late else ""),
            Figure(near, _("Cases due within 7 days"), f"{cases}?tab=soon"),
        ]
        if scope.has(Role.SUPERVISOR):
            waiting = Reveal.objects.to_decide(scope).count()
            found.append(Figure(waiting, _("Looks behind the mask to decide"), reverse("wall:waiting")))
        return found

    def tasks(self, scope: Scope, today: date) -> list[Task]:
        """For handlers and supervisors: the own authority's parts that owe something, first due on top. One query."""
        if not _handles(scope):
            return []
        mine = Handling.objects.visible_to(scope).at(scope.authority_id).owing()
        sealed = [f"complaint__{name}" for name in SEALED]
        return [_owed(each, today) for each in mine.select_related("complaint").defer(*sealed)[:SHOWN]]


def _handles(scope: Scope) -> bool:
    return scope.body is BodyKind.AUTHORITY and scope.has(Role.HANDLER, Role.SUPERVISOR)


def _owed(part: Handling, today: date) -> Task:
    due_on: date = getattr(part, "next_due")  # noqa: B009  # annotated, unknown to the model
    complaint = part.complaint
    return Task(
        part.get_state_display(),
        f"{complaint.reference} · {complaint.get_kind_display()}",
        reverse("cases:case", args=[complaint.pk]),
        until=due_on,
        tone="stop" if due_on < today else "mind" if due_on <= today + NEAR else "plain",
    )


def _task(forwarding: Forwarding, today: date) -> Task:
    due_on: date | None = getattr(forwarding, "due_on", None)
    is_returned = forwarding.state == Forwarding.State.RETURNED
    return Task(
        _("Reply again") if is_returned else _("Reply to the authority"),
        forwarding.number,
        reverse("forwarded:one", args=[forwarding.pk]),
        until=due_on,
        since=None if due_on else forwarding.forwarded_at.astimezone(SHANGHAI).date(),
        tone="stop" if is_returned or (due_on is not None and due_on < today) else "mind",
    )


def _near(parts: HandlingQuerySet, today: date) -> HandlingQuerySet:
    due = Deadline.objects.filter(
        handling=OuterRef("pk"), met_at=None, is_paused=False, due_on__range=(today, today + NEAR)
    )
    return parts.held().filter(Exists(due))


CASES = CaseWork()
