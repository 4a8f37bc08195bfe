"""Looks behind the mask: who may ask, who decides, what is shown to whom and for how long, and that it is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.masking import masked_contact, masked_name
from complaints.models import Recusal, Reveal
from complaints.refusals import AlreadyDecided, Unsound
from complaints.services.revealing import HOURS_OPEN, ask_reveal, decide_reveal, show_person
from notifications.models import Message
from registry.refusals import OutOfScope, WrongRole
from tests.complaints.desk import ADDRESS, desk
from tests.complaints.walled import EMAIL, NAME, PHONE, walled
from tests.people import client_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = walled()
    world.at = timezone.now()
    return world


def ask(world, subject="contact", who=None, **more):
    values = {"complaint": world.complaint, "subject": subject, "reason": "需电话核实退款账户"}
    values |= {"actor": who or world.desk.handler, "now": world.at, "address": ADDRESS}
    return ask_reveal(**{**values, **more})


def decide(world, reveal, who=None, *, is_granted=True):
    actor = who or world.desk.supervisor
    return decide_reveal(reveal=reveal, is_granted=is_granted, actor=actor, now=world.at, address=ADDRESS)


def show(world, reveal, who=None):
    return show_person(reveal=reveal, actor=who or world.desk.handler, now=world.at, address=ADDRESS)


def deeds() -> list[str]:
    return list(AuditRow.objects.order_by("number").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李雷", "李*"),
        ("欧阳雪晴", "欧***"),
        ("李女士", "李女士"),
        ("李小红女士", "李**女士"),
        ("Li Lei", "L***"),
        ("李", "李*"),
        ("", ""),
    ],
)
def test_names_are_masked(name, shown):
    assert masked_name(name) == shown


def test_phones_and_addresses_are_masked():
    assert masked_contact("13800138000") == "138****8000"
    assert masked_contact("lilei@example.org") == "l***@example.org"
    assert masked_contact("") == ""


def test_the_contact_of_a_claim_opens_at_once_for_eight_hours_and_each_showing_is_recorded(world):
    reveal = ask(world)
    assert reveal.is_granted
    assert reveal.until == world.at + timedelta(hours=8)
    assert show(world, reveal) == {"phone": PHONE, "email": EMAIL}
    show(world, reveal)
    assert deeds()[-3:] == ["reveal.asked", "reveal.shown", "reveal.shown"]
    world.at = reveal.until
    with pytest.raises(OutOfScope):
        show(world, reveal)


@pytest.mark.parametrize("subject", ["identity", "original"])
def test_identity_and_original_wait_for_a_supervisor(world, subject):
    more = {"evidence": world.evidence} if subject == "original" else {}
    reveal = ask(world, subject, **more)
    assert reveal.is_granted is None
    mails = {one.recipient for one in Message.objects.filter(template="complaints/reveal_asked")}
    assert mails == {world.desk.supervisor.email, world.desk.other_supervisor.email}
    with pytest.raises(OutOfScope):
        show(world, reveal)
    granted = decide(world, reveal)
    assert granted.until == world.at + HOURS_OPEN
    assert Message.objects.get(template="complaints/reveal_decided").recipient == world.desk.handler.email
    if subject == "identity":
        assert show(world, granted) == {"name": NAME}


def test_in_a_report_the_contact_waits_too():
    world = walled(kind=Kind.UNLAWFUL_OPERATION)
    assert ask(world).is_granted is None


def test_a_supervisor_who_asks_needs_another_one(world):
    mine = ask(world, "identity", who=world.desk.supervisor)
    with pytest.raises(WrongRole):
        decide(world, mine, world.desk.supervisor)
    assert decide(world, mine, world.desk.other_supervisor).is_granted


def test_a_refusal_shows_nothing_and_can_be_asked_again(world):
    reveal = decide(world, ask(world, "identity"), is_granted=False)
    assert reveal.until is None
    with pytest.raises(OutOfScope):
        show(world, reveal)
    assert ask(world, "identity").is_granted is None


def test_nobody_decides_twice(world):
    reveal = decide(world, ask(world, "identity"))
    with pytest.raises(AlreadyDecided) as error:
        decide(world, reveal, world.desk.other_supervisor)
    assert error.value.by == world.desk.supervisor


def test_who_may_ask_and_who_may_decide(world):
    above, stranger = desk(division="360100"), desk(division="110105")
    reviewer = person(Role.REVIEWER, body=world.desk.authority)
    for who, error in (
        (above.handler, WrongRole),
        (stranger.handler, OutOfScope),
        (reviewer, WrongRole),
        (world.officers["everything"], OutOfScope),
    ):
        with pytest.raises(error):
            ask(world, who=who)
    reveal = ask(world, "identity")
    for who, error in (
        (above.supervisor, WrongRole),
        (stranger.supervisor, OutOfScope),
        (world.desk.handler, WrongRole),
    ):
        with pytest.raises(error):
            decide(world, reveal, who)


def test_once_the_part_is_over_nobody_asks_and_an_open_look_shuts(world):
    reveal = ask(world)
    world.case.concluded()
    world.part.__class__.objects.update(state="closed", closed_at=world.at)
    with pytest.raises(OutOfScope):
        show(world, reveal)
    with pytest.raises(WrongRole):
        ask(world)


def test_an_officer_who_stepped_aside_sees_nothing_any_more(world):
    reveal = ask(world)
    Recusal.objects.create(complaint=world.complaint, user=world.desk.handler, reason="亲属", at=world.at)
    with pytest.raises(OutOfScope):
        show(world, reveal)


@pytest.mark.parametrize("more", [{"reason": " "}, {"subject": "everything"}, {"subject": "original"}])
def test_a_reason_a_known_subject_and_a_file_of_the_case_are_needed(world, more):
    with pytest.raises(Unsound):
        ask(world, **{"subject": "contact", **more})


def test_the_same_is_not_asked_twice(world):
    ask(world)
    ask(world, "identity")
    for subject in ("contact", "identity"):
        with pytest.raises(Unsound):
            ask(world, subject)
    with pytest.raises(Unsound):
        ask(world, "original", evidence=walled(contact_phone="13800000008").evidence)


def test_the_page_masks_asks_and_leads_to_the_one_page_that_shows(world):
    client = client_of(world.desk.handler)
    page = reverse("wall:person", args=[world.complaint.pk])
    text = client.get(page).content.decode()
    assert "139****5678" in text
    assert "欧***" in text
    for secret in (NAME, PHONE, EMAIL):
        assert secret not in text
    response = client.post(page, {"subject": "contact", "reason": "核实"})
    assert response.status_code == 303
    shown = client.get(response["Location"])
    assert PHONE in shown.content.decode()
    assert NAME not in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    colleague = client_of(person(Role.HANDLER, body=world.desk.authority))
    assert colleague.get(response["Location"]).status_code == 404
    assert client.post(page, {"subject": "contact", "reason": "再次"}).status_code == 422


def test_the_supervisors_list_holds_what_this_supervisor_decides_and_costs_the_same_for_any_length(
    world, django_assert_max_num_queries
):
    reveal = ask(world, "identity")
    ask(world, "identity", who=world.desk.supervisor)
    for _ in range(8):
        colleague = person(Role.HANDLER, body=world.desk.authority)
        ask(world, "identity", who=colleague)
    client = client_of(world.desk.supervisor)
    client.get(reverse("wall:waiting"))
    with django_assert_max_num_queries(9):
        text = client.get(reverse("wall:waiting")).content.decode()
    assert text.count('value="grant"') == 9
    response = client.post(reverse("wall:decide", args=[reveal.pk]), {"do": "grant"})
    assert response.status_code == 303
    assert Reveal.objects.get(pk=reveal.pk).decided_by == world.desk.supervisor
    again = client.post(reverse("wall:decide", args=[reveal.pk]), {"do": "refuse"})
    assert again.status_code == 409
    assert client.post(reverse("wall:decide", args=[reveal.pk]), {"do": "x"}).status_code == 422
    own = Reveal.objects.get(asked_by=world.desk.supervisor)
    assert client.post(reverse("wall:decide", args=[own.pk]), {"do": "grant"}).status_code == 403
    stranger = client_of(desk(division="110105").supervisor)
    assert stranger.post(reverse("wall:decide", args=[own.pk]), {"do": "grant"}).status_code == 404
