"""A main case that ends without an answer leaves nobody behind who reported the same event."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import AuditRow
from complaints.merged import shared_outcomes
from complaints.models import Complaint, Handling
from complaints.services import conclude, decline, hand_over, investigate, propose_conclusion
from complaints.services.follow import withdraw
from complaints.services.linking import merge
from complaints.story import story_of
from complaints.workflow import Action, State
from directory.kinds import AuthorityKind
from notifications.models import Message
from tests.complaints.desk import A_DAY, Case, case, conclusion, desk

pytestmark = pytest.mark.django_db
WHY = "同一车辆同一天的同一件事。"


@pytest.fixture
def pair() -> tuple[Case, Case]:
    """A case, and the main case that it was merged into."""
    main = case()
    one = case(at_desk=main.desk)
    one.accepted()
    merge(**one.by(one.desk.handler, main=main.complaint, reason=WHY))
    Message.objects.all().delete()
    return one, main


def fresh(one: Case) -> Complaint:
    return Complaint.objects.get(pk=one.complaint.pk)


def assert_at_work_again(one: Case) -> None:
    separate = fresh(one)
    assert (separate.state, separate.merged_into, separate.closed_at) == (State.IN_PROGRESS, None, None)
    assert (one.part.state, one.part.closed_at) == ("accepted", None)
    assert one.part.deadlines.filter(step="decision", met_at=None).count() == 1
    assert Action.WITHDRAW in story_of(separate, timezone.now()).actions
    told = separate.events.latest("pk")
    assert (told.action, told.side, told.is_public, told.text) == ("reopen", "system", True, "")
    assert Message.objects.filter(event_key__startswith=f"complaint-{separate.pk}-event-{told.pk}").exists()
    assert Message.objects.filter(event_key=f"handling-{one.part.pk}-event-{told.pk}").exists()
    assert AuditRow.objects.filter(action="complaint.separated", object_id=str(separate.pk)).exists()


def test_who_reported_the_same_event_is_answered_though_the_main_case_is_withdrawn(pair):
    one, main = pair
    withdraw(complaint=fresh(main), now=main.at + A_DAY)
    assert fresh(main).state == State.WITHDRAWN
    assert_at_work_again(one)


def test_what_is_not_accepted_of_the_main_case_is_not_said_of_the_other(pair):
    one, main = pair
    decline(**main.by(main.desk.handler, reason="不属于本机关职责。"))
    assert_at_work_again(one)
    declined = main.complaint.events.get(action="decline")
    assert not Message.objects.filter(
        event_key__startswith=f"complaint-{one.complaint.pk}-event-{declined.pk}"
    ).exists()


def test_an_answer_that_was_given_before_the_withdrawal_stays_the_answer_of_both(pair):
    one, main = pair
    main.concluded()
    with pytest.raises(Exception, match="not allowed"):
        withdraw(complaint=fresh(main), now=main.at + A_DAY)
    assert fresh(one).state == State.MERGED


def test_whoever_was_merged_is_told_the_outcome_though_the_main_case_was_handed_on(pair):
    one, main = pair
    market = desk(AuthorityKind.MARKET_REGULATION)
    hand_over(**main.by(main.desk.handler, to=market.authority, reason="属价格问题。"))
    moved = Case(main.complaint, market, at=main.at)
    moved.accepted()
    investigate(**moved.by(market.handler, text="查明。"))
    propose_conclusion(**moved.by(market.handler, **conclusion()))
    Message.objects.all().delete()
    conclude(**moved.by(market.supervisor))
    assert Message.objects.filter(event_key__startswith=f"complaint-{one.complaint.pk}-event-").exists()
    merged = fresh(one)
    found = shared_outcomes(merged, list(merged.handlings.all())).values()
    assert [(told.authority, told.finding) for told in found] == [(market.authority.name, "substantiated")]


def test_what_was_merged_comes_back_though_the_main_case_was_handed_on_before_it_was_withdrawn(pair):
    one, main = pair
    market = desk(AuthorityKind.MARKET_REGULATION)
    hand_over(**main.by(main.desk.handler, to=market.authority, reason="属价格问题。"))
    withdraw(complaint=fresh(main), now=main.at + A_DAY)
    assert_at_work_again(one)


def test_two_authorities_that_merged_it_both_work_again(pair):
    one, main = pair
    assert Handling.objects.filter(complaint=one.complaint).count() == 1
    market = desk(AuthorityKind.MARKET_REGULATION)
    for each in (one, main):
        Handling.objects.create(
            complaint=each.complaint,
            authority_kind=market.authority.kind,
            authority=market.authority,
            role="lead",
            state="merged" if each is one else "accepted",
            closed_at=one.at if each is one else None,
            opened_at=one.at,
            updated_at=one.at,
        )
    withdraw(complaint=fresh(main), now=main.at + A_DAY)
    assert set(fresh(one).handlings.values_list("state", flat=True)) == {"accepted"}
    assert fresh(one).merged_into is None
