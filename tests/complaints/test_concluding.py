"""A conclusion is proposed by one person and decided by another; the complainant is told; a review can send it back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.refusals import Unsound
from complaints.services import (
    accept,
    close,
    conclude,
    investigate,
    propose_conclusion,
    reopen,
    send_back_conclusion,
)
from complaints.workflow import NotAllowed, State
from notifications.models import Message
from registry.refusals import WrongRole
from tests.complaints.desk import case, conclusion

pytestmark = pytest.mark.django_db


def test_a_conclusion_goes_from_the_handler_over_the_supervisor_to_the_complainant():
    one = case(Kind.SERVICE).proposed()
    Message.objects.all().delete()
    with pytest.raises(WrongRole):
        conclude(**one.by(one.desk.handler))
    decided = conclude(**one.by(one.desk.supervisor))
    assert decided.is_approved
    assert one.part.state == "concluded"
    assert not one.part.deadlines.filter(step="decision", met_at=None).exists()
    assert Complaint.objects.get(pk=one.complaint.pk).state == State.CONCLUDED
    event = one.complaint.events.latest("pk")
    assert (event.audience, event.text) == ("complainant", "责令退还多收费用并整改。")
    for message in Message.objects.all():
        assert event.text not in str(message.context)


def test_nobody_decides_on_an_own_proposal():
    one = case().accepted()
    investigate(**one.by(one.desk.supervisor, text="已核实。"))
    propose_conclusion(**one.by(one.desk.supervisor, **conclusion()))
    with pytest.raises(Unsound) as refused:
        conclude(**one.by(one.desk.supervisor))
    assert refused.value.code == "own-proposal"
    conclude(**one.by(one.desk.other_supervisor))


def test_a_conclusion_sent_back_stays_on_file_and_its_note_is_for_the_desk_alone():
    one = case().proposed()
    send_back_conclusion(**one.by(one.desk.supervisor, note="事实不清。"))
    assert one.part.state == "investigated"
    assert one.complaint.events.latest("pk").audience == "own"
    propose_conclusion(**one.by(one.desk.handler, **conclusion(finding="partly")))
    conclude(**one.by(one.desk.supervisor))
    assert [each.is_approved for each in one.part.conclusions.all()] == [False, True]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"finding": "guilty"}, "finding"),
        ({"finding": "upheld"}, "finding"),
        ({"measures": ["prison"]}, "measures"),
        ({"measures": ["refund"]}, "refund_amount"),
        ({"measures": ["refund"], "refund_amount": Decimal(0)}, "refund_amount"),
        ({"finding": "not_substantiated", "measures": ["penalty"]}, "measures"),
        ({"facts": " "}, "facts"),
        ({"decision": ""}, "decision"),
        ({"reasons": "字" * 5001}, "reasons"),
    ],
)
def test_an_unsound_conclusion_names_the_field_and_writes_nothing(values, field):
    one = case().accepted()
    investigate(**one.by(one.desk.handler, text="已核实。"))
    with pytest.raises(Unsound) as refused:
        propose_conclusion(**one.by(one.desk.handler, **conclusion(**values)))
    assert set(refused.value.faults) == {field}
    assert one.part.state == "investigated"
    assert not one.part.conclusions.exists()


def test_closing_ends_the_case_and_reopening_starts_the_clock_anew():
    one = case().concluded()
    close(**one.by(one.desk.handler, reason="款项已退。"))
    assert Complaint.objects.get(pk=one.complaint.pk).state == State.CLOSED
    with pytest.raises(WrongRole):
        reopen(**one.by(one.desk.handler, reason="有新情况"))
    reopen(**one.by(one.desk.supervisor, reason="有新证据。"))
    complaint = Complaint.objects.get(pk=one.complaint.pk)
    assert (complaint.state, complaint.closed_at) == (State.IN_PROGRESS, None)
    assert one.part.deadlines.filter(step="decision", met_at=None).count() == 1


def test_thanks_are_closed_at_once():
    one = case(Kind.PRAISE)
    close(**one.by(one.desk.handler, reason=""))
    assert Complaint.objects.get(pk=one.complaint.pk).state == State.CLOSED


def test_a_claim_is_not_closed_before_it_is_concluded():
    one = case()
    accept(**one.by(one.desk.handler))
    with pytest.raises(NotAllowed):
        close(**one.by(one.desk.handler, reason="无"))
