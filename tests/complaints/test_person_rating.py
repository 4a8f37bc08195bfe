"""A rating: five points in words, when something was answered; a low one leads to the review."""

from __future__ import annotations

import pytest

from complaints.entry import Invalid
from complaints.kinds import Kind
from complaints.models import Rating
from complaints.services import close
from complaints.services.rating import rate
from complaints.workflow import Action, NotAllowed
from directory.kinds import AuthorityKind
from tests.complaints.build import authorities, text_of
from tests.complaints.desk import case, desk
from tests.complaints.followers import TRACK, follower_of

pytestmark = pytest.mark.django_db
PAGE = f"{TRACK}rating/"


@pytest.fixture
def one():
    desk(division="360100")
    return case(Kind.SERVICE).concluded()


def test_the_points_are_radio_buttons_with_words(one):
    page = text_of(follower_of(one.complaint).get(PAGE))
    assert page.count('type="radio"') == 5
    for words in ("Very satisfied", "Satisfied", "Neither satisfied nor dissatisfied", "Dissatisfied"):
        assert words in page


def test_a_rating_is_kept_shown_and_can_be_changed(one):
    follower = follower_of(one.complaint)
    assert follower.post(PAGE, {"stars": "4", "text": "办理及时"})["Location"] == TRACK
    rating = Rating.objects.get()
    assert (rating.complaint, rating.stars, rating.text) == (one.complaint, 4, "办理及时")
    page = text_of(follower.get(TRACK))
    assert "You rated it: 4 of 5 points." in page
    assert "Rated by you" in page
    follower.post(PAGE, {"stars": "5"})
    assert Rating.objects.get().stars == 5
    assert one.complaint.events.filter(action=Action.RATE).count() == 2


@pytest.mark.parametrize("stars", ["1", "2"])
def test_a_low_rating_offers_the_review_on_the_next_page(one, stars):
    follower = follower_of(one.complaint)
    response = follower.post(PAGE, {"stars": stars})
    assert response["Location"].startswith(f"{TRACK}review/")
    page = text_of(follower.get(response["Location"]))
    assert "you can have it reviewed" in page


def test_a_good_rating_does_not(one):
    assert follower_of(one.complaint).post(PAGE, {"stars": "3"})["Location"] == TRACK


@pytest.mark.parametrize(
    "data", [{}, {"stars": "6"}, {"stars": "0"}, {"stars": "x"}, {"stars": "5", "text": "长" * 1001}]
)
def test_what_is_no_rating_is_asked_for_again(one, data):
    response = follower_of(one.complaint).post(PAGE, data)
    assert response.status_code == 422
    assert not Rating.objects.exists()


def test_nothing_can_be_rated_before_it_is_answered():
    one = case(Kind.SERVICE).accepted()
    assert follower_of(one.complaint).get(PAGE)["Location"] == TRACK
    with pytest.raises(NotAllowed):
        rate(complaint=one.complaint, stars=5, text="", now=one.at)


def test_while_one_authority_works_the_answer_of_another_can_be_rated():
    authorities()
    health, police = desk(), desk(AuthorityKind.POLICE)
    one = case(Kind.ILLEGAL_AMBULANCE, police).concluded()
    assert one.complaint.handlings.filter(authority=health.authority).exists()
    one.complaint.refresh_from_db()
    assert rate(complaint=one.complaint, stars=3, text="", now=one.at).stars == 3


def test_a_closed_case_can_be_rated_and_points_there_are_not_cannot_be_given(one):
    close(**one.by(one.desk.handler, reason="已退款"))
    assert rate(complaint=one.complaint, stars=1, text="", now=one.at).stars == 1
    with pytest.raises(Invalid):
        rate(complaint=one.complaint, stars=0, text="", now=one.at)
    with pytest.raises(Invalid):
        rate(complaint=one.complaint, stars=3, text="长" * 1001, now=one.at)


def test_nobody_rates_without_the_receipt(one):
    assert follower_of(None).post(PAGE, {"stars": "1"})["Location"] == TRACK
    assert not Rating.objects.exists()
