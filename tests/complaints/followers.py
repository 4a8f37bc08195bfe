"""A browser that follows a complaint, and questions it has to answer."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from complaints.doorway import FOLLOWED, FOLLOWED_FOR
from complaints.models import Complaint, Question
from complaints.services import clocks
from complaints.services.case_steps import settle
from tests.complaints.desk import Case

TRACK = "/complaints/track/"


def follower_of(complaint: Complaint | None) -> Client:
    """A browser that reads English and has `complaint` open, as its receipt code leaves it; nothing for None."""
    client = Client(headers={"accept-language": "en"})
    if complaint is not None:
        session = client.session
        session[FOLLOWED] = {
            "id": complaint.pk,
            "until": (timezone.now() + FOLLOWED_FOR).isoformat(),
            "code": complaint.receipt_hash,
        }
        session.save()
    return client


def asked(one: Case, text: str = "请提供发票照片。") -> Question:
    """A question that the desk of the case has put to the complainant; the clock rests."""
    part = one.part
    question = Question.objects.create(handling=part, text=text, asked_by=one.desk.handler, asked_at=one.at)
    part.waiting_since = one.at
    part.save()
    clocks.pause(part, one.at)
    settle(one.complaint, one.at)
    return question
