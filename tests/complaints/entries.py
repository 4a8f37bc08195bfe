"""Entries for tests: a complaint as somebody files it, and the one call that files it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from complaints.entry import Entry
from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.models.complaint import Channel
from complaints.services import submit_complaint
from complaints.services.submit import Submitted
from tests import build

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 on Monday, 23 November 2026, in Shanghai."""
HAPPENED = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
NARRATIVE = "从南昌送到家里，收了两万八千元，没有发票。"
PHONE = "13800138000"
EMAIL = "family@example.org"


def entry(**fields: Any) -> Entry:
    """A service complaint in Nanchang's Donghu district, with a name and a mobile phone."""
    values: dict[str, Any] = {
        "kind": Kind.SERVICE,
        "division_code": build.division().code,
        "occurred_at": HAPPENED,
        "narrative": NARRATIVE,
        "contact_name": "李雷",
        "contact_phone": PHONE,
    }
    return Entry(**{**values, **fields})


def submit(filed: Entry | None = None, **arguments: Any) -> Submitted:
    """File an entry by the service, as a page would."""
    values: dict[str, Any] = {
        "evidence": (),
        "key": f"key-{datetime.now(UTC).timestamp()}",
        "channel": Channel.WEB,
        "language": "zh-hans",
        "flags": (),
        "now": NOW,
    }
    return submit_complaint(entry=filed or entry(), **{**values, **arguments})


def filed(**fields: Any) -> Complaint:
    """A complaint that has been filed."""
    return Complaint.objects.get(reference=submit(entry(**fields)).receipt.reference)
