"""An officer sends to an institution, returns its reply, takes it back, releases the contact."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from accounts.models import AuditRow
from complaints.clock import Step
from complaints.identifying import Identifier
from complaints.kinds import Kind
from complaints.models import CaseLink, Complaint, ComplaintEvent, Deadline, Forwarding, Handling
from complaints.receipts import new_reference, printed_receipt_code
from complaints.refusals import StaleVersion, Unsound
from complaints.services import add_material
from complaints.services.concluding import close
from complaints.services.forwarding import forward, recall, release_contact, return_reply
from complaints.services.noting import note
from complaints.wall import Audience
from complaints.workflow import Action, NotAllowed
from notifications.models import Message
from registry.refusals import OutOfScope, WrongRole
from tests import build
from tests.complaints.desk import desk
from tests.complaints.entries import filed
from tests.complaints.walled import EMAIL, NAME, PHONE, SUMMARY, walled

pytestmark = pytest.mark.django_db


def test_the_institution_is_told_in_the_handlers_words_under_a_number_of_its_own():
    world = walled()
    sent = world.forwarded()
    assert (sent.institution, sent.purpose, sent.state) == (world.hospital, "reply", "open")
    assert sent.summary == SUMMARY
    assert sent.number != world.complaint.reference
    assert list(sent.shown_files.all()) == [world.evidence]
    assert world.part.state == Handling.State.WITH_INSTITUTION
    event = world.complaint.events.latest("pk")
    assert (event.action, event.is_public, event.audience, event.forwarding) == ("forward", True, "institution", sent)
    assert AuditRow.objects.latest("number").action == "complaint.forward"


@pytest.mark.parametrize(
    ("several", "step", "due"),
    [(False, Step.INSTITUTION_REPLY, date(2026, 12, 1)), (True, Step.INSTITUTION_REPLY_SEVERAL, date(2026, 12, 8))],
)
def test_its_clock_runs_five_or_ten_working_days(several, step, due):
    world = walled()
    sent = world.forwarded(has_several_departments=several)
    clock = Deadline.objects.get(forwarding=sent)
    assert (clock.step, clock.due_on, clock.basis) == (step, due, "")


def test_the_complaint_officers_are_told_by_mail_and_nobody_else_of_the_institution():
    world = walled()
    Message.objects.all().delete()
    sent = world.forwarded()
    mails = [one for one in Message.objects.all() if one.template == "complaints/forwarded"]
    told = {world.officers["complaint_officer"].email, world.officers["everything"].email}
    assert {one.recipient for one in mails} == told
    assert all(one.context["number"] == sent.number for one in mails)


def test_a_number_is_never_one_in_use(monkeypatch):
    world = walled()
    first, fresh = world.forwarded(), new_reference()
    drawn = iter([first.number, world.complaint.reference, fresh])
    monkeypatch.setattr("complaints.services.forwarding.new_reference", lambda: next(drawn))
    assert world.forwarded().number == fresh


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (NAME, Identifier.NAME),
        (PHONE, Identifier.PHONE),
        ("139 1234-5678", Identifier.PHONE),
        (EMAIL.upper(), Identifier.EMAIL),
        ("{reference}", Identifier.REFERENCE),
        ("{code}", Identifier.RECEIPT_CODE),
    ],
)
def test_a_summary_that_names_the_complainant_is_refused_and_the_words_say_what_was_found(what, kind):
    world = walled()
    world.case.accepted()
    secret = what.format(reference=world.complaint.reference, code=printed_receipt_code(world.receipt_code))
    with pytest.raises(Unsound) as refusal:
        world.forwarded(summary=f"{SUMMARY}\n投诉人：{secret}")
    assert refusal.value.code == f"identifies-{kind.value.replace('_', '-')}"
    with translation.override("en"):
        words, name = str(refusal.value.faults["summary"]), str(kind.label)
    assert name.rsplit(maxsplit=1)[-1] in words
    assert secret not in words
    assert not Forwarding.objects.exists()


@pytest.mark.parametrize("step", [return_reply, recall])
def test_every_further_word_to_the_institution_passes_the_same_guard(step):
    world = walled()
    world.forwarded()
    world.replied()
    field = "note" if step is return_reply else "reason"
    with pytest.raises(Unsound) as refusal:
        step(**world.at_forwarding(**{field: f"{NAME}说没有收到退款"}))
    assert list(refusal.value.faults) == [field]


def test_words_in_the_file_for_the_institution_pass_the_guard_too():
    world = walled()
    world.forwarded()
    with pytest.raises(Unsound) as refusal:
        note(**world.by(audience="institution", text=f"请直接联系{PHONE}"))
    assert refusal.value.code == "identifies-phone"
    note(**world.by(audience="authorities", text=f"已电话核实 {PHONE}"))
    note(**world.by(audience="institution", text="请注意时限"))


def test_nobody_whose_report_is_handled_together_with_it_is_named_either():
    world = walled()
    other, linked = filed(contact_name="韩梅梅"), filed(contact_name="魏振华", contact_phone="13700001111")
    Complaint.objects.filter(pk=other.pk).update(merged_into=world.complaint)
    CaseLink.objects.create(
        complaint=world.complaint, other=linked, kind="duplicate", made_by=world.desk.handler, made_at=world.at
    )
    for text in ("韩梅梅也遇到", "另一位 137 0000 1111", linked.reference):
        with pytest.raises(Unsound):
            world.forwarded(summary=text)


def test_of_a_report_nothing_is_sent_before_the_decision_and_measures_after_it():
    world = walled(kind=Kind.UNLAWFUL_OPERATION)
    world.case.accepted()
    with pytest.raises(NotAllowed):
        world.forwarded()
    world.case.concluded()
    sent = world.forwarded(summary="责令立即停止出租救护车，十个工作日内报告整改情况。", shown_files=[])
    assert sent.purpose == "measures"
    assert world.part.state == Handling.State.CONCLUDED
    assert Deadline.objects.filter(forwarding=sent, met_at=None).exists()


def test_after_the_decision_of_a_claim_measures_are_sent_and_closing_waits_for_them():
    world = walled()
    world.case.concluded()
    sent = world.forwarded(shown_files=[])
    assert sent.purpose == "measures"
    with pytest.raises(Unsound, match="reason"):
        close(**world.by(reason="已办结"))
    recall(**world.at_forwarding(reason="已口头落实"))
    assert world.part.state == Handling.State.CONCLUDED
    close(**world.by(reason="已办结"))


def test_thanks_are_passed_on_and_no_reply_is_owed():
    world = walled(kind=Kind.PRAISE)
    sent = world.forwarded(summary="市民感谢贵院11月22日夜班车组。", shown_files=[])
    assert not sent.deadlines.exists()
    assert not Forwarding.objects.awaited().exists()
    close(**world.by(reason=""))
    assert world.part.state == Handling.State.CLOSED


def test_another_institution_can_be_told_but_no_closed_one_and_never_none():
    world = walled()
    world.case.accepted()
    elsewhere = build.institution()
    assert world.forwarded(institution=elsewhere).institution == elsewhere
    closed = build.institution(closed_on=date(2026, 11, 1))
    with pytest.raises(Unsound, match="institution"):
        world.forwarded(institution=closed)
    Complaint.objects.filter(pk=world.complaint.pk).update(institution=None)
    with pytest.raises(Unsound, match="institution"):
        world.forwarded()


def test_only_the_complainants_files_can_be_shown():
    world = walled()
    stranger = walled(contact_phone="13800000009")
    with pytest.raises(Unsound, match="shown_files"):
        world.forwarded(shown_files=[stranger.evidence.pk])


def test_a_stale_page_another_authority_and_another_duty_are_refused():
    world = walled()
    world.case.accepted()
    with pytest.raises(StaleVersion):
        world.forwarded(version=1)
    with pytest.raises(OutOfScope):
        world.forwarded(who=desk(division="110105").handler)
    with pytest.raises(WrongRole):
        world.forwarded(who=desk(division="360100").handler)
    with pytest.raises(OutOfScope):
        world.forwarded(who=world.officers["complaint_officer"])


def test_a_reply_is_returned_with_a_note_and_a_new_term():
    world = walled()
    world.forwarded()
    world.replied()
    world.at += timedelta(days=1)
    sent = return_reply(**world.at_forwarding(note="请附退款凭证。"))
    assert (sent.state, sent.return_note) == ("returned", "请附退款凭证。")
    assert Deadline.objects.get(forwarding=sent, met_at=None).starts_on == date(2026, 11, 25)
    assert world.part.state == Handling.State.WITH_INSTITUTION
    with pytest.raises(Unsound):
        return_reply(**world.at_forwarding(note="再次退回"))


def test_what_is_taken_back_is_owed_no_more_and_the_part_goes_back_to_work():
    world = walled()
    world.forwarded()
    sent = recall(**world.at_forwarding(reason="发错单位"))
    assert (sent.state, world.part.state) == ("recalled", Handling.State.ACCEPTED)
    assert not sent.deadlines.filter(met_at=None).exists()
    assert Message.objects.filter(template="complaints/forwarded").count() == 4
    world.forwarded()
    with pytest.raises(Unsound):
        recall(**{**world.at_forwarding(reason="再收回"), "forwarding": sent})


def test_the_part_stays_with_the_institutions_while_another_one_has_something_to_answer():
    world = walled()
    world.forwarded()
    world.forwarded(institution=build.institution())
    recall(**world.at_forwarding(reason="发错单位"))
    assert world.part.state == Handling.State.WITH_INSTITUTION


def test_the_contact_is_released_with_consent_and_a_reason_and_the_complainant_is_told():
    world = walled()
    world.forwarded()
    Message.objects.all().delete()
    sent = release_contact(**world.at_forwarding(reason="需核对退款账户"))
    assert sent.contact_released_by == world.desk.handler
    assert sent.version == 1  # whoever writes the reply now is not disturbed
    assert {one.recipient for one in Message.objects.all()} == {PHONE, EMAIL}
    event = world.complaint.events.latest("pk")
    assert (event.action, event.is_public, event.audience) == (Action.RELEASE_CONTACT, True, Audience.AUTHORITIES)
    with pytest.raises(Unsound, match="reason"):
        release_contact(**world.at_forwarding(reason="再次"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"consent_share_contact": False}, "no-consent"),
        ({"nature": "report"}, "is-report"),
        ({"contact_name": "", "contact_phone": "", "contact_email": ""}, "no-contact"),
    ],
)
def test_nothing_is_released_without_consent_contact_or_for_a_report(change, code):
    world = walled()
    world.forwarded()
    Complaint.objects.filter(pk=world.complaint.pk).update(**change)
    with pytest.raises(Unsound) as refusal:
        release_contact(**world.at_forwarding(reason="需要联系"))
    assert refusal.value.code == code


def test_nothing_is_released_of_a_submission_that_reports_the_institution_as_well():
    world = walled()
    world.forwarded()
    half = filed(kind=Kind.UNLAWFUL_OPERATION)
    Complaint.objects.filter(pk=half.pk).update(twin_of=world.complaint)
    with pytest.raises(Unsound) as refusal:
        release_contact(**world.at_forwarding(reason="需要联系"))
    assert refusal.value.code == "is-report"


def test_the_contact_goes_to_the_institution_complained_of_alone_and_not_without_a_reason():
    world = walled()
    world.forwarded(institution=build.institution())
    with pytest.raises(Unsound) as refusal:
        release_contact(**world.at_forwarding(reason="需要联系"))
    assert refusal.value.code == "other-institution"
    world.forwarded()
    with pytest.raises(Unsound) as refusal:
        release_contact(**world.at_forwarding(reason="  "))
    assert refusal.value.code == "required"


def test_a_refused_step_leaves_no_trace_but_its_record():
    world = walled()
    world.case.accepted()
    before = (ComplaintEvent.objects.count(), Message.objects.count(), world.part.version)
    with pytest.raises(Unsound):
        forward(**world.by(summary=f"请联系{NAME}"))
    after = (ComplaintEvent.objects.count(), Message.objects.count(), world.part.version)
    assert before == after
    assert AuditRow.objects.latest("number").action == "complaint.guard_refused"


def test_material_that_comes_later_can_be_shown_and_what_the_institution_attached_cannot():
    world = walled()
    add_material(complaint=world.complaint, text="补充", evidence=[], now=world.at)
    sent = world.forwarded()
    attached = sent.attachments.create(
        complaint=world.complaint,
        media="pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        original_key="originals/x",
        cleaned_key="cleaned/x",
        cleaned_type="application/pdf",
        cleaned_size=1,
        added_at=world.at,
    )
    with pytest.raises(Unsound, match="shown_files"):
        world.forwarded(shown_files=[attached.pk])
