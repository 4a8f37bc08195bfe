"""The page of a case: the answer first, the parts with their clocks, one time line, and never who complained."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.case_actions import DOINGS
from complaints.kinds import Kind
from complaints.models import Complaint, Recusal
from complaints.services import add_handler, object_to
from complaints.services.asking import ask
from complaints.services.clocks import extend
from complaints.services.noting import note
from complaints.services.opening import open_story
from complaints.workflow import HandlingRole
from directory.kinds import AuthorityKind
from registry.refusals import OutOfScope
from tests import build
from tests.complaints.desk import ADDRESS, case, desk
from tests.complaints.entries import EMAIL, NARRATIVE, PHONE
from tests.people import client_of, person

pytestmark = pytest.mark.django_db


def page_of(one, who, query: str = "lang=en") -> str:
    answer = client_of(who).get(f"{reverse('cases:case', args=[one.complaint.pk])}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_first_whose_turn_it_is_and_what_is_due():
    one = case().accepted()
    page = page_of(one, one.desk.handler)
    now = page[page.index('id="now"') :]
    assert one.desk.authority.name in now
    assert one.desk.handler.name in now
    assert "Decision" in now
    assert now.index("Due next") < now.index("As it was told")


def test_the_story_is_told_and_that_it_was_read_is_recorded_once_an_hour():
    one = case(place="民德路口")
    client, address = client_of(one.desk.handler), reverse("cases:case", args=[one.complaint.pk])
    for _ in range(3):
        page = client.get(address).content.decode()
        assert NARRATIVE in page
        assert "民德路口" in page
    read = AuditRow.objects.filter(action="complaint.read", object_id=str(one.complaint.pk))
    assert [row.actor_id for row in read] == [one.desk.handler.pk]
    later = timezone.now() + timedelta(minutes=61)
    open_story(complaint=one.complaint, actor=one.desk.handler, now=later, address=ADDRESS)
    open_story(complaint=one.complaint, actor=one.desk.supervisor, now=later, address=ADDRESS)
    assert read.all().count() == 3


def test_who_complained_is_on_no_page_of_the_case():
    one = case(contact_email=EMAIL).proposed()
    client = client_of(one.desk.supervisor)
    steps = [reverse("cases:act", args=[one.complaint.pk, one.part.pk, name]) for name in DOINGS]
    pages = [client.get(f"{where}?template=1") for where in steps]
    pages.append(client.get(reverse("cases:case", args=[one.complaint.pk])))
    ticks = f"{one.part.pk}:{one.part.version}"
    pages.append(client.post(reverse("cases:bulk"), {"do": "note", "part": ticks}))
    for page in pages:
        for secret in ("李雷", PHONE, EMAIL, one.complaint.receipt_hash):
            assert secret not in page.content.decode()


def test_nobody_opens_the_story_of_a_case_out_of_sight():
    one = case()
    for stranger in (desk(division="110105").handler, desk(AuthorityKind.POLICE).handler):
        with pytest.raises(OutOfScope):
            open_story(complaint=one.complaint, actor=stranger, now=one.at, address=ADDRESS)
        assert client_of(stranger).get(reverse("cases:case", args=[one.complaint.pk])).status_code == 404
    Recusal.objects.create(complaint=one.complaint, user=one.desk.handler, reason="亲属", at=one.at)
    assert client_of(one.desk.handler).get(reverse("cases:case", args=[one.complaint.pk])).status_code == 404
    reviewer = person(Role.REVIEWER, body=one.desk.authority)
    assert client_of(reviewer).get(reverse("cases:case", args=[one.complaint.pk])).status_code == 403
    assert not AuditRow.objects.filter(action="complaint.read").exists()


def test_own_words_of_one_authority_are_withheld_from_another():
    one, police = case().accepted(), desk(AuthorityKind.POLICE)
    add_handler(**one.by(one.desk.handler, to=police.authority, role=HandlingRole.CO, reason="涉嫌套牌。"))
    note(**one.by(one.desk.handler, audience="own", text="内部研判：先查台账。"))
    note(**one.by(one.desk.handler, audience="authorities", text="请公安核对号牌。"))
    assert "内部研判" in page_of(one, one.desk.handler)
    theirs = page_of(one, police.handler)
    assert "内部研判" not in theirs
    assert "请公安核对号牌" in theirs
    assert "Words for another authority only" in theirs


def test_a_proposal_is_shown_to_the_own_authority_only():
    one, police = case().accepted(), desk(AuthorityKind.POLICE)
    add_handler(**one.by(one.desk.handler, to=police.authority, role=HandlingRole.CO, reason="涉嫌套牌。"))
    one.proposed(facts="现场核查属实。")
    assert "现场核查属实" in page_of(one, one.desk.supervisor)
    assert "现场核查属实" not in page_of(one, police.supervisor)


def test_each_deadline_explains_itself_and_an_extension_is_told_apart():
    one = case().accepted()
    extend(one.part, "30d", one.at)
    page = page_of(one, one.desk.handler)
    assert page.count('class="clock"') == 2
    assert "extended" in page
    assert "60 calendar days" in page
    assert "30 calendar days" in page


def test_a_clock_that_rests_says_so():
    one = case().accepted()
    ask(**one.by(one.desk.handler, text="请问是哪一天？"))
    page = page_of(one, one.desk.handler)
    assert "stands still until the complainant answers" in page
    assert "waits for the complainant since" in page


def test_the_buttons_are_those_the_table_allows():
    one = case()
    address = reverse("cases:act", args=[one.complaint.pk, one.part.pk, "accept"])
    assert address in page_of(one, one.desk.handler)
    one.accepted()
    page = page_of(one, one.desk.handler)
    assert address not in page
    assert reverse("cases:act", args=[one.complaint.pk, one.part.pk, "ask"]) in page
    assert "/conclude/" not in page_of(one.proposed(), one.desk.handler)
    assert "/conclude/" in page_of(one, one.desk.supervisor)


def test_an_objection_is_shown_with_its_decision_to_whom_it_belongs():
    city, one = desk(division="360100"), case()
    object_to(**one.by(one.desk.handler, proposed=None, reason="不属于本单位。"))
    page = page_of(one, city.supervisor)
    assert "不属于本单位" in page
    assert "/uphold/" in page
    assert "/uphold/" not in page_of(one, one.desk.supervisor)


def test_the_vehicle_is_drawn_with_its_standing_and_linked_for_who_may_see_it():
    vehicle = build.marking().ambulance
    one = case(plate=vehicle.plate)
    page = page_of(one, one.desk.handler)
    assert reverse("staff:ambulance", args=[vehicle.pk]) in page
    assert 'class="plate plate-02"' in page
    unknown = case(
        Kind.ILLEGAL_AMBULANCE,
        one.desk,
        plate="赣A99999",
    )
    assert "Not in the register" in page_of(unknown, one.desk.handler)


def test_after_destruction_the_page_says_so():
    one = case()
    Complaint.objects.filter(pk=one.complaint.pk).update(narrative="", destroyed_at=one.at)
    assert "were destroyed" in page_of(one, one.desk.handler)


@pytest.mark.parametrize("steps", [1, 12])
def test_the_page_costs_the_same_for_any_number_of_steps(steps, django_assert_max_num_queries):
    one = case().accepted()
    for number in range(steps):
        note(**one.by(one.desk.handler, audience="own", text=f"第{number}次核对。"))
    client, address = client_of(one.desk.handler), reverse("cases:case", args=[one.complaint.pk])
    assert client.get(address).status_code == 200  # the first reading of the hour writes its audit row
    with django_assert_max_num_queries(38):
        assert client.get(address).status_code == 200
