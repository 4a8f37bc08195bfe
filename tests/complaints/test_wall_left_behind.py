"""What was sent to an institution, after its part was opened again or it was taken back."""

from __future__ import annotations

import pytest

from complaints import forwarded_page as pages
from complaints.services import reopen
from complaints.services.forwarding import recall, return_reply
from complaints.services.noting import note
from tests.complaints import walled as wall
from tests.complaints.walled import Walled, walled

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> Walled:
    case = walled()
    case.forwarded()
    return case


def investigated_and_answered(sent: Walled) -> None:
    sent.replied()
    sent.case.concluded()


def test_of_what_was_taken_back_no_word_of_the_authority_is_read_any_more(sent):
    note(**sent.by(audience="institution", text="另请说明当晚的派车记录。"))
    sent.replied()
    return_reply(**sent.at_forwarding(note="请附收费票据。"))
    recall(**sent.at_forwarding(reason="改由市场监管核价。"))
    told = [words.text for words in pages.exchanged(sent.sent)]
    assert told == [f"{wall.REPLY}\n\n{wall.ACTION}", "改由市场监管核价。"]


def test_a_case_that_is_opened_again_still_takes_the_report_of_the_institution(sent):
    investigated_and_answered(sent)
    sent.forwarded(summary="请报告退款情况。")
    reopen(**sent.by(sent.desk.supervisor, reason="有新的证据。"))
    assert pages.takes_reply(sent.sent)
    assert pages.standing(sent.sent)[1] == "mind"
    sent.replied(text="已退款。")
    assert (sent.part.state, sent.sent.state) == ("accepted", "replied")


def test_in_a_case_that_is_opened_again_what_was_sent_can_be_taken_back(sent):
    investigated_and_answered(sent)
    sent.forwarded(summary="请报告退款情况。")
    reopen(**sent.by(sent.desk.supervisor, reason="有新的证据。"))
    recall(**sent.at_forwarding(reason="重新核查。"))
    assert (sent.part.state, sent.sent.state) == ("accepted", "recalled")
    assert not sent.sent.deadlines.filter(met_at=None).exists()
