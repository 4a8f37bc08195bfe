"""Many at the same moment on one case: one wins, the others are told. Row locks exist on PostgreSQL only."""

from __future__ import annotations

import pytest

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint, ComplaintEvent, Handling
from complaints.refusals import StaleVersion, Unsound
from complaints.services import accept, add_handler, conclude, decline, hand_over, withdraw
from complaints.workflow import HandlingRole, NotAllowed, State
from directory.kinds import AuthorityKind
from tests.at_once import at_once
from tests.complaints.desk import case, desk
from tests.people import person

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

REFUSALS = (StaleVersion, NotAllowed, Unsound)


def test_of_eight_officers_at_once_one_wins_and_seven_are_told_who_and_what():
    one = case()
    officers = [person(Role.HANDLER, body=one.desk.authority) for _ in range(8)]
    seen = [one.by(officer) for officer in officers]
    results = at_once(*(lambda each=each: accept(**each) for each in seen), refusals=REFUSALS)
    losers = [result for result in results if isinstance(result, StaleVersion)]
    winner = next(result for result in results if isinstance(result, ComplaintEvent))
    assert len(losers) == 7
    assert {(loser.by, loser.what, loser.version) for loser in losers} == {(winner.actor, "accept", 2)}
    assert one.complaint.events.filter(action="accept").count() == 1
    assert AuditRow.objects.filter(action="complaint.accept").count() == 1


def test_a_withdrawal_and_a_refusal_at_once_leave_one_end():
    one = case()
    declining = one.by(one.desk.handler, reason="重复事项。")
    results = at_once(
        lambda: decline(**declining), lambda: withdraw(complaint=one.complaint, now=one.at), refusals=REFUSALS
    )
    assert sum(isinstance(result, REFUSALS) for result in results) == 1
    state = Complaint.objects.get(pk=one.complaint.pk).state
    assert state in {State.DECLINED, State.WITHDRAWN}
    assert one.part.state == state


def test_two_authorities_act_at_once_on_their_own_parts_and_both_steps_are_kept():
    market, health = desk(AuthorityKind.MARKET_REGULATION), desk()
    leading = case(Kind.OVERCHARGING, market)
    joined = type(leading)(leading.complaint, health)
    first, second = leading.by(market.handler), joined.by(health.handler)
    results = at_once(lambda: accept(**first), lambda: accept(**second), refusals=REFUSALS)
    assert all(isinstance(result, ComplaintEvent) for result in results)
    assert set(leading.complaint.handlings.values_list("state", flat=True)) == {"accepted"}


def test_the_same_authority_is_not_added_twice_by_two_at_once():
    market, health = desk(AuthorityKind.MARKET_REGULATION), desk()
    leading = case(Kind.OVERCHARGING, market)
    joined = type(leading)(leading.complaint, health)
    police = desk(AuthorityKind.POLICE).authority
    calls = [
        each.by(each.desk.handler, to=police, role=HandlingRole.CO, reason="涉嫌套牌。") for each in (leading, joined)
    ]
    results = at_once(*(lambda each=each: add_handler(**each) for each in calls), refusals=REFUSALS)
    assert sum(isinstance(result, Handling) for result in results) == 1
    assert leading.complaint.handlings.filter(authority=police).count() == 1


def test_a_conclusion_is_decided_once_and_a_case_handed_over_is_not_concluded():
    one = case().proposed()
    first, second = one.by(one.desk.supervisor), one.by(one.desk.other_supervisor)
    results = at_once(lambda: conclude(**first), lambda: conclude(**second), refusals=REFUSALS)
    assert sum(isinstance(result, StaleVersion) for result in results) == 1
    assert one.part.conclusions.filter(is_approved=True).count() == 1
    other = desk(AuthorityKind.POLICE).authority
    with pytest.raises(NotAllowed):
        hand_over(**one.by(one.desk.handler, to=other, reason="转办"))
