"""A review asked for: a right within its term, at the authority above, which is at work at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.clock import Step
from complaints.entry import Invalid
from complaints.kinds import Kind
from complaints.models import Complaint, Deadline, DeadlineRule, Handling
from complaints.parties import buttons
from complaints.review_rights import rights_of
from complaints.services import conclude, decline, investigate, propose_conclusion, reopen
from complaints.services.reviewing import NoSuperior, TermOver, ask_review, ask_second_review
from complaints.workflow import Action, HandlingRole, HandlingState, NotAllowed, State
from directory.kinds import AuthorityKind
from notifications.models import Message
from registry.refusals import WrongRole
from tests import build
from tests.complaints.build import text_of
from tests.complaints.desk import A_DAY, ADDRESS, Case, case, conclusion, desk
from tests.complaints.entries import PHONE
from tests.complaints.followers import TRACK, follower_of

pytestmark = pytest.mark.django_db
REASON = "退款金额不对。"


@pytest.fixture
def province():
    return desk(division="360000")


@pytest.fixture
def city(province):
    return desk(division="360100")


@pytest.fixture
def one(city) -> Case:
    found = case(Kind.SERVICE)
    return found.concluded()


def ask(one: Case, **fields) -> Handling:
    return ask_review(complaint=one.complaint, **{"reason": REASON, "now": one.at + A_DAY, **fields})


def answered(review: Handling, at_desk, at: datetime, finding: str = "upheld") -> Handling:
    """The reviewing authority brings its review to an end."""
    for service, who, values in (
        (investigate, at_desk.handler, {"text": "已调卷。"}),
        (propose_conclusion, at_desk.handler, conclusion(finding=finding, measures=[])),
        (conclude, at_desk.supervisor, {}),
    ):
        fresh = Handling.objects.get(pk=review.pk)
        service(handling=fresh, version=fresh.version, actor=who, now=at, address=ADDRESS, **values)
    return Handling.objects.get(pk=review.pk)


def test_the_authority_above_is_at_work_at_once(one, city):
    review = ask(one)
    assert (review.role, review.state, review.authority) == (
        HandlingRole.REVIEW,
        HandlingState.ACCEPTED,
        city.authority,
    )
    assert review.reviewed == one.part
    assert Deadline.objects.get(handling=review).step == Step.REVIEW_ANSWER
    one.complaint.refresh_from_db()
    assert one.complaint.state == State.UNDER_REVIEW
    event = one.complaint.events.get(action=Action.ASK_REVIEW)
    assert (event.handling, event.text, event.is_public) == (review, REASON, True)


def test_the_desk_above_is_told_and_the_person_gets_a_word(one, city):
    Message.objects.all().delete()
    ask(one)
    told = {(message.template, message.recipient) for message in Message.objects.all()}
    assert ("complaints/new_case", city.authority.desk_email) in told
    assert ("complaints/step", PHONE) in told
    assert all(REASON not in str(message.context) for message in Message.objects.all())


def test_the_authority_that_answered_cannot_review_itself(one):
    review = ask(one)
    for officer in (one.desk.handler, one.desk.supervisor):
        assert not buttons(officer, review)
        with pytest.raises(WrongRole):
            investigate(handling=review, version=1, text="x", actor=officer, now=one.at, address=ADDRESS)


def test_a_second_review_goes_one_level_higher_and_after_that_nothing(one, city, province):
    review = answered(ask(one), city, one.at + 2 * A_DAY)
    second = ask_second_review(complaint=one.complaint, reason=REASON, now=one.at + 3 * A_DAY)
    assert (second.role, second.authority, second.reviewed) == (
        HandlingRole.SECOND_REVIEW,
        province.authority,
        review,
    )
    assert Deadline.objects.get(handling=second).step == Step.SECOND_REVIEW_ANSWER
    answered(second, province, one.at + 4 * A_DAY)
    one.complaint.refresh_from_db()
    assert one.complaint.state == State.FINAL
    for service in (ask_review, ask_second_review):
        with pytest.raises(NotAllowed):
            service(complaint=one.complaint, reason=REASON, now=one.at + 5 * A_DAY)


def test_the_term_is_thirty_days_and_a_last_day_off_moves(city):
    one = case(Kind.SERVICE)
    one.at = datetime(2026, 8, 28, 2, 0, tzinfo=UTC)  # the thirtieth day is Sunday, 27 September, in the holidays
    one.concluded()
    one.complaint.refresh_from_db()
    [right] = rights_of(one.complaint, [one.part], one.at)
    assert (right.until, right.provisional) == (date(2026, 9, 28), False)
    last = datetime(2026, 9, 28, 15, 59, tzinfo=UTC)  # one minute before midnight in Shanghai
    with pytest.raises(TermOver):
        ask_review(complaint=one.complaint, reason=REASON, now=last + timedelta(minutes=1))
    assert not one.complaint.handlings.filter(role=HandlingRole.REVIEW).exists()
    assert ask_review(complaint=one.complaint, reason=REASON, now=last).role == HandlingRole.REVIEW


def test_a_region_may_give_more_days(one):
    DeadlineRule.objects.create(
        authority_kind="health", division=build.division("360000"), step="review_request", limit="45d"
    )
    [right] = rights_of(one.complaint, [one.part], one.at)
    assert right.until > (one.at + timedelta(days=44)).date()


def test_of_several_answers_one_is_chosen(city):
    health, police = desk(), desk(AuthorityKind.POLICE)
    build.authority(kind=AuthorityKind.POLICE, division=build.division("360100"))
    first = case(Kind.ILLEGAL_AMBULANCE, police).concluded()
    second = Case(first.complaint, health).concluded()
    with pytest.raises(Invalid):
        ask(first)
    page = text_of(follower_of(first.complaint).get(f"{TRACK}review/"))
    assert page.count('type="radio"') == 2
    review = ask(first, part_id=second.part.pk)
    assert review.reviewed == second.part
    with pytest.raises(NotAllowed):
        ask(first, part_id=second.part.pk)  # of one answer one review


def test_the_review_of_one_answer_takes_no_day_from_the_right_to_have_the_other_reviewed(city):
    health, police = desk(), desk(AuthorityKind.POLICE)
    build.authority(kind=AuthorityKind.POLICE, division=build.division("360100"))
    first = case(Kind.ILLEGAL_AMBULANCE, police).concluded()
    second = Case(first.complaint, health).concluded()
    of_second = ask(first, part_id=second.part.pk)
    page = text_of(follower_of(first.complaint).get(f"{TRACK}review/"))
    assert police.authority.name in page
    of_first = ask(first)
    assert of_first.reviewed == first.part
    answered(of_second, city, first.at + 2 * A_DAY)
    assert Complaint.objects.get(pk=first.complaint.pk).state == State.UNDER_REVIEW
    again = ask_second_review(complaint=first.complaint, reason=REASON, now=first.at + 3 * A_DAY)
    assert again.reviewed == of_second


def test_a_new_answer_can_be_ordered_though_the_authority_began_one_by_itself(one, city):
    review = ask(one)
    one.at += A_DAY
    reopen(**one.by(one.desk.supervisor, reason="有新的证据。"))
    done = answered(review, city, one.at + A_DAY, finding="remanded")
    assert (done.state, one.part.state) == ("concluded", "accepted")
    assert Complaint.objects.get(pk=one.complaint.pk).state == State.IN_PROGRESS


def test_a_declined_case_can_be_reviewed(city):
    one = case(Kind.SERVICE)
    decline(**one.by(one.desk.handler, reason="不属于受理范围。"))
    assert ask(one).reviewed == one.part


def test_a_remanded_case_is_answered_anew_and_can_be_reviewed_anew(one, city):
    answered(ask(one), city, one.at + 2 * A_DAY, finding="remanded")
    one.at += 3 * A_DAY
    one.concluded()
    assert ask(one).reviewed == one.part


def test_without_anybody_above_the_operator_is_told_and_nothing_is_opened(settings):
    one = case(Kind.SERVICE).concluded()
    Message.objects.all().delete()
    for _ in range(2):
        with pytest.raises(NoSuperior):
            ask(one)
    [message] = Message.objects.all()
    assert (message.template, message.recipient) == ("complaints/no_superior", settings.ENV.OPERATOR_EMAIL)
    assert REASON not in str(message.context)
    follower = follower_of(one.complaint)
    page = text_of(follower.post(f"{TRACK}review/", {"reason": REASON}))
    assert "12345" in page
    assert REASON in page
    assert one.complaint.handlings.count() == 1


def test_a_reason_is_needed_and_nothing_is_reviewed_before_an_answer(one):
    with pytest.raises(Invalid):
        ask(one, reason="")
    with pytest.raises(NotAllowed):
        ask_second_review(complaint=one.complaint, reason=REASON, now=one.at)
    working = case(Kind.SERVICE, one.desk).accepted()
    with pytest.raises(NotAllowed):
        ask(working)


def test_the_page_says_by_whom_and_until_when_and_asks(one, city):
    follower = follower_of(one.complaint)
    page = text_of(follower.get(f"{TRACK}review/"))
    assert city.authority.name in page
    assert "to be asked for until" in page
    assert follower.post(f"{TRACK}review/", {"reason": " "}).status_code == 422
    assert follower.post(f"{TRACK}review/", {"reason": REASON})["Location"] == TRACK
    page = text_of(follower.get(TRACK))
    assert "The higher authority reviews it, as you asked" in page
    assert "Review asked for by you" in page
    assert follower.get(f"{TRACK}review/")["Location"] == TRACK


def test_of_an_answer_about_an_authority_that_very_authority_reviews_nothing(province, city):
    district = desk()
    one = case(Kind.AUTHORITY_CONDUCT, city, about_authority_kind="health")
    assert one.complaint.about_authority == district.authority
    one.concluded()
    assert ask(one).authority == province.authority
