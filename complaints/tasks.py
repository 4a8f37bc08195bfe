"""Celery's entry to the complaints app. Every task may run twice, at once with itself, or break off."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from complaints.services import purge_expired
from complaints.services.destroying import destroy_confirmed
from complaints.services.finding_holders import find_holders
from complaints.services.going_on import go_on_unanswered
from complaints.services.retaining import make_batches
from complaints.services.watching import (
    close_concluded,
    escalate_overdue,
    recount_provisional,
    remind_unassigned,
    send_reminders,
)


@shared_task
def purge() -> None:
    """Delete what is kept only for a while. Beat calls it every hour; twice does no harm."""
    purge_expired(now=timezone.now())


@shared_task
def watch() -> None:
    """Every night: days counted anew, unanswered questions ended, what is late shown higher up, what is over closed."""
    now = timezone.now()
    find_holders(now=now)
    recount_provisional(now=now)
    go_on_unanswered(now=now)
    escalate_overdue(now=now)
    close_concluded(now=now)


@shared_task
def remind() -> None:
    """Every morning, when desks open: deadlines that come near or have passed, and work that nobody has taken."""
    now = timezone.now()
    send_reminders(now=now)
    remind_unassigned(now=now)


@shared_task
def retire() -> None:
    """Every month: lay before the supervisors what has been kept long enough."""
    make_batches(now=timezone.now())


@shared_task
def destroy() -> None:
    """Every hour: destroy what two supervisors confirmed, and finish what was begun."""
    destroy_confirmed(now=timezone.now())
