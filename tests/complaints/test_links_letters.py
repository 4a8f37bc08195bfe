"""Letters from the file of a case: what each says, who gets it with the name and who without, what is recorded."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.letter_of import NoLetter, desk_letter, letter_events, letter_lines, letter_of, own_letter
from complaints.letters import LetterKind, UnfitLetter, write_letter
from complaints.models import Complaint, ComplaintEvent, Extension, Handling, Reveal
from complaints.receipts import new_receipt_code, receipt_hash
from complaints.services import clocks, decline
from complaints.services.linking import merge
from tests import build
from tests.complaints.desk import case, desk
from tests.complaints.entries import EMAIL, NARRATIVE, NOW, PHONE
from tests.complaints.letters import text_of
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
NAME = "李雷"


@pytest.fixture
def here():
    found = desk()
    found.authority.name = "示范市卫生健康委员会"
    found.authority.save()
    return found


def last_letter(one) -> ComplaintEvent:
    return letter_events(one.complaint).latest("pk")


def follower(complaint: Complaint) -> Client:
    code = new_receipt_code()
    Complaint.objects.filter(pk=complaint.pk).update(receipt_hash=receipt_hash(code))
    client = Client(headers={"accept-language": "en"})
    client.post(reverse("complaints:track"), {"reference": complaint.reference, "receipt_code": code})
    return client


def grant(one, officer, **fields) -> Reveal:
    values = {
        "complaint": one.complaint,
        "subject": "identity",
        "reason": "寄送文书",
        "asked_by": officer,
        "asked_at": one.at,
        "is_granted": True,
        "decided_by": one.desk.supervisor,
        "decided_at": one.at,
        "until": one.at + timedelta(hours=8),
    }
    return Reveal.objects.create(**{**values, **fields})


def test_the_notice_of_acceptance_says_by_when_the_decision_comes(here):
    one = case(at_desk=here).accepted()
    event = last_letter(one)
    letter = letter_of(event)
    assert letter.kind is LetterKind.ACCEPTANCE
    assert (letter.received_on, letter.signed_on) == (date(2026, 11, 23), date(2026, 11, 24))
    assert letter.due_on == one.part.deadlines.get(step="decision", met_at=None).due_on == date(2027, 1, 25)
    assert letter.number == f"〔2026〕{event.pk}号"
    assert letter.reference == one.complaint.reference
    assert letter.legal_basis
    one.proposed()
    clocks.extend(one.part, "30d", one.at)
    assert letter_of(event) == letter  # what moves the day later is told by letters of its own


def test_the_notice_of_refusal_gives_the_reason_and_names_no_day(here):
    one = case(at_desk=here)
    decline(**one.by(here.handler, reason="该事项已由法院审理。"))
    letter = letter_of(last_letter(one))
    assert (letter.kind, letter.reasons, letter.due_on) == (LetterKind.REFUSAL, "该事项已由法院审理。", None)
    assert "不予受理" in text_of(write_letter(letter))


def test_the_notice_of_extension_says_the_new_day_and_why(here):
    one = case(at_desk=here).accepted()
    Extension.objects.create(
        handling=one.part,
        limit="30d",
        reason="需要鉴定。",
        asked_by=here.handler,
        asked_at=one.at,
        is_granted=True,
        decided_by=here.supervisor,
        decided_at=one.at,
    )
    deadline = clocks.extend(one.part, "30d", one.at)
    event = ComplaintEvent.objects.create(
        complaint=one.complaint,
        handling=one.part,
        action="grant_extension",
        state="in_progress",
        is_public=True,
        audience="complainant",
        text="需要鉴定。",
        at=one.at,
    )
    letter = letter_of(event)
    assert (letter.kind, letter.reasons, letter.due_on) == (LetterKind.EXTENSION, "需要鉴定。", deadline.due_on)
    Extension.objects.all().delete()
    part = one.part
    part.deadlines.update(extension="")
    with pytest.raises(UnfitLetter):
        letter_of(event)


def test_the_decision_holds_claim_facts_reasons_law_measures_and_the_way_to_a_review(here):
    build.authority(division=build.division("360100"), name="示范省卫生健康委员会")
    vehicle = build.ambulance()
    one = case(
        Kind.OVERCHARGING, here, plate=vehicle.plate, distance_km=Decimal(1600), amount_charged=Decimal(28000)
    ).concluded(measures=["refund", "suspension"], refund_amount=Decimal(17328), legal_basis="《价格法》第十三条")
    letter = letter_of(last_letter(one))
    assert letter.kind is LetterKind.DECISION
    assert "28,000" in letter.claim
    assert vehicle.institution.name in letter.claim
    assert letter.facts == "收费高于公示价格。"
    assert "《价格法》第十三条" in letter.legal_basis
    assert "17,328" in letter.measures[0]
    assert len(letter.measures) == 2
    assert letter.decision.endswith("责令退还多收费用并整改。")
    (remedy,) = letter.remedies
    assert remedy.body == "示范省卫生健康委员会"
    assert remedy.until == date(2026, 12, 24)
    text = text_of(write_letter(letter))
    assert "示范市卫生健康委员会" in text
    assert "〔2026〕" in text


def test_a_review_decision_is_a_letter_of_its_own_and_a_second_one_ends_the_way(here):
    one = case(at_desk=here).concluded()
    above = build.authority(division=build.division("360100"))
    for role, kind in (("review", LetterKind.REVIEW), ("second", LetterKind.SECOND_REVIEW)):
        part = Handling.objects.create(
            complaint=one.complaint,
            authority=above,
            authority_kind=above.kind,
            role=role,
            state="concluded",
            reviewed=one.part,
            opened_at=one.at + timedelta(days=9),
            updated_at=one.at,
            concluded_at=one.at,
        )
        part.conclusions.create(
            finding="upheld",
            facts="原处理事实清楚。",
            reasons="适用依据正确。",
            decision="维持原处理意见。",
            proposed_by=here.handler,
            proposed_at=one.at,
            is_approved=True,
            decided_at=one.at + timedelta(days=20),
        )
        event = ComplaintEvent.objects.create(
            complaint=one.complaint,
            handling=part,
            action="conclude",
            state="reviewed",
            is_public=True,
            at=one.at + timedelta(days=20),
        )
        letter = letter_of(event)
        assert (letter.kind, letter.facts, letter.remedies) == (kind, "原处理事实清楚。", ())
        assert letter.received_on == date(2026, 12, 3)
        assert here.authority.name in letter.claim


def test_the_story_and_the_contact_are_in_no_letter_and_the_name_only_in_the_own_copy(here):
    one = case(at_desk=here, contact_email=EMAIL, place="东湖区民德路").concluded()
    for event in letter_events(one.complaint):
        own, copy = own_letter(event), desk_letter(event, here.handler, one.at)
        assert own.addressee == NAME
        assert copy.is_anonymous
        for secret in (NARRATIVE[:10], PHONE, EMAIL, "民德路"):
            assert secret not in text_of(write_letter(own))
        assert NAME not in text_of(write_letter(copy))
        assert NAME in text_of(write_letter(own))


def test_whoever_gave_no_name_is_addressed_as_anonymous_in_the_own_copy_too(here):
    one = case(at_desk=here, contact_name="", contact_phone="").accepted()
    assert own_letter(last_letter(one)).is_anonymous
    write_letter(own_letter(last_letter(one)))


@pytest.mark.parametrize(
    ("changed", "is_named"),
    [
        ({}, True),
        ({"until": NOW}, False),
        ({"subject": "contact"}, False),
        ({"is_granted": None, "decided_at": None, "decided_by": None, "until": None}, False),
        ({"is_granted": False, "until": None}, False),
    ],
)
def test_an_officer_gets_the_name_only_while_leave_to_see_it_is_open(here, changed, is_named):
    one = case(at_desk=here).accepted()
    grant(one, here.handler, **changed)
    letter = desk_letter(last_letter(one), here.handler, one.at + timedelta(hours=1))
    assert (letter.addressee == NAME) is is_named
    assert desk_letter(last_letter(one), here.supervisor, one.at).is_anonymous


def test_what_is_no_letter_is_none(here):
    one = case(at_desk=here).accepted()
    with pytest.raises(NoLetter):
        letter_of(one.complaint.events.get(action="submit"))
    praise = case(Kind.PRAISE, here).accepted()
    assert not letter_events(praise.complaint)
    with pytest.raises(NoLetter):
        letter_of(praise.complaint.events.get(action="accept"))


def test_an_authority_without_a_name_makes_no_letter_and_the_page_says_so(here):
    one = case(at_desk=here).accepted()
    event = last_letter(one)
    here.authority.name = " "
    here.authority.save()
    page = client_of(here.handler).get(reverse("links:letter", args=[one.complaint.pk, event.pk]) + "?lang=en")
    assert page.status_code == 409
    assert "cannot be made" in page.content.decode()
    told = follower(one.complaint).get(reverse("complaints:letter", args=[event.pk]))
    assert told.status_code == 409
    assert "cannot be shown" in told.content.decode()


def test_an_officer_takes_a_letter_and_that_is_recorded(here):
    one = case(at_desk=here).accepted()
    event = last_letter(one)
    address = reverse("links:letter", args=[one.complaint.pk, event.pk])
    handler = client_of(here.handler)
    response = handler.get(address)
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    assert NAME not in text_of(response.content)
    assert NAME.encode() not in response["Content-Disposition"].encode()
    row = AuditRow.objects.latest("number")
    assert (row.action, row.detail["letter"], row.detail["named"]) == ("complaint.letter_taken", "acceptance", False)
    page = handler.get(reverse("cases:case", args=[one.complaint.pk])).content.decode()
    assert address in page


def test_whoever_has_no_part_in_the_case_gets_no_letter(here):
    one, other = case(at_desk=here).accepted(), case(at_desk=here).accepted()
    event = last_letter(one)
    address = reverse("links:letter", args=[one.complaint.pk, event.pk])
    above = person(Role.SUPERVISOR, body=build.authority(division=build.division("360100")))
    stranger = person(Role.HANDLER, body=build.authority(division=build.division("110105")))
    for somebody in (above, stranger):
        assert client_of(somebody).get(address).status_code == 404
    assert client_of(here.handler).get(reverse("links:letter", args=[other.complaint.pk, event.pk])).status_code == 404
    reviewer = person(Role.REVIEWER, body=here.authority)
    assert client_of(reviewer).get(address).status_code == 403
    officer = person(Role.COMPLAINT_OFFICER, body=build.institution())
    assert client_of(officer).get(address).status_code == 403
    assert not AuditRow.objects.filter(action="complaint.letter_taken").exists()
    submitted = one.complaint.events.get(action="submit")
    wrong = reverse("links:letter", args=[one.complaint.pk, submitted.pk])
    assert client_of(here.handler).get(wrong).status_code == 404


def test_the_follower_finds_and_takes_the_own_letters_alone(here):
    one, other = case(at_desk=here).concluded(), case(at_desk=here).accepted()
    client = follower(one.complaint)
    page = client.get(reverse("complaints:track")).content.decode()
    assert "Letters to you" in page
    for line in letter_lines(letter_events(one.complaint)):
        address = reverse("complaints:letter", args=[line.event_pk])
        assert address in page
        response = client.get(address)
        assert response["Content-Type"] == "application/pdf"
        assert NAME in text_of(response.content)
        assert "no-store" in response["Cache-Control"]
    assert client.get(reverse("complaints:letter", args=[last_letter(other).pk])).status_code == 404
    assert Client().get(reverse("complaints:letter", args=[last_letter(one).pk])).status_code == 303


def test_the_second_half_of_a_submission_writes_to_the_same_person(here):
    one, twin = case(at_desk=here), case(at_desk=here, contact_name="", contact_phone="")
    Complaint.objects.filter(pk=twin.complaint.pk).update(twin_of=one.complaint)
    twin.accepted()
    event = last_letter(one)
    assert event.complaint == twin.complaint
    letter = own_letter(event)
    assert (letter.addressee, letter.reference) == (NAME, one.complaint.reference)


def test_whoever_was_merged_gets_no_letter_of_the_main_case(here):
    one, main = case(at_desk=here), case(at_desk=here)
    merge(**one.by(here.handler, main=main.complaint, reason="同一事件。"))
    main.concluded()
    assert not letter_events(one.complaint)
    response = follower(one.complaint).get(reverse("complaints:letter", args=[last_letter(main).pk]))
    assert response.status_code == 404


def test_a_letter_in_english_for_whoever_reads_english(here):
    one = case(at_desk=here)
    Complaint.objects.filter(pk=one.complaint.pk).update(language="en")
    one.accepted()
    letter = own_letter(last_letter(one))
    assert (letter.language, letter.about) == ("en", "Poor service or attitude")
    assert letter.number.startswith("(2026) No. ")
    write_letter(letter)


def test_the_same_letter_has_the_same_bytes(here):
    one = case(at_desk=here).accepted()
    event = last_letter(one)
    assert write_letter(own_letter(event)) == write_letter(own_letter(ComplaintEvent.objects.get(pk=event.pk)))
