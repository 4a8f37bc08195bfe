"""Following a complaint: the receipt code, more material, withdrawal, and the table that rules them."""

from __future__ import annotations

from itertools import product

import pytest

from complaints.entry import Invalid
from complaints.models import Handling
from complaints.reading import find_by_receipt, public_events, receipt_of
from complaints.receipts import printed_receipt_code
from complaints.services import add_material, withdraw
from complaints.workflow import PUBLIC, STEPS, Action, Actor, NotAllowed, State, allowed_actions, require
from notifications.models import Message
from tests import build
from tests.complaints.entries import NOW, filed, submit

C = Actor.COMPLAINANT
ALLOWED = {
    State.RECEIVED: {Action.ADD_MATERIAL, Action.WITHDRAW, Action.RATE, Action.ASK_REVIEW},
    State.IN_PROGRESS: {
        Action.ADD_MATERIAL,
        Action.WITHDRAW,
        Action.RATE,
        Action.ASK_REVIEW,
        Action.ASK_SECOND_REVIEW,
    },
    State.AWAITING: {
        Action.ADD_MATERIAL,
        Action.WITHDRAW,
        Action.ANSWER,
        Action.RATE,
        Action.ASK_REVIEW,
        Action.ASK_SECOND_REVIEW,
    },
    State.UNDER_REVIEW: {Action.ADD_MATERIAL, Action.ANSWER, Action.ASK_REVIEW, Action.ASK_SECOND_REVIEW},
    State.UNDER_SECOND_REVIEW: {Action.ADD_MATERIAL, Action.ANSWER, Action.ASK_REVIEW, Action.ASK_SECOND_REVIEW},
    State.CONCLUDED: {Action.RATE, Action.ASK_REVIEW},
    State.CLOSED: {Action.RATE, Action.ASK_REVIEW},
    State.DECLINED: {Action.RATE, Action.ASK_REVIEW},
    State.MERGED: {Action.RATE, Action.ASK_REVIEW},
    State.REVIEWED: {Action.RATE, Action.ASK_REVIEW, Action.ASK_SECOND_REVIEW},
    State.FINAL: {Action.RATE, Action.ASK_REVIEW, Action.ASK_SECOND_REVIEW},
}


@pytest.mark.parametrize(("state", "actor"), list(product(State, Actor)))
def test_every_cell_of_the_complainants_table_is_as_it_should_be(state, actor):
    right = ALLOWED.get(state, set()) if actor is C else set()
    assert set(allowed_actions(state, actor)) == right
    for action in right:
        require(state, action, actor)
    for action in set(Action) - right:
        with pytest.raises(NotAllowed):
            require(state, action, actor)


def test_no_cell_is_listed_twice_and_every_state_has_a_public_word():
    cells = [(step.state, step.action, step.actor) for step in STEPS]
    assert len(cells) == len(set(cells))
    assert set(PUBLIC) == set(State)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", [str, str.lower, printed_receipt_code, lambda code: f" {printed_receipt_code(code)} "]
)
def test_reference_and_code_open_the_complaint_however_they_were_copied(typed):
    receipt = submit().receipt
    found = find_by_receipt(receipt.reference.lower().replace("-", " "), typed(receipt.receipt_code))
    assert found is not None
    assert found.reference == receipt.reference


@pytest.mark.django_db
def test_a_wrong_code_a_wrong_reference_and_somebody_elses_code_open_nothing():
    mine, other = submit().receipt, submit().receipt
    assert find_by_receipt(mine.reference, other.receipt_code) is None
    assert find_by_receipt("ZZ99-9999", mine.receipt_code) is None
    assert find_by_receipt(mine.reference, "") is None
    assert find_by_receipt("", "") is None
    assert find_by_receipt(mine.reference, mine.receipt_code[:-1]) is None
    assert find_by_receipt(mine.reference, mine.receipt_code + "2") is None


@pytest.mark.django_db
def test_a_wrong_reference_costs_the_same_queries_as_a_right_one(django_assert_num_queries):
    receipt = submit().receipt
    with django_assert_num_queries(1):
        find_by_receipt(receipt.reference, receipt.receipt_code)
    with django_assert_num_queries(1):
        find_by_receipt("ZZ99-9999", receipt.receipt_code)


@pytest.mark.django_db
def test_more_material_is_sealed_and_the_desks_are_told_without_its_words():
    build.authority()
    complaint = filed()
    before = Message.objects.count()
    add_material(complaint=complaint, text="还有一段录音。", evidence=[], now=NOW)
    event = complaint.events.get(action=Action.ADD_MATERIAL)
    assert event.text == "还有一段录音。"
    assert Message.objects.count() == before + 1
    assert "录音" not in str(list(Message.objects.values("context")))
    assert [line.action for line in public_events(complaint)] == ["submit", "add_material"]


@pytest.mark.django_db
def test_nothing_cannot_be_added():
    with pytest.raises(Invalid):
        add_material(complaint=filed(), text="", evidence=[], now=NOW)


@pytest.mark.django_db
def test_a_withdrawal_ends_every_handling_and_leaves_no_due_date():
    build.authority()
    complaint = filed()
    withdraw(complaint=complaint, now=NOW)
    complaint.refresh_from_db()
    assert complaint.state == State.WITHDRAWN
    assert set(complaint.handlings.values_list("state", flat=True)) == {Handling.State.WITHDRAWN}
    assert receipt_of(complaint).due == ()


@pytest.mark.django_db
@pytest.mark.parametrize("again", [withdraw, lambda **known: add_material(text="又", evidence=[], **known)])
def test_after_a_withdrawal_nothing_more_can_be_done(again):
    complaint = filed()
    withdraw(complaint=complaint, now=NOW)
    events, messages = complaint.events.count(), Message.objects.count()
    with pytest.raises(NotAllowed):
        again(complaint=complaint, now=NOW)
    assert (complaint.events.count(), Message.objects.count()) == (events, messages)
