"""The worker's share: short wake-ups that may be lost, doubled or late without harm."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from notifications.services import beat, drain_outbox, forget_old


@shared_task
def drain() -> None:
    """A change was committed: send what is due."""
    beat()
    drain_outbox(limit=500, seconds=5)


@shared_task
def sweep() -> None:
    """Every ten seconds: send what no wake-up reached, and show that the worker lives."""
    beat()
    drain_outbox(limit=1000, seconds=8)


@shared_task
def forget() -> None:
    """Every day: delete messages that were sent or given up long ago. Twice does no harm."""
    forget_old(before=timezone.now() - timedelta(days=settings.ENV.MESSAGES_KEPT_DAYS))
