"""Celery's entry to the registry."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from registry.services import queue_reminders
from registry.services.closings import withdraw_left_behind


@shared_task
def night() -> None:
    """Every night: applications that only closed institutions could end are withdrawn."""
    withdraw_left_behind(now=timezone.now())


@shared_task
def remind() -> None:
    """Queue the reminders of the day. Beat calls it at eight in the morning in Shanghai; twice does no harm."""
    queue_reminders(now=timezone.now())
