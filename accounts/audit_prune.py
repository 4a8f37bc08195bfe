"""The removal of old rows of the audit record, on purpose and on record.

The chain stays whole: the removal is itself a deed of the record, and its row keeps the number and the hash of the
last row removed, which is what the oldest row that is left must follow (`accounts.audit_verify`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Min

from accounts import audit_guards
from accounts.audit import record
from accounts.audit_verify import PRUNED
from accounts.models import AuditHead, AuditRow

BATCH: Final = 20_000
"""Rows removed by one statement, so that none of them meets the time limit of the database."""


def prunable_through(*, keep_days: int, now: datetime) -> int:
    """Number of the last row that is old enough, and no younger row before it; 0 if there is none."""
    head = AuditHead.objects.first()
    limit = now - timedelta(days=keep_days)
    youngest: int | None = AuditRow.objects.filter(at__gte=limit).aggregate(first=Min("number"))["first"]
    if youngest is not None:
        return youngest - 1 if AuditRow.objects.filter(number=youngest - 1).exists() else 0
    return head.number if head and AuditRow.objects.exists() else 0


def prune_audit(*, keep_days: int, now: datetime) -> int:
    """Remove what is older than `keep_days` and write the row that says so. How many rows went.

    Everybody who writes to the record waits meanwhile. Needs the role that owns the tables (the triggers are lifted).
    """
    with audit_guards.lifted(connection):
        AuditHead.objects.select_for_update().first()
        through = prunable_through(keep_days=keep_days, now=now)
        if not through:
            return 0
        last = AuditRow.objects.get(number=through)
        first = AuditRow.objects.order_by("number").values_list("number", flat=True)[0]
        for upper in range(first + BATCH, through + BATCH + 1, BATCH):
            AuditRow.objects.filter(number__lt=upper, number__lte=through).delete()
        count = through - first + 1
        record(
            action=PRUNED,
            actor=None,
            detail={"through": through, "hash": last.hash, "rows": count, "keep_days": keep_days},
            now=now,
        )
    return count
