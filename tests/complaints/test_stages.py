"""The way of a complaint as the person who follows it sees it drawn."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from complaints.stages import REACHED, WAY, stages_of
from complaints.workflow import PublicState
from tests.complaints.build import text_of
from tests.complaints.desk import case
from tests.complaints.followers import TRACK, follower_of

LEFT = {PublicState.DECLINED, PublicState.WITHDRAWN, PublicState.UNDER_REVIEW, PublicState.HANDLED_TOGETHER}


@pytest.mark.parametrize("state", sorted(REACHED))
def test_exactly_one_stage_is_now_and_all_before_it_are_done(state):
    stages = stages_of(state)
    now = [number for number, stage in enumerate(stages) if stage.is_now]
    assert now == [REACHED[state] - 1]
    assert all(stage.is_done for stage in stages[: now[0]])
    assert not any(stage.is_done for stage in stages[now[0] + 1 :])


def test_an_answer_ends_the_way_and_being_looked_into_does_not():
    assert stages_of(PublicState.CONCLUDED)[-1].is_done
    assert not stages_of(PublicState.AWAITING)[1].is_done


def test_a_case_that_left_the_plain_way_is_not_drawn_on_it():
    assert set(PublicState) - set(REACHED) == LEFT
    assert not any(stages_of(state) for state in LEFT)


@pytest.mark.django_db
def test_the_page_names_the_present_stage_in_words():
    page = text_of(follower_of(case().accepted().complaint).get(TRACK))
    with override("zh-hans"):
        assert str(WAY[1]) == "核查"
    assert page.count('aria-current="step"') == 1
    assert page.index("Received") < page.index('aria-current="step"') < page.index("Looked into")


@pytest.mark.django_db
def test_the_answer_stands_before_the_wish_for_a_rating():
    page = text_of(follower_of(case().concluded().complaint).get(TRACK))
    assert page.index("Answer of") < page.index("Rate how it was handled")
