"""Celery's entry to the registry."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from registry.services import queue_reminders


@shared_task
def remind() -> None:
    """Queue the reminders of the day. Beat calls it at eight in the morning in Shanghai; twice does no harm."""
    queue_reminders(now=timezone.now())
