"""Who handles a case: officers and authorities; nobody acts on another's part, and no case is ever without a holder."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.cells import possible
from complaints.kinds import Kind
from complaints.models import Complaint, Deadline, Handling, Recusal, Referral
from complaints.parties import buttons
from complaints.refusals import StaleVersion, Unsound
from complaints.services import accept, add_handler, assign, decide_objection, decline, hand_over, object_to
from complaints.superiors import common_superior, superior_of
from complaints.wall import Audience
from complaints.workflow import Action, HandlingRole, NotAllowed, State
from directory.kinds import AuthorityKind
from notifications.models import Message
from registry.refusals import OutOfScope, WrongRole
from tests import build
from tests.complaints.desk import ADDRESS, case, desk
from tests.people import person

pytestmark = pytest.mark.django_db


def told(what: str) -> list[str]:
    return [message.recipient for message in Message.objects.filter(template=f"complaints/{what}")]


def test_accepting_tells_the_complainant_and_starts_the_clock_of_the_decision():
    one = case()
    event = accept(**one.by(one.desk.handler, text="我们将尽快核实。"))
    part = one.part
    assert (part.state, part.assignee, part.version) == ("accepted", one.desk.handler, 2)
    assert Complaint.objects.get(pk=one.complaint.pk).state == State.IN_PROGRESS
    assert event.is_public
    assert event.audience == Audience.COMPLAINANT
    assert part.deadlines.get(step="acceptance").met_at == one.at
    decision = part.deadlines.get(step="decision", met_at=None)
    assert (decision.starts_on, decision.limit) == (date(2026, 11, 24), "60d")
    assert one.complaint.contact_phone in told("step")
    row = AuditRow.objects.latest("number")
    assert (row.action, row.object_id, row.actor_id) == ("complaint.accept", str(one.complaint.pk), one.desk.handler.pk)


def test_declining_needs_the_legal_reason_and_ends_the_case():
    one = case()
    with pytest.raises(Unsound):
        decline(**one.by(one.desk.handler, reason="  "))
    decline(**one.by(one.desk.handler, reason="同一事项已经作出处理意见。"))
    complaint = Complaint.objects.get(pk=one.complaint.pk)
    assert (complaint.state, complaint.closed_at) == (State.DECLINED, one.at)
    assert not Deadline.objects.filter(met_at=None).exists()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUTHORITY_ADMIN, Role.HOTLINE_CLERK])
def test_other_duties_of_the_same_authority_change_nothing(role):
    one = case()
    with pytest.raises(WrongRole):
        accept(**one.by(person(role, body=one.desk.authority)))
    assert one.part.state == "pending"


def test_to_an_authority_without_a_part_the_case_does_not_exist():
    one = case()
    elsewhere = desk(division="110105")
    with pytest.raises(OutOfScope):
        accept(**one.by(elsewhere.handler))


def test_a_co_handler_does_not_act_for_the_lead():
    market = desk(AuthorityKind.MARKET_REGULATION)
    health = desk()
    one = case(Kind.OVERCHARGING, market)
    with pytest.raises(WrongRole):
        accept(**one.by(health.handler))


def test_the_second_of_two_officers_is_told_and_nothing_is_overwritten():
    one = case()
    seen = one.by(person(Role.HANDLER, body=one.desk.authority))
    accept(**one.by(one.desk.handler))
    with pytest.raises(StaleVersion) as refused:
        decline(**seen, reason="不属于投诉范围。")
    assert (refused.value.by, refused.value.what, refused.value.version) == (one.desk.handler, Action.ACCEPT, 2)
    assert one.part.state == "accepted"


def test_a_step_that_the_state_does_not_allow_writes_nothing():
    one = case().accepted()
    events = one.complaint.events.count()
    with pytest.raises(NotAllowed):
        accept(**one.by(one.desk.handler))
    assert one.complaint.events.count() == events


def test_a_part_is_given_only_to_an_officer_of_the_desk_without_an_interest():
    one = case()
    stranger, aside = person(Role.HANDLER, body=desk(division="110105").authority), one.desk.other_supervisor
    Recusal.objects.create(complaint=one.complaint, user=aside, reason="亲属", at=one.at)
    for wrong in (stranger, aside, person(Role.REVIEWER, body=one.desk.authority)):
        with pytest.raises(Unsound):
            assign(**one.by(one.desk.supervisor, to=wrong))
    assign(**one.by(one.desk.supervisor, to=one.desk.handler))
    assert one.part.assignee == one.desk.handler


def test_whoever_stepped_aside_sees_the_case_no_more():
    one = case()
    Recusal.objects.create(complaint=one.complaint, user=one.desk.handler, reason="亲属", at=one.at)
    assert not Complaint.objects.visible_to(one.desk.handler.scope).exists()
    with pytest.raises(OutOfScope):
        accept(**one.by(one.desk.handler))


def test_the_authority_complained_of_sees_nothing():
    one = case()
    Complaint.objects.filter(pk=one.complaint.pk).update(about_authority=one.desk.authority)
    assert not Complaint.objects.visible_to(one.desk.supervisor.scope).exists()


# --- objections -------------------------------------------------------------------------------------------------


def test_the_common_superior_decides_an_objection_and_the_other_authority_gets_the_case():
    city = desk(division="360100")
    one = case()
    other = build.authority(division=build.division("360103"))
    referral = object_to(**one.by(one.desk.handler, proposed=other, reason="车辆由西湖区登记。"))
    assert referral.decider == city.authority
    assert one.part.state == "objected"
    assert city.supervisor.email in told("case_decide")
    assert buttons(city.supervisor, one.part) >= {Action.UPHOLD, Action.REJECT}
    with pytest.raises(WrongRole):
        decide_objection(**one.by(one.desk.supervisor, to=other, note="同意"))
    new = decide_objection(**one.by(city.supervisor, to=other, note="由登记地办理。"))
    assert (new.authority, new.role, new.state, new.came_from) == (other, "lead", "pending", one.part)
    assert one.part.state == "handed_over"
    assert Referral.objects.get().is_upheld
    assert new.deadlines.filter(step="acceptance", met_at=None).exists()
    assert Complaint.objects.get(pk=one.complaint.pk).state == State.RECEIVED


def test_a_rejected_objection_leaves_the_case_where_it_was():
    city = desk(division="360100")
    one = case()
    object_to(**one.by(one.desk.handler, proposed=None, reason="不属于本单位。"))
    assert decide_objection(**one.by(city.supervisor, to=None, note="属地办理。")) == one.part
    assert one.part.state == "pending"


def test_between_kinds_the_health_authority_one_level_up_decides():
    city = desk(division="360100")
    police = desk(AuthorityKind.POLICE)
    one = case(Kind.SIREN_MISUSE, police)
    referral = object_to(**one.by(police.handler, proposed=build.authority(), reason="属行业管理。"))
    assert referral.decider == city.authority
    assert Complaint.objects.visible_to(city.supervisor.scope).filter(pk=one.complaint.pk).exists()


def test_where_nobody_is_above_an_objection_is_refused_in_words():
    one = case()
    with pytest.raises(Unsound) as refused:
        object_to(**one.by(one.desk.handler, proposed=None, reason="不属于本单位。"))
    assert refused.value.code == "no-superior"


# --- handing over, joining --------------------------------------------------------------------------------------


def test_a_case_handed_over_has_a_new_holder_in_the_same_moment():
    one = case().accepted()
    market = desk(AuthorityKind.MARKET_REGULATION)
    new = hand_over(**one.by(one.desk.handler, to=market.authority, reason="属价格事项。"))
    assert new.state == "pending"
    assert one.part.closed_at == one.at
    assert not one.part.deadlines.filter(met_at=None).exists()
    assert market.authority.desk_email in told("new_case")


def test_nobody_hands_a_case_to_itself_or_to_a_closed_authority():
    one = case()
    closed = build.authority(division=build.division("360104"), is_active=False)
    for wrong in (one.desk.authority, closed):
        with pytest.raises(Unsound):
            hand_over(**one.by(one.desk.handler, to=wrong, reason="转办"))
    assert Handling.objects.count() == 1


def test_a_superior_gives_a_case_of_one_below_to_another():
    city, one = desk(division="360100"), case()
    other = build.authority(division=build.division("360103"))
    with pytest.raises(WrongRole):
        hand_over(**one.by(city.handler, to=other, reason="超期", action=Action.REASSIGN))
    new = hand_over(**one.by(city.supervisor, to=other, reason="超期未受理。", action=Action.REASSIGN))
    assert new.authority == other


def test_another_authority_joins_once_with_a_part_of_its_own():
    one, police = case().accepted(), desk(AuthorityKind.POLICE)
    new = add_handler(**one.by(one.desk.handler, to=police.authority, role=HandlingRole.CO, reason="涉嫌套牌。"))
    assert (new.role, new.state) == ("co", "pending")
    with pytest.raises(Unsound) as refused:
        add_handler(**one.by(one.desk.handler, to=police.authority, role=HandlingRole.CO, reason="再次"))
    assert refused.value.code == "has-part"
    assert accept(handling=new, version=new.version, actor=police.handler, now=one.at, address=ADDRESS)


# --- who is above ------------------------------------------------------------------------------------------------


def test_the_superior_is_the_parent_or_the_nearest_of_its_kind_above():
    county = build.authority()
    assert superior_of(county) is None
    province = build.authority(division=build.division("360000"))
    assert superior_of(county) == province
    city = build.authority(division=build.division("360100"))
    assert superior_of(county) == city
    assert common_superior(county, province) == province
    corps = build.authority(division=None, own_code="BT")
    brigade = build.authority(division=None, own_code="BT06")
    assert superior_of(brigade) == corps


def test_an_ended_part_offers_no_step_but_links_and_words():
    assert possible(Handling.State.WITHDRAWN, []) == frozenset()
