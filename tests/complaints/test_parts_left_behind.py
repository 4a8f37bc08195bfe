"""What a step leaves behind: an answer, a question, a second part of the same authority, a proposal nobody decides."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint, Handling, Question, Recusal, Referral
from complaints.parties import buttons
from complaints.refusals import Unsound
from complaints.services import (
    accept,
    add_handler,
    conclude,
    decline,
    hand_over,
    investigate,
    object_to,
    propose_conclusion,
    reopen,
)
from complaints.services.answering import answer_question
from complaints.services.asking import ask
from complaints.services.extending import ask_extension
from complaints.services.follow import withdraw
from complaints.services.hotline import take_call
from complaints.services.recusing import recuse
from complaints.services.reviewing import ask_review
from complaints.services.splitting import split
from complaints.supervision import waiting_for
from complaints.workflow import Action, HandlingRole, HandlingState, NotAllowed, State
from directory.kinds import AuthorityKind
from notifications.models import Message
from registry.refusals import WrongRole
from tests.complaints.build import text_of
from tests.complaints.desk import A_DAY, ADDRESS, Case, case, conclusion, desk
from tests.complaints.entries import NOW, entry, filed
from tests.complaints.followers import TRACK, follower_of
from tests.complaints.walled import walled
from tests.people import client_of, person

pytestmark = pytest.mark.django_db


def second_desk(kind: AuthorityKind = AuthorityKind.MARKET_REGULATION):
    return desk(kind)


def with_two_leads() -> tuple[Case, Case]:
    """A case at two authorities, both in the lead."""
    first, other = case(), second_desk()
    add_handler(**first.by(first.desk.handler, to=other.authority, role=HandlingRole.LEAD, reason="价格由其核查。"))
    return first, Case(first.complaint, other, at=first.at)


def test_a_withdrawal_leaves_an_answer_that_was_given():
    answered, working = with_two_leads()
    answered.concluded()
    working.accepted()
    withdraw(complaint=answered.complaint, now=answered.at + A_DAY)
    assert (answered.part.state, working.part.state) == (HandlingState.CONCLUDED, HandlingState.WITHDRAWN)
    assert Complaint.objects.get(pk=answered.complaint.pk).state == State.CONCLUDED


def test_nothing_is_proposed_while_the_complainant_is_asked():
    one = case().accepted()
    investigate(**one.by(one.desk.handler, text="已向医院调取收费记录。"))
    ask(**one.by(one.desk.handler, text="请问是否有发票？"))
    with pytest.raises(Unsound) as refused:
        propose_conclusion(**one.by(one.desk.handler, **conclusion()))
    assert refused.value.code == "question-open"
    assert one.part.pauses.get().resumed_on is None


def test_a_part_is_not_opened_again_beside_another_one_of_the_same_authority():
    one, other = with_two_leads()
    decline(**one.by(one.desk.handler, reason="不属于受理范围。"))
    old = one.part
    other.accepted()
    hand_over(**other.by(other.desk.handler, to=one.desk.authority, reason="应由卫生健康部门办理。"))
    with pytest.raises(Unsound) as refused:
        reopen(
            handling=old,
            version=old.version,
            reason="重新办理。",
            actor=one.desk.supervisor,
            now=one.at,
            address=ADDRESS,
        )
    assert refused.value.code == "has-part"
    old.refresh_from_db()
    assert old.state == HandlingState.DECLINED


def test_a_review_can_be_handed_over_and_stays_at_work():
    city, province = desk(division="360100"), desk(division="360000")
    one = case().concluded()
    review = ask_review(complaint=one.complaint, reason="退款金额不对。", now=one.at + A_DAY)
    step: dict[str, Any] = {
        "version": review.version,
        "reason": "由省级复查。",
        "now": one.at + A_DAY,
        "address": ADDRESS,
    }
    with pytest.raises(Unsound):
        hand_over(handling=review, to=one.desk.authority, actor=city.handler, **step)
    new = hand_over(handling=review, to=province.authority, actor=city.handler, **step)
    assert (new.role, new.state, new.reviewed_id) == (HandlingRole.REVIEW, HandlingState.ACCEPTED, one.part.pk)
    review.refresh_from_db()
    assert (review.state, review.closed_at) == (HandlingState.HANDED_OVER, one.at + A_DAY)
    assert not review.deadlines.filter(met_at=None).exists()
    assert new.deadlines.get().step == "review_answer"
    assert Complaint.objects.get(pk=one.complaint.pk).state == State.UNDER_REVIEW


def test_a_proposal_of_a_part_that_was_withdrawn_waits_for_nobody():
    one = case()
    ask_for_more_time(one.accepted())
    one.proposed()
    assert [len(sort.rows) for sort in waiting_for(one.desk.supervisor.scope)[:2]] == [1, 1]
    withdraw(complaint=one.complaint, now=one.at)
    assert [len(sort.rows) for sort in waiting_for(one.desk.supervisor.scope)[:2]] == [0, 0]


def ask_for_more_time(one: Case) -> None:
    ask_extension(**one.by(one.desk.handler, reason="需要鉴定。"))


def test_an_extension_that_was_asked_for_before_the_answer_waits_for_nobody_after_it():
    one = case().accepted()
    ask_for_more_time(one)
    one.concluded()
    assert not waiting_for(one.desk.supervisor.scope)[1].rows


def test_who_stepped_aside_sees_neither_half_and_gets_no_mail():
    one = case()
    twin = split(**one.by(one.desk.handler, reason="价格问题另案办理。", kind=Kind.OVERCHARGING))
    accept_all(twin, one)
    recuse(**one.by(one.desk.supervisor, reason="当事医院负责人是我亲属。"))
    seen = Complaint.objects.visible_to(one.desk.supervisor.scope)
    assert not seen.filter(pk__in=[one.complaint.pk, twin.pk]).exists()
    assert Recusal.objects.filter(user=one.desk.supervisor).count() == 2
    assert client_of(one.desk.supervisor).get(f"/staff/complaints/{twin.pk}/").status_code == 404
    assert Complaint.objects.visible_to(one.desk.handler.scope).filter(pk=twin.pk).exists()
    Message.objects.all().delete()
    one.proposed()
    told = set(Message.objects.filter(template="complaints/case_decide").values_list("recipient", flat=True))
    assert told == {one.desk.other_supervisor.email}


def accept_all(twin: Complaint, one: Case) -> None:
    for part in Handling.objects.filter(complaint=twin, authority=one.desk.authority):
        accept(handling=part, version=part.version, actor=one.desk.handler, now=one.at, address=ADDRESS)


def test_an_objection_is_never_put_before_the_authority_that_is_complained_of():
    city = desk(division="360100")
    one = case()
    Complaint.objects.filter(pk=one.complaint.pk).update(about_authority=city.authority)
    with pytest.raises(Unsound) as refused:
        object_to(**one.by(one.desk.handler, proposed=None, reason="不属于本机关。"))
    assert refused.value.code == "no-superior"
    assert not Referral.objects.exists()


@pytest.mark.parametrize("form", ["links/link/", "extension"])
def test_a_step_without_the_version_that_was_read_is_not_taken(form):
    one = case().accepted()
    other = case(at_desk=one.desk)
    client = client_of(one.desk.handler)
    if form == "extension":
        answer = client.post(f"/staff/supervision/extensions/ask/{one.part.pk}/", {"reason": "需要鉴定。"})
    else:
        given = {"other": other.complaint.reference, "kind": "related", "reason": "同一车辆。"}
        answer = client.post(f"/staff/complaints/{one.complaint.pk}/{form}", given)
    assert answer.status_code == 409
    assert not one.complaint.links.exists()
    assert not one.part.extensions.exists()


@pytest.mark.parametrize("name", ["hand_over", "add_handler", "object"])
@pytest.mark.parametrize("number", ["²", "٣", "99999999999999999999", "\x00"])
def test_a_number_that_is_none_for_an_authority_is_told_and_breaks_nothing(name, number):
    one = case()
    field = "proposed" if name == "object" else "to"
    answer = client_of(one.desk.handler).post(
        f"/staff/complaints/{one.complaint.pk}/parts/{one.part.pk}/{name}/",
        {field: number, "reason": "请核查。", "role": "co", "version": one.part.version},
    )
    assert answer.status_code == 422


def test_nothing_is_written_into_a_case_that_was_destroyed():
    one = case()
    decline(**one.by(one.desk.handler, reason="不属于受理范围。"))
    Complaint.objects.filter(pk=one.complaint.pk).update(destroyed_at=one.at)
    assert not buttons(one.desk.supervisor, Handling.objects.get(pk=one.part.pk))
    with pytest.raises(NotAllowed):
        reopen(**one.by(one.desk.supervisor, reason="重新办理。"))
    assert one.part.state == HandlingState.DECLINED


def test_the_supervisors_of_the_authority_complained_of_do_not_read_that_somebody_called():
    city, province = desk(division="360100"), desk(division="360000")
    about = entry(kind=Kind.AUTHORITY_CONDUCT, about_authority_id=city.authority.pk)
    clerk = person(Role.HOTLINE_CLERK, body=city.authority)
    take_call(entry=about, token="one", language="zh-hans", actor=clerk, now=NOW, address=ADDRESS)
    row = AuditRow.objects.filter(action="complaint.taken_by_phone")
    assert row.get().detail["about_authority"] == city.authority.pk
    assert not row.visible_to(city.supervisor.scope).exists()
    assert row.visible_to(province.supervisor.scope).exists()


@pytest.mark.parametrize("rest", ["parts/{part}/accept/", "parts/{part}/forward/", "forwardings/{sent}/recall/"])
def test_a_number_that_no_case_can_have_is_not_found(rest):
    world = walled()
    sent = world.forwarded()
    path = rest.format(part=world.part.pk, sent=sent.pk)
    client = client_of(world.desk.handler)
    assert client.get(f"/staff/complaints/99999999999999999999/{path}").status_code == 404
    assert client.get(f"/staff/complaints/{world.complaint.pk + 1}/{path}").status_code == 404
    assert client.get(f"/staff/complaints/{world.complaint.pk}/{path}").status_code == 200 + 209 * ("accept" in rest)


def test_words_for_an_institution_name_nobody_whose_second_half_is_handled_together():
    world = walled(contact_name="", contact_phone="", contact_email="", consent_share_contact=False)
    other = Case(filed(contact_name="诸葛青云"), world.desk, at=world.at)
    half = split(**other.by(world.desk.handler, reason="价格问题另案办理。", kind=Kind.OVERCHARGING))
    Complaint.objects.filter(pk=half.pk).update(merged_into=world.complaint)
    with pytest.raises(Unsound) as refused:
        world.forwarded(summary="诸葛青云投诉贵院收费过高，请说明。")
    assert refused.value.code == "identifies-name"


def test_a_question_of_an_authority_that_handed_the_case_over_takes_no_answer():
    one, other = with_two_leads()
    for each in (one.accepted(), other.accepted()):
        ask(**each.by(each.desk.handler, text="请问是否有发票？"))
    police = second_desk(AuthorityKind.POLICE)
    old = Question.objects.get(handling=one.part)
    hand_over(**one.by(one.desk.handler, to=police.authority, reason="涉嫌刑事案件。"))
    with pytest.raises(NotAllowed):
        answer_question(complaint=one.complaint, question_id=old.pk, text="有。", evidence=(), now=one.at)
    open_one = Question.objects.get(handling=other.part)
    answer_question(complaint=one.complaint, question_id=open_one.pk, text="有。", evidence=(), now=one.at)
    assert other.part.waiting_since is None


def test_a_report_that_was_withdrawn_is_looked_into_all_the_same():
    one = case(Kind.ILLEGAL_AMBULANCE).accepted()
    withdraw(complaint=one.complaint, now=one.at + A_DAY)
    with pytest.raises(WrongRole):
        reopen(**one.by(one.desk.handler, reason="线索属实，继续调查。"))
    reopen(**one.by(one.desk.supervisor, reason="线索属实，继续调查。"))
    investigate(**one.by(one.desk.handler, text="已查实。"))
    propose_conclusion(**one.by(one.desk.handler, **conclusion(measures=["penalty"])))
    conclude(**one.by(one.desk.supervisor))
    assert Complaint.objects.get(pk=one.complaint.pk).state == State.CONCLUDED


def test_a_claim_that_was_withdrawn_stays_so():
    one = case().accepted()
    withdraw(complaint=one.complaint, now=one.at + A_DAY)
    assert Action.REOPEN not in buttons(one.desk.supervisor, one.part)
    with pytest.raises(NotAllowed):
        reopen(**one.by(one.desk.supervisor, reason="继续调查。"))


def test_who_withdraws_a_report_is_told_that_it_may_be_looked_into():
    for kind, is_told in ((Kind.SERVICE, False), (Kind.ILLEGAL_AMBULANCE, True)):
        page = text_of(follower_of(case(kind).complaint).get(f"{TRACK}withdraw/"))
        assert ("all the same" in page) == is_told
