"""Two officers join the same two cases at the same moment, each from the other end. Row locks exist on PostgreSQL."""

from __future__ import annotations

import pytest

from complaints.models import CaseLink, Complaint
from complaints.services.follow import withdraw
from complaints.services.linking import link, merge
from tests.at_once import at_once
from tests.complaints.desk import case, desk
from tests.complaints.test_cases_at_once import REFUSALS

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_merges_both_ways_round_one_wins_and_nobody_waits_in_a_ring(attempt):
    here = desk()
    one, other = case(at_desk=here), case(at_desk=here)
    there, back = (
        a.by(who, main=b.complaint, reason="同一事件。")
        for a, b, who in ((one, other, here.handler), (other, one, here.supervisor))
    )
    results = at_once(lambda: merge(**there), lambda: merge(**back), refusals=REFUSALS)
    assert sum(isinstance(result, REFUSALS) for result in results) == 1
    merged = Complaint.objects.filter(merged_into__isnull=False)
    assert merged.count() == 1
    main = merged.get().merged_into
    assert main is not None
    assert main.merged_into is None


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_links_both_ways_round_one_stands(attempt):
    here = desk()
    one, other = case(at_desk=here), case(at_desk=here)
    there, back = (
        a.by(who, other=b.complaint, kind="duplicate", reason="同一事件。")
        for a, b, who in ((one, other, here.handler), (other, one, here.supervisor))
    )
    results = at_once(lambda: link(**there), lambda: link(**back), refusals=REFUSALS)
    assert sum(isinstance(result, REFUSALS) for result in results) == 1
    assert CaseLink.objects.count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_a_withdrawal_and_a_merge_at_once_leave_nobody_behind(attempt):
    here = desk()
    one, main, third = (case(at_desk=here).accepted() for _ in range(3))
    merge(**one.by(here.handler, main=main.complaint, reason="同一事件。"))
    joining = third.by(here.supervisor, main=main.complaint, reason="同一事件。")
    at_once(
        lambda: withdraw(complaint=Complaint.objects.get(pk=main.complaint.pk), now=main.at),
        lambda: merge(**joining),
    )
    assert Complaint.objects.get(pk=main.complaint.pk).state == "withdrawn"
    assert {each.part.state for each in (one, third)} == {"accepted"}
    assert not Complaint.objects.filter(merged_into__isnull=False).exists()
