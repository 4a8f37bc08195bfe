"""The worker's share: short wake-ups that may be lost, doubled or late without harm."""

from celery import shared_task

from notifications.services import beat, drain_outbox


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
