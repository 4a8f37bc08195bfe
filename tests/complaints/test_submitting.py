"""Filing a complaint through the one core: what is written, what is sealed, what a repeat gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from complaints.entry import Invalid, KeyReused
from complaints.kinds import Kind
from complaints.models import Complaint, Deadline, Evidence, Handling, Submission
from complaints.receipts import receipt_hash
from complaints.services import repeat_of
from directory.kinds import AuthorityKind, InstitutionKind
from notifications.models import Message
from registry.choices import AmbulanceStatus
from registry.codes import new_code
from tests import build
from tests.complaints.entries import EMAIL, NARRATIVE, NOW, PHONE, entry, filed, submit

pytestmark = pytest.mark.django_db


def raw(column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM complaints_complaint")
        return str(cursor.fetchone()[0])


def test_a_complaint_gets_a_reference_and_a_receipt_code_of_which_only_a_hash_is_kept():
    receipt = submit().receipt
    complaint = Complaint.objects.get(reference=receipt.reference)
    assert len(receipt.receipt_code) >= 14
    assert complaint.receipt_hash == receipt_hash(receipt.receipt_code)
    assert receipt.receipt_code not in str(Complaint.objects.values().get())


@pytest.mark.parametrize("column", ["narrative", "contact_name", "contact_phone", "contact_email", "place"])
def test_what_identifies_a_person_is_sealed_in_the_database(column):
    complaint = filed(contact_email=EMAIL, place="东湖区民德路")
    stored = raw(column)
    plain = getattr(complaint, column)
    assert plain
    assert plain not in stored
    assert stored.startswith("gAAAA")


def test_a_phone_is_found_again_by_its_keyed_hash():
    first, second = filed(), filed()
    other = filed(contact_phone="13900139000")
    assert first.contact_phone_hash == second.contact_phone_hash != other.contact_phone_hash
    assert PHONE not in first.contact_phone_hash


def test_an_anonymous_complaint_is_taken_in_full():
    complaint = filed(contact_name="", contact_phone="")
    assert complaint.handlings.exists()
    assert complaint.contact_phone_hash == ""


def test_a_code_sets_vehicle_institution_and_place():
    marking = build.marking()
    complaint = filed(ambulance_code=marking.code, division_code="")
    assert complaint.marking == marking
    assert complaint.ambulance == marking.ambulance
    assert complaint.institution == marking.ambulance.institution
    assert complaint.division == marking.ambulance.division


def test_a_plate_finds_its_registered_vehicle():
    ambulance = build.ambulance(plate="赣A12345")
    assert filed(plate="赣 a·12345").ambulance == ambulance


@pytest.mark.parametrize("status", [AmbulanceStatus.DRAFT, AmbulanceStatus.RETIRED])
def test_a_plate_does_not_find_a_vehicle_that_is_not_registered_now(status):
    build.ambulance(plate="赣A12345", status=status)
    complaint = filed(plate="赣A12345")
    assert complaint.ambulance is None
    assert complaint.plate_given == "赣A12345"


def test_a_plate_shared_by_two_kinds_is_left_to_the_officer():
    build.ambulance(plate="赣A12345", plate_kind="02")
    build.ambulance(plate="赣A12345", plate_kind="01")
    assert filed(plate="赣A12345").ambulance is None


def test_a_partly_seen_plate_is_kept_as_it_was_given():
    assert filed(plate="赣A？？345").plate_given == "赣A??345"


def test_a_mistyped_code_is_refused_and_nothing_is_written():
    code = new_code()
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    with pytest.raises(Invalid) as refused:
        submit(entry(ambulance_code=wrong))
    assert [fault.code for fault in refused.value.faults] == ["code-mistyped"]
    assert not Complaint.objects.exists()
    assert not Submission.objects.exists()
    assert not Message.objects.exists()


def test_a_code_that_nobody_carries_is_taken_and_flagged():
    code = new_code()
    complaint = filed(kind=Kind.ILLEGAL_AMBULANCE, ambulance_code=code)
    assert complaint.ambulance is None
    assert "unknown_code" in complaint.flags
    assert complaint.answers["unknown_code"] == code


@pytest.mark.parametrize(("division", "code"), [("", "required"), ("999999", "unknown")])
def test_an_unregistered_vehicle_needs_a_known_place(division, code):
    with pytest.raises(Invalid) as refused:
        submit(entry(division_code=division))
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("division", code)]


def test_what_is_told_in_a_receipt_has_no_fraction_of_a_second():
    first = submit(key="a-form-token-0001", now=NOW.replace(microsecond=123456))
    again = submit(key="a-form-token-0001", now=NOW.replace(microsecond=654321))
    assert first.receipt == again.receipt
    assert first.receipt.received_at == NOW


def test_a_closed_division_is_refused():
    build.division("360199", closed_on=date(2025, 1, 1))
    with pytest.raises(Invalid):
        submit(entry(division_code="360199"))


def test_the_posted_price_of_the_day_stands_beside_the_amount():
    marking = build.marking()
    institution = marking.ambulance.institution
    build.price(institution=institution, valid_from=date(2025, 1, 1))
    build.price(institution=institution, valid_from=date(2026, 11, 23), per_km=Decimal(9))
    complaint = filed(
        kind=Kind.OVERCHARGING,
        ambulance_code=marking.code,
        distance_km=Decimal(1600),
        amount_charged=Decimal(28000),
    )
    assert complaint.posted_amount == Decimal("10671.99")


def test_without_a_posted_price_nothing_is_invented():
    assert filed(kind=Kind.OVERCHARGING, distance_km=Decimal(10)).posted_amount is None


def test_each_authority_in_charge_gets_a_handling_and_deadlines_of_its_own():
    for kind in AuthorityKind:
        build.authority(kind=kind)
    complaint = filed(kind=Kind.ILLEGAL_AMBULANCE)
    roles = {handling.authority_kind: handling.role for handling in complaint.handlings.all()}
    assert roles == {"health": "lead", "police": "lead", "transport": "co", "market_regulation": "co"}
    assert set(Deadline.objects.values_list("handling__authority_kind", "step")) == {
        ("health", "acceptance"),
        ("health", "decision"),
        ("police", "acceptance"),
        ("police", "decision"),
        ("transport", "decision"),
        ("market_regulation", "decision"),
    }


def test_the_receipt_names_the_first_due_dates():
    build.authority()
    due = {line.step: line for line in submit().receipt.due}
    assert due["acceptance"].on == date(2026, 12, 8)  # 15 days after Monday, 23 November
    assert not due["acceptance"].provisional
    assert due["decision"].provisional  # 2027 is not published yet


def test_praise_has_no_deadline_but_reaches_the_authority():
    build.authority()
    complaint = filed(kind=Kind.PRAISE)
    assert complaint.handlings.get().authority is not None
    assert not Deadline.objects.exists()


def test_a_case_without_any_authority_goes_to_the_operator_and_is_flagged(settings):
    complaint = filed()
    assert complaint.handlings.get().authority is None
    assert "no_authority" in complaint.flags
    assert settings.ENV.OPERATOR_EMAIL in [message.recipient for message in Message.objects.all()]


def test_the_first_event_and_the_messages_are_written_with_the_complaint():
    build.authority()
    complaint = filed(contact_email=EMAIL)
    assert list(complaint.events.values_list("action", "state", "is_public")) == [("submit", "received", True)]
    assert {message.channel for message in Message.objects.all()} == {"sms", "email"}
    assert Message.objects.count() == 3


def test_a_failure_after_the_complaint_leaves_nothing_behind():
    with transaction.atomic():
        submit()
        transaction.set_rollback(True)
    for model in (Complaint, Handling, Message, Submission):
        assert not model.objects.exists()


def test_the_same_key_and_content_makes_one_complaint_and_the_same_answer():
    first, second = submit(key="a-form-token-0001"), submit(key="a-form-token-0001")
    assert (first.is_new, second.is_new) == (True, False)
    assert second.receipt == first.receipt
    assert Complaint.objects.count() == 1
    assert Message.objects.count() == 2


def test_equal_content_under_another_key_is_another_complaint():
    submit(key="a-form-token-0001")
    submit(key="a-form-token-0002")
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize("change", [{"narrative": "另一件事"}, {"contact_phone": ""}, {"kind": Kind.OTHER}])
def test_the_same_key_with_another_content_is_refused(change):
    submit(key="a-form-token-0001")
    with pytest.raises(KeyReused):
        submit(replace(entry(), **change), key="a-form-token-0001")
    assert Complaint.objects.count() == 1


def test_the_same_key_with_other_files_is_refused():
    submit(key="a-form-token-0001", evidence=[stored_file("a" * 64)])
    with pytest.raises(KeyReused):
        submit(key="a-form-token-0001", evidence=[stored_file("b" * 64)])


def stored_file(sha256: str) -> Evidence:
    return Evidence(
        name="收据.jpg",
        media="image",
        content_type="image/jpeg",
        size=10,
        sha256=sha256,
        original_key=f"originals/{sha256[:10]}",
        cleaned_key=f"cleaned/{sha256[:10]}",
        cleaned_type="image/jpeg",
        cleaned_size=9,
        added_at=NOW,
    )


def test_the_files_hashes_stand_on_the_receipt():
    receipt = submit(evidence=[stored_file("a" * 64)]).receipt
    assert [(line.name, line.sha256) for line in receipt.evidence] == [("收据.jpg", "a" * 64)]


def test_the_kept_answer_is_sealed_and_forgotten_after_a_day():
    receipt = submit(key="a-form-token-0001").receipt
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM complaints_submission")
        assert receipt.receipt_code not in cursor.fetchone()[0]
    kept = repeat_of(key="a-form-token-0001", entry=entry(), file_hashes=[], now=NOW + timedelta(hours=23))
    assert kept is not None
    assert kept.receipt == receipt
    later = NOW + timedelta(hours=25)
    assert repeat_of(key="a-form-token-0001", entry=entry(), file_hashes=[], now=later) is None
    assert repeat_of(key="another-form-token", entry=entry(), file_hashes=[], now=NOW) is None


def test_unusual_numbers_flag_but_never_refuse(settings):
    settings.ENV = settings.ENV.model_copy(update={"FLAG_VEHICLE_PER_DAY": 2, "FLAG_PHONE_PER_DAY": 3})
    flags = [filed(plate="赣A12345").flags for _ in range(4)]
    assert ["many_on_vehicle" in each for each in flags] == [False, False, True, True]
    assert ["many_from_phone" in each for each in flags] == [False, False, False, True]


@pytest.mark.parametrize(
    ("kind", "kept"), [(Kind.SERVICE, True), (Kind.UNLAWFUL_OPERATION, False), (Kind.ILLEGAL_AMBULANCE, False)]
)
def test_the_contact_of_who_reports_illegality_is_never_passed_on_even_with_consent(kind, kept):
    assert filed(kind=kind, consent_share_contact=True).consent_share_contact is kept


def test_consent_to_share_means_nothing_without_a_contact():
    assert not filed(contact_phone="", consent_share_contact=True).consent_share_contact


def test_no_message_carries_what_was_told():
    build.authority()
    complaint = filed(contact_email=EMAIL, place="东湖区民德路", kind=Kind.OVERCHARGING, amount_charged=Decimal(28000))
    for message in Message.objects.all():
        words = f"{message.context} {message.template}"
        for secret in (NARRATIVE[:8], "李雷", PHONE, EMAIL, "民德路", "28000", complaint.receipt_hash):
            assert secret not in words


def test_a_hospital_of_chinese_medicine_is_supervised_by_its_own_authority():
    tcm = build.authority(kind=AuthorityKind.TCM, division=build.division("360000"))
    build.authority()
    institution = build.institution(kind=InstitutionKind.TCM_HOSPITAL)
    marking = build.marking(ambulance=build.ambulance(institution=institution, certified_by=tcm))
    assert filed(ambulance_code=marking.code).handlings.get().authority == tcm
