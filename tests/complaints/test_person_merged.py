"""Whoever was merged into another case has the rights of whoever was answered: rates it, has it reviewed in time."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from complaints.kinds import Kind
from complaints.models import Complaint, Deadline, Handling, Rating
from complaints.own_data import stands_against
from complaints.review_rights import rights_of
from complaints.services import accept, close, decline, reopen
from complaints.services.linking import merge, unmerge
from complaints.services.rating import rate
from complaints.services.reviewing import TermOver, ask_review, ask_second_review
from complaints.story import story_of
from complaints.workflow import Action, HandlingState, NotAllowed, State
from directory.kinds import AuthorityKind
from notifications.models import Message
from tests.complaints.build import text_of
from tests.complaints.desk import A_DAY, Case, Desk, case, desk
from tests.complaints.followers import TRACK, follower_of
from tests.complaints.test_person_api import holder, story
from tests.complaints.test_person_reviewing import REASON, answered
from tests.people import client_of

pytestmark = pytest.mark.django_db
WHY = "同一次转运。"
SECRET = "主件投诉人的事实"


@pytest.fixture
def city() -> Desk:
    return desk(division="360100")


@pytest.fixture
def pair(city) -> tuple[Case, Case]:
    """A case that was merged, and the main case."""
    here = desk()
    one, main = case(at_desk=here), case(at_desk=here)
    merge(**one.by(here.handler, main=main.complaint, reason=WHY))
    return one, main


def fresh(one: Case) -> Complaint:
    return Complaint.objects.get(pk=one.complaint.pk)


def rights(one: Case, at):
    found = fresh(one)
    return rights_of(found, list(found.handlings.select_related("authority__parent")), at)


def ask(one: Case, **fields) -> Handling:
    return ask_review(complaint=fresh(one), **{"reason": REASON, "now": one.at + A_DAY, **fields})


def test_before_the_main_case_is_answered_nothing_is_rated_or_reviewed(pair):
    one, main = pair
    main.proposed()
    assert not story_of(fresh(one), main.at).actions
    with pytest.raises(NotAllowed):
        rate(complaint=fresh(one), stars=2, text="", now=main.at)
    with pytest.raises(NotAllowed):
        ask(one)
    assert not Rating.objects.exists()


def test_the_answer_of_the_main_case_is_rated_in_the_own_case_and_the_main_one_is_not(pair):
    one, main = pair
    main.concluded()
    rate(complaint=fresh(one), stars=1, text="没有道歉。", now=main.at)
    assert Rating.objects.get().complaint == one.complaint
    assert one.complaint.events.latest("pk").action == Action.RATE
    assert fresh(one).state == State.MERGED


def test_the_answer_of_the_main_case_is_reviewed_in_the_own_case_by_the_authority_above(pair, city):
    one, main = pair
    main.concluded()
    Message.objects.all().delete()
    review = ask(one)
    assert (review.complaint, review.authority, review.reviewed) == (one.complaint, city.authority, one.part)
    assert Deadline.objects.get(handling=review).step == "review_answer"
    assert (fresh(one).state, fresh(main).state) == (State.UNDER_REVIEW, State.CONCLUDED)
    assert ("complaints/new_case", city.authority.desk_email) in {
        (message.template, message.recipient) for message in Message.objects.all()
    }
    assert not main.complaint.events.filter(action=Action.ASK_REVIEW).exists()
    with pytest.raises(NotAllowed):
        ask(one)
    for each in (one, main):
        assert client_of(city.handler).get(f"/staff/complaints/{each.complaint.pk}/").status_code == 200


def test_the_term_is_thirty_days_from_the_answer(pair):
    one, main = pair
    main.concluded()
    [right] = rights(one, main.at)
    assert (right.until, right.is_open) == (date(2026, 12, 24), True)
    assert not rights(one, main.at + timedelta(days=31))[0].is_open
    with pytest.raises(TermOver):
        ask(one, now=main.at + timedelta(days=31))
    assert any("24" in str(reason) for reason in stands_against([fresh(one)], main.at))


def test_of_an_answer_given_before_the_merging_the_term_counts_from_the_merging(city):
    here = desk()
    one, main = case(at_desk=here), case(at_desk=here)
    main.concluded()
    one.at = main.at + timedelta(days=10)
    merge(**one.by(here.handler, main=main.complaint, reason=WHY))
    assert rights(one, one.at)[0].until == date(2027, 1, 4)  # the thirtieth day is a Sunday after a holiday


def test_a_main_case_that_was_not_accepted_is_no_answer_the_own_case_goes_on(pair):
    one, main = pair
    decline(**main.by(main.desk.handler, reason=SECRET))
    assert (fresh(one).state, rights(one, main.at)) == (State.IN_PROGRESS, [])
    assert SECRET not in text_of(follower_of(one.complaint).get(TRACK))


def test_a_closed_main_case_is_still_an_answer_and_a_reopened_one_is_not(pair):
    one, main = pair
    main.concluded()
    close(**main.by(main.desk.handler, reason="已整改。"))
    assert rights(one, main.at)[0].is_open
    reopen(**main.by(main.desk.supervisor, reason="有新情况。"))
    assert not rights(one, main.at)
    with pytest.raises(NotAllowed):
        rate(complaint=fresh(one), stars=2, text="", now=main.at)


def test_an_upheld_answer_ends_the_review_and_a_second_one_can_be_asked_for(pair, city):
    one, main = pair
    province = desk(division="360000")
    city.authority.refresh_from_db()
    main.concluded()
    answered(ask(one), city, main.at + 2 * A_DAY)
    assert fresh(one).state == State.REVIEWED
    second = ask_second_review(complaint=fresh(one), reason=REASON, now=main.at + 3 * A_DAY)
    assert second.authority == province.authority
    answered(second, province, main.at + 4 * A_DAY)
    assert fresh(one).state == State.FINAL


def test_a_review_that_orders_a_new_answer_separates_the_two_and_the_main_answer_stands(pair, city):
    one, main = pair
    main.concluded()
    answered(ask(one), city, main.at + 2 * A_DAY, finding="remanded")
    assert (fresh(one).merged_into, one.part.state) == (None, HandlingState.ACCEPTED)
    assert one.part.deadlines.filter(step="decision", met_at=None).count() == 1
    assert main.part.state == HandlingState.CONCLUDED
    noted = main.complaint.events.latest("pk")
    assert (noted.action, noted.is_public, noted.text) == (Action.REMAND, False, "")
    one.at = main.at + 3 * A_DAY
    one.concluded()
    assert fresh(one).state in {State.CONCLUDED, State.REVIEWED}
    assert rights(one, one.at)[0].is_open


def test_where_another_part_stays_merged_the_tie_to_the_main_case_stays(city):
    here, market = desk(), desk(AuthorityKind.MARKET_REGULATION)
    one, main = case(Kind.OVERCHARGING, here), case(Kind.OVERCHARGING, here)
    for each in (here, market):
        one.desk = each
        merge(**one.by(each.handler, main=main.complaint, reason=WHY))
    main.concluded()
    one.desk = here
    review = ask(one)
    answered(review, city, main.at + 2 * A_DAY, finding="remanded")
    assert fresh(one).merged_into == main.complaint
    assert one.part.state == HandlingState.ACCEPTED


def test_while_another_authority_has_not_begun_the_answer_of_the_main_case_is_reviewed(city):
    here, market = desk(), desk(AuthorityKind.MARKET_REGULATION)
    one, main = case(Kind.OVERCHARGING, here), case(Kind.OVERCHARGING, here)
    merge(**one.by(here.handler, main=main.complaint, reason=WHY))
    assert fresh(one).state == State.RECEIVED
    assert Action.ASK_REVIEW not in story_of(fresh(one), one.at).actions
    main.concluded()
    assert {Action.RATE, Action.ASK_REVIEW} <= story_of(fresh(one), one.at).actions
    rate(complaint=fresh(one), stars=3, text="", now=main.at)
    assert ask(one).authority == city.authority
    accept(**Case(one.complaint, market).by(market.handler))


def test_what_another_authority_found_in_the_main_case_is_not_an_answer_here(city):
    here, market = desk(), desk(AuthorityKind.MARKET_REGULATION)
    one, main = case(Kind.OVERCHARGING, here), case(Kind.OVERCHARGING, here)
    merge(**one.by(here.handler, main=main.complaint, reason=WHY))
    Case(main.complaint, market).concluded()
    assert not rights(one, main.at)
    assert not story_of(fresh(one), main.at).strands[0].decisions


def test_separated_the_case_has_no_right_left_before_its_own_answer(pair):
    one, main = pair
    main.concluded()
    unmerge(**one.by(one.desk.supervisor, reason="并非同一事件。"))
    assert not rights(one, main.at)


def test_the_page_shows_the_answer_without_its_words_and_leads_to_rating_and_review(pair, city):
    one, main = pair
    main.concluded(
        facts=SECRET, reasons=SECRET, decision=SECRET, measures=["refund"], refund_amount=Decimal("17328.00")
    )
    follower = follower_of(one.complaint)
    page = text_of(follower.get(TRACK))
    assert f"Answer of {one.desk.authority.name}" in page
    assert f"you may ask {city.authority.name} for a review" in page
    assert f"{TRACK}rating/" in page
    assert SECRET not in page
    assert "17328" not in page
    assert page.count("What you said was found to be right.") == 1
    after = follower.post(f"{TRACK}rating/", {"stars": "1", "text": "", "strand": "complaint"})
    assert f"{TRACK}review/" in after["Location"]
    follower.post(f"{TRACK}review/", {"strand": "complaint", "part": str(one.part.pk), "reason": REASON})
    assert fresh(one).state == State.UNDER_REVIEW
    under = text_of(follower.get(TRACK))
    assert f"Answer of {one.desk.authority.name}" in under


def test_while_the_main_case_works_the_page_says_that_it_is_not_answered(pair):
    assert "It is not answered yet." in text_of(follower_of(pair[0].complaint).get(TRACK))


def test_a_program_reads_the_answer_and_asks_for_the_review(pair):
    one, main = pair
    main.concluded(decision=SECRET)
    Complaint.objects.filter(pk=one.complaint.pk).update(receipt_hash=holder(fresh(one)).receipt_hash)
    told = story(one.complaint)
    [decision] = told["decisions"]
    assert (decision["part"], decision["text"], decision["refund_amount"]) == (one.part.pk, "", None)
    assert decision["outcome"]["finding"] == "substantiated"
    assert [each["finding"] for each in told["strands"][0]["handled_together"]] == ["substantiated"]
    assert {"rate", "ask_review"} <= set(told["strands"][0]["actions"])
