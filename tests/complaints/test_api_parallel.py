"""One key sent many times at the same moment makes one complaint."""

from __future__ import annotations

from collections import Counter

import pytest

from complaints.models import Complaint, Submission
from edge.limits import limiter
from notifications.models import Message
from tests import build
from tests.at_once import at_once
from tests.complaints.api_calls import KEY, complaint, send


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", [4, pytest.param(20, marks=pytest.mark.services)])
def test_equal_requests_at_the_same_moment_make_one_complaint_and_get_one_answer(times):
    limiter().clear()
    build.authority()
    body = complaint()
    answers = at_once(*[lambda: send(body, key=KEY)] * times)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: times - 1}
    assert len({answer.content for answer in answers}) == 1
    assert Complaint.objects.count() == Submission.objects.count() == 1
    assert Message.objects.count() == len({message.event_key for message in Message.objects.all()})
    limiter().clear()
