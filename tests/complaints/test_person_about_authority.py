"""A complaint about an authority: it goes one level up, and the authority itself sees nothing of it anywhere."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from complaints.entry import Invalid
from complaints.kinds import Kind, Nature
from complaints.models import Complaint
from complaints.refusals import Unsound
from complaints.services import add_handler, hand_over
from complaints.services.first_parts import FLAG_NO_AUTHORITY
from complaints.workflow import HandlingRole
from directory.kinds import AuthorityKind
from notifications.models import Message
from tests import build
from tests.complaints.api_calls import faults, problem, send
from tests.complaints.build import Person, place_of, text_of
from tests.complaints.desk import Case, desk
from tests.complaints.entries import entry, filed, submit
from tests.people import client_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return desk(division="360100")


@pytest.fixture
def district():
    return desk(division="360102")


def conduct(**fields) -> Complaint:
    return filed(**{"kind": Kind.AUTHORITY_CONDUCT, "about_authority_kind": "health", **fields})


def test_it_goes_to_the_next_higher_authority_alone(city, district):
    complaint = conduct()
    assert complaint.about_authority == district.authority
    assert complaint.nature == Nature.COMPLAINT
    [part] = complaint.handlings.all()
    assert (part.authority, part.role) == (city.authority, HandlingRole.LEAD)
    assert part.deadlines.exists()


def test_the_recorded_superior_comes_before_the_tree_of_divisions(city, district):
    ministry = build.authority(name="上级单位", division=None, own_code="XJ12")
    district.authority.parent = ministry
    district.authority.save()
    assert conduct().handlings.get().authority == ministry


def test_a_very_authority_can_be_named(city, district):
    complaint = conduct(about_authority_kind="", about_authority_id=district.authority.pk)
    assert complaint.about_authority == district.authority


def test_another_kind_without_a_superior_goes_to_health_above_the_place(city, district):
    police = build.authority(kind=AuthorityKind.POLICE)
    complaint = conduct(about_authority_kind="police")
    assert complaint.about_authority == police
    assert complaint.handlings.get().authority == city.authority


def test_with_nobody_above_the_operator_is_told_and_the_authority_is_not(settings):
    top = desk(division="360000")
    complaint = conduct(division_code="360000")
    assert complaint.about_authority == top.authority
    assert complaint.handlings.get().authority is None
    assert FLAG_NO_AUTHORITY in complaint.flags
    told = {message.recipient for message in Message.objects.filter(template="complaints/new_case")}
    assert told == {settings.ENV.OPERATOR_EMAIL}


def test_where_no_such_authority_is_known_health_takes_it(district):
    complaint = conduct(about_authority_kind="cdc")
    assert complaint.about_authority is None
    assert complaint.handlings.get().authority == district.authority


def test_the_authority_complained_of_sees_nothing_in_lists_search_and_pages(city, district):
    complaint = conduct()
    for user in (district.handler, district.supervisor, person(Role.AUTHORITY_ADMIN, body=district.authority)):
        assert not Complaint.objects.visible_to(user.scope).exists()
    client = client_of(district.supervisor)
    assert complaint.reference not in text_of(client.get("/staff/complaints/"))
    assert f"/staff/complaints/{complaint.pk}/" not in text_of(
        client.get(f"/staff/complaints/?q={complaint.reference}")
    )
    assert client.get(f"/staff/complaints/{complaint.pk}/").status_code == 404
    assert f"/staff/complaints/{complaint.pk}/" not in text_of(client.get(f"/staff/search/?q={complaint.reference}"))
    assert client_of(city.handler).get(f"/staff/complaints/{complaint.pk}/").status_code == 200


def test_no_message_reaches_the_authority_complained_of(city, district):
    Message.objects.all().delete()
    complaint = conduct()
    recipients = {message.recipient for message in Message.objects.all()}
    assert district.authority.desk_email not in recipients
    assert not recipients & {one.email for one in (district.handler, district.supervisor, district.other_supervisor)}
    assert city.authority.desk_email in recipients
    assert complaint.reference


def test_what_is_missing_is_asked_for(city):
    with pytest.raises(Invalid):
        conduct(about_authority_kind="")
    with pytest.raises(Invalid):
        conduct(about_authority_kind="navy")
    assert not Complaint.objects.exists()


def test_the_pages_ask_for_the_kind_of_authority_and_no_vehicle(city, district):
    walker = Person()
    assert place_of(walker.begin("authority_conduct")) == "authority"
    assert walker.answer("authority").status_code == 422
    assert place_of(walker.answer("authority", about_authority_kind="health")) == "when"
    walker.answer("when", day="not-known")
    walker.answer("where", division="360102", place="")
    walker.answer("story", narrative="三个月没有答复。")
    page = text_of(walker.look("review"))
    assert "Which authority is it about?" in page
    assert "Which vehicle was it?" not in page
    assert walker.send().status_code == 303
    complaint = Complaint.objects.get()
    assert complaint.about_authority == district.authority
    assert not complaint.contact_phone


def test_the_page_of_the_authority_cannot_be_left_out(city, district):
    walker = Person()
    walker.hold(kind="authority_conduct", plate="")
    page = walker.send()
    assert page.status_code == 422
    assert "authority/?back=review" in text_of(page)


def test_a_program_names_the_kind_of_authority(city, district):
    filed_ = {"kind": "authority_conduct", "division": "360102", "narrative": "无答复"}
    assert faults(send(filed_)) == {("about_authority_kind", "required")}
    problem(send({**filed_, "about_authority_kind": "navy"}), 400, "invalid")
    assert send({**filed_, "about_authority_kind": "health"}).status_code == 201
    assert Complaint.objects.get().about_authority == district.authority


def test_an_authority_named_for_another_kind_of_complaint_means_nothing(city, district):
    complaint = filed(about_authority_id=district.authority.pk)
    assert complaint.about_authority is None
    assert submit(entry()).is_new


def test_it_is_not_given_to_who_stands_under_the_authority_complained_of(city, district):
    province = desk(division="360000")
    police = desk(AuthorityKind.POLICE)
    complaint = conduct(about_authority_kind="", about_authority_id=city.authority.pk)
    one = Case(complaint, province)
    assert complaint.handlings.get().authority == province.authority
    for service, more in ((hand_over, {}), (add_handler, {"role": HandlingRole.CO})):
        with pytest.raises(Unsound) as refusal:
            service(**one.by(province.handler, to=district.authority, reason="就近办理。", **more))
        assert refusal.value.code == "below"
    add_handler(**one.by(province.handler, to=police.authority, role=HandlingRole.CO, reason="涉嫌套牌。"))
    assert complaint.handlings.count() == 2
