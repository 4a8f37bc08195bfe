"""Celery's entry to the complaints app."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from complaints.services import purge_expired


@shared_task
def purge() -> None:
    """Delete what is kept only for a while. Beat calls it every hour; twice does no harm."""
    purge_expired(now=timezone.now())
