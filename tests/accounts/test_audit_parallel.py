"""Many write to the audit record at once; the chain has no gap and no fork. SQLite ignores row locks: PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from accounts.audit import record
from accounts.audit_verify import verify
from accounts.models import AuditRow

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
THREADS, EACH = 20, 20


def write(thread: int) -> None:
    try:
        for number in range(EACH):
            with transaction.atomic():
                record(action="people.looked_at", actor=None, detail={"thread": thread, "number": number}, now=NOW)
                if number == 7:
                    transaction.set_rollback(True)
    finally:
        connection.close()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_twenty_writers_at_once_make_one_chain_and_what_is_rolled_back_leaves_no_gap():
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(THREADS)))
    report = verify()
    assert report.faults == []
    assert report.rows == report.number == AuditRow.objects.count() == THREADS * (EACH - 1)
    kept = {(row.detail["thread"], row.detail["number"]) for row in AuditRow.objects.all()}
    assert kept == {(thread, number) for thread in range(THREADS) for number in range(EACH) if number != 7}
