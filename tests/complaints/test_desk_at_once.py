"""Two officers at the same moment: one step is taken, the other officer is told. Row locks exist on PostgreSQL only."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import AuditRow
from complaints.models import ComplaintEvent, Question
from complaints.services.opening import open_story
from tests.at_once import at_once
from tests.complaints.desk import ADDRESS, case
from tests.people import client_of

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_of_two_officers_at_once_one_is_told_and_nothing_is_overwritten():
    one = case()
    where = {name: reverse("cases:act", args=[one.complaint.pk, one.part.pk, name]) for name in ("accept", "decline")}
    first, second = client_of(one.desk.handler), client_of(one.desk.supervisor)
    answers = at_once(
        lambda: first.post(where["accept"], {"version": 1}).status_code,
        lambda: second.post(where["decline"], {"version": 1, "reason": "不属于受理范围。"}).status_code,
    )
    assert sorted(answers) == [303, 409]
    assert one.part.version == 2
    assert ComplaintEvent.objects.filter(action__in=["accept", "decline"]).count() == 1


def test_of_two_questions_at_once_one_is_asked():
    one = case().accepted()
    where = reverse("cases:act", args=[one.complaint.pk, one.part.pk, "ask"])
    clients = client_of(one.desk.handler), client_of(one.desk.supervisor)
    answers = at_once(
        *(
            lambda client=each: client.post(where, {"version": 2, "text": "请问是哪一天？"}).status_code
            for each in clients
        )
    )
    assert sorted(answers) == [303, 409]
    assert Question.objects.count() == 1


def test_the_same_case_opened_twice_at_once_is_recorded():
    one = case()
    calls = [
        lambda: open_story(complaint=one.complaint, actor=one.desk.handler, now=one.at, address=ADDRESS).narrative
    ] * 2
    assert all(at_once(*calls))
    assert AuditRow.objects.filter(action="complaint.read").exists()
