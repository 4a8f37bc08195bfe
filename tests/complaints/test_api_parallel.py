"""One key sent many times at the same moment makes one complaint."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from complaints.models import Complaint, Submission
from edge.limits import limiter
from notifications.models import Message
from tests import build
from tests.complaints.api_calls import KEY, complaint, send


def at_once(body: dict[str, Any], times: int) -> list[Any]:
    """The answers to `times` equal requests that start together, each on a connection of its own."""
    answers: list[Any] = []
    barrier = threading.Barrier(times)

    def one() -> None:
        try:
            barrier.wait(timeout=20)
            answers.append(send(body, key=KEY))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", [4, pytest.param(20, marks=pytest.mark.services)])
def test_equal_requests_at_the_same_moment_make_one_complaint_and_get_one_answer(times):
    limiter().clear()
    build.authority()
    body = complaint()
    answers = at_once(body, times)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: times - 1}
    assert len({answer.content for answer in answers}) == 1
    assert Complaint.objects.count() == Submission.objects.count() == 1
    assert Message.objects.count() == len({message.event_key for message in Message.objects.all()})
    limiter().clear()
