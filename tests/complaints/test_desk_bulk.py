"""Many cases at once: capped, with a comment, each for itself, never closing where people may be in danger."""

from __future__ import annotations

import pytest
from django.conf import settings

from accounts.models import AuditRow
from complaints.kinds import FACTS, Kind
from complaints.services import accept
from tests.complaints.desk import case, desk
from tests.people import client_of

pytestmark = pytest.mark.django_db
BULK = "/staff/complaints/bulk/"
SAFETY = {
    Kind.REFUSAL_OR_DELAY,
    Kind.CREW_OR_EQUIPMENT,
    Kind.INFECTION_CONTROL,
    Kind.ILLEGAL_AMBULANCE,
    Kind.UNLAWFUL_OPERATION,
}


def ticks(*cases) -> list[str]:
    return [f"{one.part.pk}:{one.part.version}" for one in cases]


def post(who, do: str, part: list[str], **typed):
    return client_of(who).post(f"{BULK}?lang=en", {"do": do, "part": part, **typed})


def test_the_chosen_cases_are_shown_before_anything_is_done():
    here = desk()
    one, other = case(at_desk=here), case(at_desk=here)
    answer = post(here.handler, "note", ticks(one, other))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "2 cases" in page
    assert one.complaint.reference in page
    assert one.part.version == 1


def test_each_is_given_to_an_officer_with_the_comment_in_its_file():
    here = desk()
    some = [case(at_desk=here) for _ in range(3)]
    answer = post(here.supervisor, "assign", ticks(*some), confirm="1", to=here.handler.pk, comment="统一办理。")
    assert answer.content.decode().count("chip-good") == 3
    assert {one.part.assignee for one in some} == {here.handler}
    assert {one.part.events.get(action="assign").text for one in some} == {"统一办理。"}
    row = AuditRow.objects.latest("number")
    assert (row.action, row.detail) == ("complaint.bulk", {"step": "assign", "done": 3, "refused": 0})
    assert AuditRow.objects.filter(action="complaint.assign").count() == 3


def test_one_refusal_stops_no_other_and_says_why():
    here = desk()
    changed, concluded, open_one = case(at_desk=here), case(at_desk=here).concluded(), case(at_desk=here)
    chosen = ticks(changed, concluded, open_one)
    accept(**changed.by(here.handler))
    page = post(here.handler, "close", chosen, confirm="1", comment="机构已整改。").content.decode()
    assert (changed.part.state, concluded.part.state, open_one.part.state) == ("accepted", "closed", "pending")
    assert page.count("chip-stop") == 2
    assert "Only what is concluded can be closed" in page
    page = post(here.handler, "note", chosen, confirm="1", audience="own", comment="核对。").content.decode()
    assert "Somebody changed it in the meantime" in page


def test_the_kinds_in_which_people_may_be_in_danger_are_named():
    assert {kind for kind, facts in FACTS.items() if facts.is_safety} == SAFETY


@pytest.mark.parametrize("kind", sorted({Kind.REFUSAL_OR_DELAY, Kind.CREW_OR_EQUIPMENT}))
def test_what_may_be_dangerous_is_never_closed_among_many(kind):
    one = case(kind).concluded()
    page = post(one.desk.handler, "close", ticks(one), confirm="1", comment="机构已整改。").content.decode()
    assert "Close it on its own page" in page
    assert one.part.state == "concluded"


def test_without_a_comment_nothing_is_done():
    here = desk()
    one = case(at_desk=here)
    for comment in ("", "   "):
        answer = post(here.handler, "note", ticks(one), confirm="1", audience="own", comment=comment)
        assert answer.status_code == 422
    assert one.part.version == 1


def test_more_than_the_setting_allows_is_refused_as_a_whole(monkeypatch):
    here = desk()
    some = [case(at_desk=here) for _ in range(3)]
    monkeypatch.setattr(settings.ENV, "BULK_MAX", 2)
    answer = post(here.handler, "note", ticks(*some), confirm="1", audience="own", comment="核对。")
    assert answer.status_code == 422
    assert "at most 2 cases" in answer.content.decode()
    assert [one.part.version for one in some] == [1, 1, 1]


@pytest.mark.parametrize("chosen", [[], ["x"], ["1"], ["99999:1"], [":"], ["9" * 40 + ":1"]])
def test_ticks_that_are_none_choose_nothing(chosen):
    assert post(desk().handler, "note", chosen).status_code == 422


def test_an_unknown_button_and_other_people_get_nothing_done():
    here, one = desk(), case()
    assert post(here.handler, "decline", ticks(one)).status_code == 422
    stranger = desk(division="110105")
    assert post(stranger.handler, "note", ticks(one), confirm="1", audience="own", comment="x").status_code == 422
    city = desk(division="360100")
    page = post(city.supervisor, "note", ticks(one), confirm="1", audience="own", comment="x").content.decode()
    assert "somebody else" in page
    assert one.part.version == 1
