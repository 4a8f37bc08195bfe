"""Impatient fingers: the last button pressed many times at the same moment, from tabs of one browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint, Draft, Submission
from notifications.models import Message
from tests import build
from tests.at_once import at_once
from tests.complaints.build import Person, authorities, text_of


def press_at_once(person: Person, times: int) -> list[Any]:
    """The answers to the last button, pressed `times` times at once with the cookies of one browser."""
    cookie = person.client.cookies["sessionid"].value

    def press() -> Any:
        client = Client()
        client.cookies["sessionid"] = cookie
        return client.post(person.address("review"))

    return at_once(*[press] * times)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", [4, pytest.param(20, marks=pytest.mark.services)])
def test_the_last_button_pressed_many_times_at_once_makes_one_complaint_and_one_receipt(times):
    build.division()
    authorities()
    person = Person()
    person.hold(contact_phone="13800138000")
    answers = press_at_once(person, times)
    assert [answer.status_code for answer in answers] == [303] * times
    assert {answer["Location"] for answer in answers} == {reverse("complaints:receipt", args=[person.draft_id])}
    assert Complaint.objects.count() == Submission.objects.count() == 1
    assert not Draft.objects.exists()
    assert Message.objects.count() == len({message.event_key for message in Message.objects.all()})
    assert Complaint.objects.get().reference in text_of(person.receipt())
