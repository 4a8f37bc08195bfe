"""What the guard refuses is on record, and few refusals are given: nobody finds out who complained by guessing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import AuditRow
from complaints.models import Forwarding
from complaints.refusals import Unsound
from complaints.services.forwarding import forward
from complaints.services.noting import note
from tests.complaints import walled as wall
from tests.complaints.walled import Walled, walled

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def one() -> Walled:
    case = walled()
    case.case.accepted()
    return case


def refusal_of(one: Walled, text: str, **more: Any) -> str:
    with pytest.raises(Unsound) as refusal:
        forward(**one.by(summary=text, **more))
    assert not Forwarding.objects.exists()
    return refusal.value.code


def test_a_text_that_names_the_complainant_leaves_its_record_though_nothing_else_is_written(one):
    assert refusal_of(one, f"{wall.NAME}反映收费过高。") == "identifies-name"
    row = AuditRow.objects.get(action="complaint.guard_refused")
    assert (row.is_success, row.actor, row.detail["what"]) == (False, one.desk.handler, "name")
    assert wall.NAME not in str(row.detail)


def test_after_five_nothing_is_looked_at_for_an_hour_and_a_colleague_may_write(one):
    for _ in range(5):
        assert refusal_of(one, f"{wall.NAME}反映。") == "identifies-name"
    assert refusal_of(one, f"{wall.NAME}反映。") == refusal_of(one, wall.SUMMARY) == "too-often"
    assert AuditRow.objects.filter(action="complaint.guard_refused").count() == 5
    note(**one.by(audience="own", text=f"{wall.NAME}来电。"))
    one.at += HOUR
    forward(**one.by(summary=wall.SUMMARY))
    assert Forwarding.objects.count() == 1


def test_a_colleague_is_not_kept_from_writing(one):
    for _ in range(5):
        refusal_of(one, f"{wall.NAME}反映。")
    forward(**one.by(one.desk.supervisor, summary=wall.SUMMARY))
    assert Forwarding.objects.count() == 1


def test_words_to_an_institution_are_counted_too(one):
    one.forwarded()
    with pytest.raises(Unsound):
        note(**one.by(audience="institution", text=f"请联系{wall.PHONE}"))
    assert AuditRow.objects.get(action="complaint.guard_refused").detail["what"] == "phone"
