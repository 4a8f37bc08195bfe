"""Hand-overs sent many times at the same moment make one complaint; keys made at the same moment keep their limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.api_keys import MOST_KEYS, make_api_key
from accounts.models import ApiKey, AuditRow
from accounts.refusals import Refused
from complaints.models import Complaint
from tests import build
from tests.at_once import at_once
from tests.complaints.api_calls import complaint
from tests.complaints.platform_calls import Hotline

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = [4, pytest.param(20, marks=pytest.mark.services)]


@pytest.mark.parametrize("times", TIMES)
def test_equal_hand_overs_at_the_same_moment_make_one_complaint(times):
    build.authority()
    hotline = Hotline()
    body = {**complaint(), "platform_reference": "A-1"}
    answers = at_once(*[lambda: hotline.hand_over(body)] * times)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: times - 1}
    assert len({answer.content for answer in answers}) == 1
    assert Complaint.objects.count() == 1
    assert AuditRow.objects.filter(action="complaint.handed_over").count() == 1


@pytest.mark.parametrize("place", range(2))
def test_an_equal_hand_over_that_commits_after_either_read_is_a_repeat(place):
    build.authority()
    hotline = Hotline()
    body = {**complaint(), "platform_reference": "A-1"}
    answers: list[Any] = []
    reads = count()

    def between(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if "complaints_" in sql and next(reads) == place:
            answers.extend(at_once(lambda: hotline.hand_over(body)))
        return result

    with connection.execute_wrapper(between):
        answers.append(hotline.hand_over(body))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 1}
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("times", TIMES)
def test_keys_made_at_the_same_moment_do_not_pass_the_limit(times):
    hotline = Hotline()

    def make() -> bool:
        try:
            make_api_key(
                owner=hotline.platform,
                name="x",
                scopes=["complaints:read"],
                days=9,
                actor=hotline.maker,
                now=timezone.now(),
            )
        except Refused:
            return False
        return True

    while ApiKey.objects.count() < MOST_KEYS - 1:
        assert make()
    assert Counter(at_once(*[make] * times)) == {True: 1, False: times - 1}
    assert ApiKey.objects.count() == MOST_KEYS
