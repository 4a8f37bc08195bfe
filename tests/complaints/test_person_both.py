"""A submission that is a claim and a report at once: two cases under one receipt, each with its own authorities."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from complaints.cells import may_forward
from complaints.kinds import Kind, Nature
from complaints.models import CaseLink, Complaint
from complaints.reading import find_by_receipt, receipt_of
from complaints.refusals import Unsound
from complaints.services import add_material, withdraw
from complaints.services.splitting import split
from complaints.strands import evidence_of, strands_of
from complaints.wishes import Wish, files_both, is_only_report, wishes_for
from complaints.workflow import Action, HandlingState, NotAllowed, State
from directory.kinds import AuthorityKind
from notifications.models import Message
from registry.refusals import OutOfScope, WrongRole
from tests.complaints.api_calls import complaint as api_complaint
from tests.complaints.api_calls import send
from tests.complaints.build import Person, authorities, jpeg, place_of, text_of
from tests.complaints.desk import A_DAY, ADDRESS, case, desk
from tests.complaints.entries import EMAIL, NOW, PHONE, entry, filed, submit
from tests.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies():
    authorities()


def both(**fields) -> tuple[Complaint, Complaint]:
    first, twin = strands_of(filed(files_both=True, **{"kind": Kind.OVERCHARGING, **fields}))
    return first, twin


def test_an_overcharge_with_both_wishes_is_a_claim_and_a_report():
    first, twin = both()
    assert (first.kind, first.nature, first.twin_of) == (Kind.OVERCHARGING, Nature.COMPLAINT, None)
    assert (twin.kind, twin.nature, twin.twin_of) == (Kind.OVERCHARGING, Nature.REPORT, first)
    assert first.reference != twin.reference
    assert (twin.narrative, twin.place, twin.division) == (first.narrative, first.place, first.division)
    link = CaseLink.objects.get()
    assert (link.complaint, link.other, link.kind) == (first, twin, CaseLink.Kind.TWIN)


def test_an_illegal_ambulance_with_redress_is_a_report_and_a_claim_about_money():
    first, twin = both(kind=Kind.ILLEGAL_AMBULANCE)
    assert (first.kind, first.nature) == (Kind.ILLEGAL_AMBULANCE, Nature.REPORT)
    assert (twin.kind, twin.nature) == (Kind.OVERCHARGING, Nature.COMPLAINT)
    leads = {
        case.pk: set(case.handlings.filter(role="lead").values_list("authority_kind", flat=True))
        for case in (first, twin)
    }
    assert leads == {first.pk: {"health", "police"}, twin.pk: {"market_regulation"}}


def test_each_half_has_its_own_parts_and_clocks():
    first, twin = both()
    for half in (first, twin):
        assert half.handlings.exists()
        assert all(part.deadlines.exists() for part in half.handlings.filter(role="lead"))


def test_the_contact_rests_with_the_first_half_alone_and_is_told_once():
    first, twin = both(contact_email=EMAIL)
    assert (first.contact_phone, first.contact_email, first.contact_name) == (PHONE, EMAIL, "李雷")
    assert not any((twin.contact_phone, twin.contact_email, twin.contact_name, twin.contact_phone_hash))
    assert Message.objects.filter(template="complaints/received").count() == 2  # SMS and e-mail, of the whole
    assert {message.context["reference"] for message in Message.objects.filter(template="complaints/new_case")} == {
        first.reference,
        twin.reference,
    }


def test_consent_to_share_stays_with_the_claim_and_never_comes_to_the_report():
    first, twin = both(consent_share_contact=True)
    assert first.consent_share_contact
    assert not twin.consent_share_contact
    assert not may_forward(HandlingState.ACCEPTED, is_report=twin.is_report)


def test_a_report_alone_shares_nothing_whatever_the_kind():
    complaint = filed(kind=Kind.OVERCHARGING, only_report=True, consent_share_contact=True)
    assert (complaint.nature, complaint.consent_share_contact) == (Nature.REPORT, False)


def test_the_receipt_code_opens_the_first_and_no_code_opens_the_other():
    receipt = submit(entry(kind=Kind.OVERCHARGING, files_both=True)).receipt
    first, twin = strands_of(Complaint.objects.get(reference=receipt.reference))
    assert find_by_receipt(receipt.reference, receipt.receipt_code) == first
    assert find_by_receipt(twin.reference, receipt.receipt_code) is None
    assert find_by_receipt(twin.reference, "") is None
    assert {line.step for line in receipt.due} == {"acceptance", "decision"}


def test_files_are_read_from_both_halves_and_belong_to_the_first():
    person_ = Person()
    person_.hold(kind="overcharging", wish="both")
    person_.upload(jpeg("收据.jpg"), add="1")
    assert place_of(person_.send()) == person_.draft_id
    first, twin = strands_of(Complaint.objects.get(twin_of=None))
    assert [one.name for one in evidence_of(twin)] == [one.name for one in evidence_of(first)] == ["收据.jpg"]
    assert not twin.evidence.exists()
    assert [line.name for line in receipt_of(first).evidence] == ["收据.jpg"]


def test_material_is_told_to_the_desks_of_both_and_withdrawing_one_leaves_the_other():
    first, twin = both()
    Message.objects.all().delete()
    add_material(complaint=first, text="补充", evidence=(), now=NOW + A_DAY)
    told = {message.context["reference"] for message in Message.objects.filter(template="complaints/material_added")}
    assert told == {first.reference, twin.reference}
    withdraw(complaint=first, now=NOW + A_DAY, nature=Nature.COMPLAINT)
    first.refresh_from_db()
    twin.refresh_from_db()
    assert (first.state, twin.state) == (State.WITHDRAWN, State.RECEIVED)
    withdraw(complaint=first, now=NOW + 2 * A_DAY)
    twin.refresh_from_db()
    assert twin.state == State.WITHDRAWN
    with pytest.raises(NotAllowed):
        withdraw(complaint=first, now=NOW + 2 * A_DAY)


def test_the_same_sending_twice_makes_two_cases_not_four():
    first = submit(entry(kind=Kind.OVERCHARGING, files_both=True), key="once-and-again")
    again = submit(entry(kind=Kind.OVERCHARGING, files_both=True), key="once-and-again")
    assert (first.is_new, again.is_new) == (True, False)
    assert Complaint.objects.count() == 2


def test_if_the_second_half_cannot_be_written_nothing_is(monkeypatch):
    monkeypatch.setattr("complaints.services.submit.open_twin", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        filed(kind=Kind.OVERCHARGING, files_both=True)
    assert not Complaint.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("kind", "wish", "is_both", "only_report"),
    [
        ("overcharging", "redress", False, False),
        ("overcharging", "report", False, True),
        ("overcharging", "both", True, False),
        ("overcharging", "", False, False),
        ("illegal_ambulance", "report", False, True),
        ("illegal_ambulance", "redress", True, False),
        ("illegal_ambulance", "both", True, False),
        ("service", "both", False, False),
        ("praise", "report", False, False),
    ],
)
def test_what_a_wish_means(kind, wish, is_both, only_report):
    assert files_both(Kind(kind), wish) is is_both
    assert is_only_report(Kind(kind), wish) is only_report


def test_only_kinds_with_money_are_asked():
    assert wishes_for(Kind.SERVICE) == ()
    assert wishes_for(Kind.ILLEGAL_AMBULANCE) == (Wish.REPORT, Wish.BOTH)


def test_the_page_asks_and_the_overview_says_it_again():
    walker = Person()
    walker.hold(kind="overcharging")
    page = text_of(walker.look("wish"))
    assert page.count('name="wish"') == 3
    assert walker.answer("wish").status_code == 422
    assert walker.answer("wish", wish="both").status_code == 303
    assert "Both: money back, and a report of illegality" in text_of(walker.look("review"))


def test_a_program_files_both_by_one_field():
    answer = send(api_complaint(wish="both")).json()
    first = Complaint.objects.get(reference=answer["reference"])
    assert [half.nature for half in strands_of(first)] == ["complaint", "report"]
    assert send(api_complaint(wish="revenge")).status_code == 400


# --- split by a handler -------------------------------------------------------------------------------------------


def test_a_handler_splits_a_case_and_the_person_is_told_why():
    one = case(Kind.OVERCHARGING, desk(AuthorityKind.MARKET_REGULATION)).accepted()
    Message.objects.all().delete()
    twin = split(**one.by(one.desk.handler, reason="涉嫌价格违法，另行立案。"))
    assert (twin.nature, twin.twin_of, twin.contact_phone) == (Nature.REPORT, one.complaint, "")
    event = one.complaint.events.get(action=Action.SPLIT)
    assert (event.is_public, event.text) == (True, "涉嫌价格违法，另行立案。")
    assert [message.recipient for message in Message.objects.filter(template="complaints/step")] == [PHONE]
    assert twin.handlings.exists()
    assert one.part.version == 3


def test_a_service_case_becomes_a_report_of_what_the_handler_says():
    one = case(Kind.SERVICE).accepted()
    twin = split(**one.by(one.desk.handler, reason="涉嫌挂靠。", kind=Kind.UNLAWFUL_OPERATION))
    assert (twin.kind, twin.nature) == (Kind.UNLAWFUL_OPERATION, Nature.REPORT)


def test_no_case_is_split_twice_and_thanks_never():
    one = case(Kind.SERVICE).accepted()
    twin = split(**one.by(one.desk.handler, reason="一"))
    with pytest.raises(Unsound):
        split(**one.by(one.desk.handler, reason="二"))
    part = twin.handlings.get(role="lead")
    with pytest.raises(Unsound):
        split(
            handling=part, version=part.version, reason="三", actor=one.desk.handler, now=NOW + A_DAY, address=ADDRESS
        )
    thanks = case(Kind.PRAISE, one.desk)
    with pytest.raises(Unsound):
        split(**thanks.by(one.desk.handler, reason="四"))


def test_neither_strangers_nor_clerks_split():
    one = case(Kind.SERVICE).accepted()
    far = desk(division="110105")
    with pytest.raises(OutOfScope):
        split(**one.by(far.handler, reason="x"))
    clerk = person(Role.HOTLINE_CLERK, body=one.desk.authority)
    with pytest.raises(WrongRole):
        split(**one.by(clerk, reason="x"))
    with pytest.raises(Unsound):
        split(**one.by(one.desk.handler, reason=" "))
    assert Complaint.objects.count() == 1


def test_a_concluded_case_is_not_split():
    one = case(Kind.SERVICE).concluded()
    with pytest.raises(NotAllowed):
        split(**one.by(one.desk.handler, reason="晚了"))
