"""Sessions that have run out are deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tasks import clear_sessions


@pytest.mark.django_db
def test_the_daily_task_deletes_what_has_run_out_and_nothing_else():
    for _ in range(2):
        SessionStore().create()
    old, new = Session.objects.all()
    Session.objects.filter(pk=old.pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    clear_sessions()
    assert list(Session.objects.all()) == [new]
