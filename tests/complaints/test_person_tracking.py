"""The tracking page told whole: questions, decisions, days, reviews; a claim and a report side by side."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from complaints.clock import Step
from complaints.kinds import Kind, Nature
from complaints.models import Complaint, ComplaintEvent, Deadline, Extension, Forwarding, Question
from complaints.services import clocks, decline
from complaints.services.case_steps import settle
from complaints.strands import strands_of
from complaints.wall import Audience
from complaints.workflow import Action, State
from directory.kinds import AuthorityKind
from tests import build
from tests.complaints.build import authorities, jpeg, rubbish, text_of
from tests.complaints.desk import Case, case, desk
from tests.complaints.entries import NARRATIVE, NOW, PHONE, filed
from tests.complaints.followers import TRACK, asked, follower_of

pytestmark = pytest.mark.django_db


def test_the_answer_stands_in_plain_words_with_measures_refund_and_text():
    one = case(Kind.SERVICE).concluded(measures=["refund", "suspension"], refund_amount=Decimal("17328.00"))
    page = text_of(follower_of(one.complaint).get(TRACK))
    assert f"Answer of {one.desk.authority.name}" in page
    assert "What you said was found to be right." in page
    assert "Vehicle suspended" in page
    assert "To be refunded: 17,328 yuan" in page
    assert page.count("责令退还多收费用并整改。") == 1


def test_facts_reasons_and_notes_of_the_file_are_not_told():
    one = case(Kind.SERVICE).concluded()
    ComplaintEvent.objects.create(
        complaint=one.complaint,
        handling=one.part,
        action=Action.NOTE,
        state=State.CONCLUDED,
        audience=Audience.OWN,
        text="内部备注",
        at=NOW,
    )
    page = text_of(follower_of(one.complaint).get(TRACK))
    for inner in ("收费高于公示价格。", "公示价格为每公里", "已向医院调取", "内部备注", NARRATIVE, PHONE):
        assert inner not in page
    for officer in (one.desk.handler, one.desk.supervisor):
        assert officer.name not in page


def test_words_written_to_the_complainant_are_told_with_the_authority():
    one = case(Kind.SERVICE).accepted()
    ComplaintEvent.objects.create(
        complaint=one.complaint,
        handling=one.part,
        action=Action.NOTE,
        state=State.IN_PROGRESS,
        side="handler",
        audience=Audience.COMPLAINANT,
        text="我们已联系医院。",
        at=NOW + timedelta(days=2),
    )
    page = text_of(follower_of(one.complaint).get(TRACK))
    assert "我们已联系医院。" in page
    assert one.desk.authority.name in page


def test_a_declined_case_says_why_and_that_a_review_can_be_asked_for():
    desk(division="360100")
    one = case(Kind.SERVICE)
    decline(**one.by(one.desk.handler, reason="不属于受理范围。"))
    page = text_of(follower_of(one.complaint).get(TRACK))
    assert f"{one.desk.authority.name} did not accept it" in page
    assert page.count("不属于受理范围。") == 1


def test_a_question_stands_on_the_page_and_is_answered_there():
    one = case(Kind.SERVICE).accepted()
    question = asked(one, "请提供发票照片。")
    follower = follower_of(one.complaint)
    page = text_of(follower.get(TRACK))
    assert f"{one.desk.authority.name} asks you" in page
    assert "请提供发票照片。" in page
    assert "rests until you answer" in page
    response = follower.post(f"{TRACK}answer/{question.pk}/", {"text": "已附上。", "files": [jpeg("发票.jpg")]})
    assert response.status_code == 303
    page = text_of(follower.get(TRACK))
    assert "Your answer was sent to the authority, with 发票.jpg" in page
    assert "asks you" not in page
    question.refresh_from_db()
    assert question.answer == "已附上。"
    assert one.complaint.evidence.get().name == "发票.jpg"


def test_an_answer_that_is_not_taken_stays_as_typed():
    one = case(Kind.SERVICE).accepted()
    question = asked(one)
    follower = follower_of(one.complaint)
    assert follower.post(f"{TRACK}answer/{question.pk}/", {"text": " "}).status_code == 422
    too_long = follower.post(f"{TRACK}answer/{question.pk}/", {"text": "长" * 5001})
    assert too_long.status_code == 422
    assert "长" * 5001 in text_of(too_long)
    refused = follower.post(f"{TRACK}answer/{question.pk}/", {"text": "", "files": [rubbish("bad.exe")]})
    assert refused.status_code == 422
    assert "bad.exe" in text_of(refused)
    question.refresh_from_db()
    assert question.answered_at is None


def test_a_question_of_another_complaint_does_not_exist_and_strangers_answer_none():
    one, other = case(Kind.SERVICE).accepted(), filed()
    question = asked(one)
    assert follower_of(other).post(f"{TRACK}answer/{question.pk}/", {"text": "x"}).status_code == 404
    stranger = follower_of(None)
    assert stranger.post(f"{TRACK}answer/{question.pk}/", {"text": "x"})["Location"] == TRACK
    assert follower_of(one.complaint).get(f"{TRACK}answer/{question.pk}/").status_code == 405
    question.refresh_from_db()
    assert question.answered_at is None


def test_an_extension_tells_its_reason():
    one = case(Kind.SERVICE).accepted()
    Extension.objects.create(
        handling=one.part,
        limit="30d",
        reason="需要鉴定。",
        asked_by=one.desk.handler,
        asked_at=NOW,
        is_granted=True,
        decided_by=one.desk.supervisor,
        decided_at=NOW,
    )
    clocks.extend(one.part, "30d", one.at)
    page = text_of(follower_of(one.complaint).get(TRACK))
    assert "Put off once by 30 days." in page
    assert "需要鉴定。" in page


def test_days_of_institutions_and_co_handlers_are_not_promised():
    health = desk()
    one = case(Kind.OVERCHARGING, desk(AuthorityKind.MARKET_REGULATION)).accepted()
    forwarding = Forwarding.objects.create(
        number="F12345678",
        handling=one.part,
        institution=build.institution(),
        purpose="reply",
        summary="x",
        forwarded_by=one.desk.handler,
        forwarded_at=NOW,
    )
    clocks.start_clock(one.part, Step.INSTITUTION_REPLY, NOW, forwarding=forwarding)
    page = text_of(follower_of(one.complaint).get(TRACK))
    assert "The institution replies" not in page
    assert health.authority.name not in page.split("By when you hear from us")[1].split("</section>")[0]


def test_provisional_days_are_explained_once():
    one = case(Kind.SERVICE).accepted()
    Deadline.objects.filter(handling=one.part, met_at=None).update(is_provisional=True)
    page = text_of(follower_of(one.complaint).get(TRACK))
    assert page.count("Provisional: the holidays") == 1


def test_a_claim_and_a_report_are_one_story_in_two_strands():
    authorities()
    complaint = filed(kind=Kind.OVERCHARGING, files_both=True)
    page = text_of(follower_of(complaint).get(TRACK))
    assert page.count("<h1>") == 1
    assert "Your claim" in page
    assert "Your report" in page
    assert "handled separately" in page
    twin = strands_of(complaint)[1]
    assert twin.reference not in page


def test_a_question_in_the_second_strand_is_answered_by_the_one_receipt():
    authorities()
    complaint = filed(kind=Kind.OVERCHARGING, files_both=True)
    twin = strands_of(complaint)[1]
    part = twin.handlings.get(role="lead")
    officer = desk(AuthorityKind(part.authority_kind)).handler
    part.waiting_since, part.state = NOW, "accepted"
    part.save()
    question = Question.objects.create(handling=part, text="何时？", asked_by=officer, asked_at=NOW)
    settle(twin, NOW)
    follower = follower_of(complaint)
    assert follower.post(f"{TRACK}answer/{question.pk}/", {"text": "十一月。"}).status_code == 303
    assert twin.events.filter(action=Action.ANSWER).count() == 1


def test_withdrawing_asks_which_half():
    authorities()
    complaint = filed(kind=Kind.OVERCHARGING, files_both=True)
    follower = follower_of(complaint)
    assert 'value="report"' in text_of(follower.get(f"{TRACK}withdraw/"))
    follower.post(f"{TRACK}withdraw/", {"strand": "report"})
    states = {one.nature: one.state for one in strands_of(complaint)}
    assert states == {Nature.COMPLAINT: State.RECEIVED, Nature.REPORT: State.WITHDRAWN}


def merged_into(main: Case) -> Complaint:
    """Another person's complaint that is handled together with the main case."""
    other = filed(narrative="别人的故事")
    other.handlings.update(state="merged", closed_at=NOW)
    other.merged_into = main.complaint
    other.save()
    settle(other, NOW)
    return other


def test_of_the_case_it_is_handled_together_with_only_finding_and_measures_are_told():
    main = case(Kind.SERVICE)
    other = merged_into(main)
    page = text_of(follower_of(other).get(TRACK))
    assert "Handled together with other reports of the same event" in page
    assert "It is not answered yet." in page
    main.concluded(measures=["refund", "correction"], refund_amount=Decimal(17328))
    page = text_of(follower_of(other).get(TRACK))
    assert "What you said was found to be right." in page
    assert "Correction ordered" in page
    for inner in ("责令退还多收费用并整改。", "17,328", main.complaint.reference, NARRATIVE, "李雷"):
        assert inner not in page


def test_a_full_page_costs_a_fixed_number_of_queries_and_stays_light(django_assert_max_num_queries):
    desk(division="360100")
    one = case(Kind.SERVICE).concluded()
    follower = follower_of(one.complaint)
    follower.get(TRACK)
    # Session, complaint, its cases, parts, deadlines, conclusions, events, calendar, rules, the superior, files.
    with django_assert_max_num_queries(13):
        response = follower.get(TRACK)
    assert len(response.content) < 16_000, len(response.content)
