"""Celery's entry to the accounts app."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_sessions() -> None:
    """Delete sessions that have run out. Beat calls it every day; twice does no harm."""
    call_command("clearsessions")
