"""One story from all parts of a case."""

from __future__ import annotations

from itertools import product

import pytest

from complaints.workflow import ENDED, OPEN_CASES, HandlingRole, HandlingState, Part, State, case_state

S, R = HandlingState, HandlingRole


def story(*parts: Part) -> State:
    return case_state(parts)


def lead(state: HandlingState, **more: bool) -> Part:
    return Part(R.LEAD, state, **more)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([lead(S.PENDING)], State.RECEIVED),
        ([lead(S.OBJECTED)], State.RECEIVED),
        ([lead(S.ACCEPTED)], State.IN_PROGRESS),
        ([lead(S.WITH_INSTITUTION)], State.IN_PROGRESS),
        ([lead(S.PROPOSED)], State.IN_PROGRESS),
        ([lead(S.ACCEPTED, is_waiting=True)], State.AWAITING),
        ([lead(S.CONCLUDED)], State.CONCLUDED),
        ([lead(S.CLOSED)], State.CLOSED),
        ([lead(S.DECLINED)], State.DECLINED),
        ([lead(S.WITHDRAWN)], State.WITHDRAWN),
        ([lead(S.MERGED)], State.MERGED),
        ([lead(S.HANDED_OVER), lead(S.PENDING)], State.RECEIVED),
        ([lead(S.PENDING), lead(S.ACCEPTED)], State.IN_PROGRESS),
        ([lead(S.CONCLUDED), lead(S.PENDING)], State.IN_PROGRESS),
        ([lead(S.DECLINED), lead(S.PENDING)], State.RECEIVED),
        ([lead(S.DECLINED), lead(S.CONCLUDED)], State.CONCLUDED),
        ([lead(S.CLOSED), lead(S.DECLINED)], State.CLOSED),
        ([lead(S.CLOSED), Part(R.CO, S.ACCEPTED)], State.IN_PROGRESS),
        ([lead(S.CLOSED), Part(R.CO, S.PENDING)], State.CLOSED),
        ([lead(S.ACCEPTED), Part(R.CO, S.ACCEPTED, is_waiting=True)], State.AWAITING),
        ([lead(S.CLOSED), Part(R.REVIEW, S.ACCEPTED)], State.UNDER_REVIEW),
        ([lead(S.CLOSED), Part(R.REVIEW, S.CONCLUDED)], State.REVIEWED),
        ([lead(S.CLOSED), Part(R.REVIEW, S.CLOSED), Part(R.SECOND_REVIEW, S.PROPOSED)], State.UNDER_SECOND_REVIEW),
        ([lead(S.CLOSED), Part(R.REVIEW, S.CLOSED), Part(R.SECOND_REVIEW, S.CONCLUDED)], State.FINAL),
        ([lead(S.ACCEPTED), Part(R.REVIEW, S.CONCLUDED, is_remanded=True)], State.IN_PROGRESS),
        ([lead(S.CONCLUDED), Part(R.REVIEW, S.CONCLUDED, is_remanded=True)], State.CONCLUDED),
    ],
)
def test_the_story_is_told_as_it_should_be(parts, expected):
    assert case_state(parts) == expected


def test_a_case_whose_every_part_went_away_has_no_story():
    with pytest.raises(ValueError, match="at least one part"):
        story(lead(S.HANDED_OVER))


@pytest.mark.parametrize(("one", "other"), list(product([state for state in S if state != S.HANDED_OVER], repeat=2)))
def test_a_case_is_open_exactly_as_long_as_a_lead_works(one, other):
    state = story(lead(one), lead(other))
    is_working = any(each not in ENDED | {S.CONCLUDED} for each in (one, other))
    assert (state in OPEN_CASES) == is_working
