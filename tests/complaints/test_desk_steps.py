"""Steps taken on the pages of a case: asked for on a small page, done by one service, refused in words."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.case_actions import DOINGS
from complaints.kinds import Kind
from complaints.models import Handling, Recusal
from complaints.services import accept, add_handler, object_to
from complaints.workflow import Action, HandlingRole
from directory.kinds import AuthorityKind
from tests import build
from tests.complaints.desk import ADDRESS, case, conclusion, desk
from tests.people import client_of, person

pytestmark = pytest.mark.django_db


def address(part: Handling, name: str) -> str:
    return reverse("cases:act", args=[part.complaint_id, part.pk, name])


def post(one, who, name: str, part: Handling | None = None, **typed):
    part = part or one.part
    return client_of(who).post(f"{address(part, name)}?lang=en", {"version": part.version, **typed})


def test_every_step_of_the_page_is_done_from_receipt_to_reopening():
    one = case()
    handler, supervisor = one.desk.handler, one.desk.supervisor
    for who, name, typed, state in (
        (supervisor, "assign", {"to": handler.pk, "text": "请尽快办理。"}, "pending"),
        (handler, "accept", {"text": "我们将尽快核实。"}, "accepted"),
        (handler, "ask", {"text": "请问是哪一天？"}, "accepted"),
        (handler, "take_back", {"text": "已从机构查明。"}, "accepted"),
        (handler, "note", {"audience": "own", "text": "先查台账。"}, "accepted"),
        (handler, "investigate", {"text": "已调取记录。"}, "investigated"),
        (handler, "propose", conclusion(measures=["refund", "correction"], refund_amount="17,328"), "proposed"),
        (supervisor, "send_back", {"note": "请补充依据。"}, "investigated"),
        (handler, "propose", conclusion(), "proposed"),
        (supervisor, "conclude", {"note": ""}, "concluded"),
        (handler, "close", {"reason": "机构已退款。"}, "closed"),
        (supervisor, "reopen", {"reason": "发现新线索。"}, "accepted"),
    ):
        answer = post(one, who, name, **typed)
        assert (answer.status_code, one.part.state) == (303, state), name
        assert answer.headers["Location"].endswith(f"#part-{one.part.pk}")
    assert one.part.assignee == handler
    assert [each.refund_amount for each in one.part.conclusions.all()] == [17328, None]


def test_every_form_opens_for_whom_the_table_allows(django_assert_max_num_queries):
    one = case()
    client = client_of(one.desk.handler)
    for name in ("accept", "decline", "note", "assign", "add_handler", "hand_over", "object", "recuse"):
        where = address(one.part, name)
        with django_assert_max_num_queries(15):
            page = client.get(f"{where}?lang=en")
        assert page.status_code == 200, name
        assert f'value="{one.part.version}"' in page.content.decode()


def test_every_action_of_the_table_that_is_the_desks_has_a_form():
    elsewhere = {
        Action.FORWARD,
        Action.RECALL,
        Action.RETURN_REPLY,
        Action.RELEASE_CONTACT,
        Action.ASK_EXTENSION,
        Action.GRANT_EXTENSION,
        Action.REFUSE_EXTENSION,
        Action.LINK,
        Action.MERGE,
    }
    done_here = {doing.action for doing in DOINGS.values()}
    assert not done_here & elsewhere
    assert done_here | elsewhere >= {
        Action.ACCEPT,
        Action.DECLINE,
        Action.OBJECT,
        Action.UPHOLD,
        Action.REJECT,
        Action.HAND_OVER,
        Action.REASSIGN,
        Action.ADD_HANDLER,
        Action.NOTE,
        Action.ASK,
        Action.ASSIGN,
        Action.INVESTIGATE,
        Action.PROPOSE,
        Action.SEND_BACK,
        Action.CONCLUDE,
        Action.CLOSE,
        Action.REOPEN,
        Action.SPLIT,
        Action.RECUSE,
    }


def test_the_second_of_two_officers_is_told_keeps_the_words_and_can_go_on():
    one, words = case(), "同一事项已经作出处理意见。"
    second, seen = person(Role.HANDLER, body=one.desk.authority), one.part
    accept(**one.by(one.desk.handler))
    answer = post(one, second, "note", part=seen, audience="own", text=words)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert words in page
    assert one.desk.handler.name in page
    assert "Accepted" in page
    assert f'name="version" value="{one.part.version}"' in page
    assert not one.part.events.filter(action="note").exists()
    assert post(one, second, "note", audience="own", text=words).status_code == 303
    assert one.part.events.get(action="note").text == words


def test_what_the_state_forbids_is_said_and_the_words_stay():
    one, words = case(), "不属于受理范围。"
    stale = one.part
    accept(**one.by(one.desk.handler))
    answer = post(one, one.desk.supervisor, "decline", part=stale, reason=words)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert words in page
    assert "This step is not possible now" in page
    assert one.part.state == "accepted"
    assert post(one, one.desk.supervisor, "decline", reason=words).status_code == 409
    assert client_of(one.desk.handler).get(address(one.part, "accept")).status_code == 409


@pytest.mark.parametrize(
    ("name", "typed", "field"),
    [
        ("decline", {"reason": "  "}, "reason"),
        ("decline", {"reason": "x" * 5001}, "reason"),
        ("assign", {"to": "999999"}, "to"),
        ("hand_over", {"reason": "转办", "to": ""}, "to"),
        ("object", {"reason": "不属于本单位。"}, "reason"),
        ("note", {"text": "你好", "audience": "institution"}, "audience"),
        ("note", {"text": "", "audience": "own"}, "text"),
        ("add_handler", {"to": "x", "role": "review", "reason": "请协办"}, "role"),
    ],
)
def test_what_will_not_do_is_told_beside_its_field_and_nothing_is_written(name, typed, field):
    one = case()
    answer = post(one, one.desk.handler, name, **typed)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert (one.part.state, one.part.version) == ("pending", 1)


@pytest.mark.parametrize("version", ["", "x", "0", "99999999999"])
def test_a_version_that_is_none_counts_as_stale(version):
    one = case()
    answer = client_of(one.desk.handler).post(address(one.part, "accept"), {"version": version})
    assert answer.status_code == 409
    assert one.part.state == "pending"


def test_a_co_handler_does_not_act_on_the_leads_part():
    market, health = desk(AuthorityKind.MARKET_REGULATION), desk()
    one = case(Kind.OVERCHARGING, market)
    for name in ("accept", "note", "ask"):
        assert post(one, health.handler, name, text="你好", audience="own").status_code == 403
        assert client_of(health.handler).get(address(one.part, name)).status_code == 403
    assert one.part.state == "pending"


def test_to_an_authority_without_a_part_the_step_does_not_exist():
    one = case()
    for stranger in (desk(division="110105").supervisor, desk(AuthorityKind.POLICE).handler):
        assert client_of(stranger).get(address(one.part, "accept")).status_code == 404
        assert post(one, stranger, "accept").status_code == 404
    assert client_of(person(Role.REVIEWER, body=one.desk.authority)).get(address(one.part, "note")).status_code == 403


def test_a_part_is_reached_only_under_its_own_case_and_by_a_known_step():
    one, other = case(), case()
    client = client_of(one.desk.handler)
    assert client.get(reverse("cases:act", args=[one.complaint.pk, other.part.pk, "accept"])).status_code == 404
    assert client.get(address(one.part, "forward-nonsense")).status_code == 404


def test_a_handler_does_not_decide_what_was_proposed():
    one = case().proposed()
    for name in ("conclude", "send_back", "reopen"):
        assert post(one, one.desk.handler, name, note="同意", reason="x").status_code == 403
    assert one.part.state == "proposed"


def test_a_conclusion_is_read_before_it_is_decided_and_not_by_whom_it_was_proposed():
    one = case().proposed(facts="现场核查属实。")
    page = client_of(one.desk.supervisor).get(address(one.part, "conclude")).content.decode()
    assert "现场核查属实" in page
    own = case(at_desk=one.desk).accepted()
    for name, typed in (("investigate", {"text": "已核实。"}), ("propose", conclusion())):
        assert post(own, one.desk.supervisor, name, **typed).status_code == 303
    answer = post(own, one.desk.supervisor, "conclude", note="")
    assert answer.status_code == 422
    assert own.part.state == "proposed"


def test_what_was_sent_back_is_the_beginning_of_the_next_proposal():
    one = case().proposed(facts="现场核查属实。")
    post(one, one.desk.supervisor, "send_back", note="请补充依据。")
    assert "现场核查属实" in client_of(one.desk.handler).get(address(one.part, "propose")).content.decode()


def test_contradictions_of_a_conclusion_are_told_at_their_fields():
    one = case().accepted()
    post(one, one.desk.handler, "investigate", text="已核实。")
    for values, field in (
        ({"measures": ["refund"]}, "refund_amount"),
        ({"finding": "upheld"}, "finding"),
        ({"finding": "not_substantiated", "measures": ["penalty"]}, "measures"),
        ({"measures": ["refund"], "refund_amount": "many"}, "refund_amount"),
    ):
        answer = post(one, one.desk.handler, "propose", **conclusion(**values))
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode(), values
    assert one.part.state == "investigated"


def test_another_authority_is_chosen_near_the_case_or_found_by_its_name():
    one = case()
    near, far = build.authority(kind=AuthorityKind.POLICE), build.authority(division=build.division("110105"))
    client = client_of(one.desk.handler)
    page = client.get(address(one.part, "hand_over")).content.decode()
    assert near.name in page
    assert far.name not in page
    assert f'<option value="{one.desk.authority.pk}">' not in page
    found = client.get(address(one.part, "hand_over"), {"find": far.name}).content.decode()
    assert far.name in found
    answer = post(one, one.desk.handler, "hand_over", to=far.pk, reason="车辆由该地登记。")
    assert answer.status_code == 303
    assert Handling.objects.get(complaint=one.complaint, closed_at=None).authority == far


def test_an_objection_is_made_and_decided_on_the_pages():
    city, one = desk(division="360100"), case()
    other = build.authority(division=build.division("360103"))
    assert post(one, one.desk.handler, "object", proposed=other.pk, reason="由西湖区登记。").status_code == 303
    page = client_of(city.supervisor).get(address(one.part, "uphold")).content.decode()
    assert f'<option value="{other.pk}" selected>' in page
    assert post(one, city.supervisor, "reject", note="属地办理。").status_code == 303
    assert one.part.state == "pending"
    object_to(**one.by(one.desk.handler, proposed=other, reason="由西湖区登记。"))
    assert post(one, city.supervisor, "uphold", to=other.pk, note="由登记地办理。").status_code == 303
    assert one.part.state == "handed_over"


def test_a_higher_authority_gives_the_case_to_another():
    city, one = desk(division="360100"), case()
    other = build.authority(division=build.division("360103"))
    assert post(one, city.handler, "reassign", to=other.pk, reason="超期").status_code == 403
    assert post(one, city.supervisor, "reassign", to=other.pk, reason="超期未受理。").status_code == 303
    assert Handling.objects.get(complaint=one.complaint, closed_at=None).authority == other


def test_another_authority_joins_on_the_page():
    one, police = case(), desk(AuthorityKind.POLICE)
    answer = post(one, one.desk.handler, "add_handler", to=police.authority.pk, role="lead", reason="涉嫌套牌。")
    assert answer.status_code == 303
    assert one.complaint.handlings.get(authority=police.authority).role == HandlingRole.LEAD


def test_whoever_steps_aside_is_led_back_to_the_queue():
    one = case()
    answer = post(one, one.desk.handler, "recuse", reason="当事人是亲属。")
    assert answer.headers["Location"] == "/staff/complaints/"
    assert Recusal.objects.get().user == one.desk.handler
    assert client_of(one.desk.handler).get(answer.headers["Location"]).status_code == 200
    assert post(one, one.desk.handler, "accept").status_code == 404


def test_a_step_is_in_the_audit_record_without_any_words():
    one = case()
    post(one, one.desk.handler, "note", audience="own", text="先查台账。")
    row = AuditRow.objects.latest("number")
    assert (row.action, row.detail["audience"]) == ("complaint.note", "own")
    assert "台账" not in str(row.detail)
    add_handler(
        **one.by(one.desk.handler, to=desk(AuthorityKind.POLICE).authority, role=HandlingRole.CO, reason="涉嫌套牌。")
    )
    assert row.address != ADDRESS
