"""More time for the decision: asked for once, decided by another supervisor, told to the complainant with its day."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditRow
from accounts.roles import Role
from complaints.models import Deadline, DeadlineRule, Extension, Handling
from complaints.refusals import StaleVersion, Unsound
from complaints.services import reopen
from complaints.services.extending import ask_extension, decide_extension
from complaints.supervision_sections import extension_section
from complaints.wall import Audience
from complaints.workflow import Action, NotAllowed
from notifications.models import Message
from registry.refusals import OutOfScope, WrongRole
from tests import build
from tests.complaints.desk import Case, case
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
REASON = "尚需调取行车记录。"


@pytest.fixture
def held() -> Case:
    return case(contact_email="family@example.org").accepted()


def ask(held: Case, **more) -> Extension:
    return ask_extension(**held.by(held.desk.handler, **{"reason": REASON, **more}))


def decide(held: Case, asked: Extension, *, grants: bool, by=None, note="") -> Extension:
    keywords = held.by(by or held.desk.supervisor, extension=asked, grants=grants, note=note)
    del keywords["handling"]
    return decide_extension(**keywords)


def due(held: Case) -> date:
    return Deadline.objects.get(handling=held.part, step="decision", met_at=None).due_on


def test_a_granted_extension_moves_the_day_and_tells_why(held):
    before = due(held)
    decide(held, ask(held), grants=True)
    # 60 days from 24 November 2026 end on Saturday 23 January 2027, moved to Monday 25; 30 days more are 24 February.
    assert (before, due(held)) == (date(2027, 1, 25), date(2027, 2, 24))
    event = held.complaint.events.get(action=Action.GRANT_EXTENSION)
    assert event.is_public
    assert event.audience == Audience.COMPLAINANT
    assert event.text.startswith(f"{REASON}\n")
    assert "2027" in event.text
    told = Message.objects.filter(template="complaints/step", recipient__isnull=False)
    assert any(message.recipient == "family@example.org" for message in told)


def test_the_limit_comes_from_the_rules_of_the_place(held):
    DeadlineRule.objects.create(
        authority_kind="health", division=build.division("360100"), step="extension", limit="10wd"
    )
    assert ask(held).limit == "10wd"


def test_asking_tells_the_supervisors_and_is_recorded(held):
    asked = ask(held)
    people = {held.desk.supervisor.email, held.desk.other_supervisor.email}
    assert {m.recipient for m in Message.objects.filter(template="complaints/case_decide")} == people
    row = AuditRow.objects.get(action="complaint.ask_extension")
    assert row.detail["limit"] == asked.limit
    assert REASON not in str(row.detail)
    assert held.complaint.events.get(action=Action.ASK_EXTENSION).is_public is False


def test_a_refusal_needs_words_and_stays_inside(held):
    asked = ask(held)
    with pytest.raises(Unsound):
        decide(held, asked, grants=False)
    decide(held, asked, grants=False, note="材料已齐，请按期办结。")
    event = held.complaint.events.get(action=Action.REFUSE_EXTENSION)
    assert (event.is_public, event.audience) == (False, Audience.OWN)
    ask(held)  # it may be asked for again


def test_it_is_granted_once(held):
    decide(held, ask(held), grants=True)
    with pytest.raises(Unsound) as refused:
        ask(held)
    assert refused.value.code == "extended"


def test_nobody_decides_the_own_request_and_nobody_asks_twice(held):
    asked = ask_extension(**held.by(held.desk.supervisor, reason=REASON))
    for error, code in ((lambda: ask(held), "asked"), (lambda: decide(held, asked, grants=True), "own-request")):
        with pytest.raises(Unsound) as refused:
            error()
        assert refused.value.code == code
    decide(held, asked, grants=True, by=held.desk.other_supervisor)
    with pytest.raises(Unsound) as refused:
        decide(held, asked, grants=True, by=held.desk.other_supervisor)
    assert refused.value.code == "decided"


def test_another_duty_another_place_and_an_old_page_are_kept_out(held):
    asked = ask(held)
    with pytest.raises(WrongRole):
        decide(held, asked, grants=True, by=held.desk.handler)
    with pytest.raises(WrongRole):
        decide(held, asked, grants=True, by=person(Role.REVIEWER, body=held.desk.authority))
    stranger = person(Role.SUPERVISOR, body=build.authority(division=build.division("110105")))
    with pytest.raises(OutOfScope):
        decide(held, asked, grants=True, by=stranger)
    with pytest.raises(StaleVersion):
        decide_extension(
            extension=asked, version=1, grants=True, actor=held.desk.supervisor, now=held.at, address="192.0.2.7"
        )


def test_a_part_that_is_not_accepted_or_is_over_has_no_extension():
    fresh = case()
    with pytest.raises(NotAllowed):
        ask(fresh)
    with pytest.raises(NotAllowed):
        ask(case().concluded())


def test_an_escalated_part_that_is_in_time_again_may_be_escalated_anew(held):
    asked = ask(held)
    Deadline.objects.filter(handling=held.part).update(escalated_at=held.at)
    decide(held, asked, grants=True)
    assert Deadline.objects.get(handling=held.part, step="decision", met_at=None).escalated_at is None


def test_the_pages_ask_and_decide(held):
    handler, supervisor = client_of(held.desk.handler), client_of(held.desk.supervisor)
    address = reverse("supervision:ask_extension", args=[held.part.pk])
    assert handler.get(address).status_code == 200
    empty = handler.post(address, {"version": held.part.version, "reason": " "})
    assert empty.status_code == 422
    assert handler.post(address, {"version": held.part.version, "reason": REASON}).status_code == 303
    asked = Extension.objects.get()
    address = reverse("supervision:decide_extension", args=[asked.pk])
    assert supervisor.get(address).status_code == 200
    assert handler.post(address, {"version": held.part.version, "do": "grant"}).status_code == 403
    late = supervisor.post(address, {"version": 1, "do": "refuse", "note": "期限尚够。"})
    assert late.status_code == 409
    assert "期限尚够。" in late.content.decode(), "what was typed is kept"
    assert f'name="version" value="{held.part.version}"' in late.content.decode()
    assert supervisor.post(address, {"version": held.part.version, "do": "nonsense"}).status_code == 422
    assert supervisor.post(address, {"version": held.part.version, "do": "grant"}).status_code == 303
    assert Extension.objects.get().is_granted is True
    stranger = client_of(person(Role.SUPERVISOR, body=build.authority(division=build.division("110105"))))
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"do": "grant"}).status_code == 404


def test_the_section_offers_what_the_table_allows(held):
    def section(user):
        part = Handling.objects.select_related("complaint", "authority").get(pk=held.part.pk)
        return extension_section(user, held.complaint, part, held.at)["extension"]

    assert section(held.desk.handler)["ask_form"] is not None
    asked = ask(held)
    assert section(held.desk.handler)["ask_form"] is None
    assert not section(held.desk.handler)["may_decide"]
    assert section(held.desk.supervisor)["may_decide"]
    decide(held, asked, grants=True)
    assert section(held.desk.handler)["ask_form"] is None
    assert not section(held.desk.supervisor)["may_decide"]


def test_the_day_is_told_in_the_complainants_language():
    told = case()
    told.complaint.language = "en"
    told.complaint.save(update_fields=["language"])
    told.accepted()
    decide(told, ask(told), grants=True)
    text = told.complaint.events.get(action=Action.GRANT_EXTENSION).text
    assert "The decision is now due by Wednesday, 24 February 2027." in text


def test_what_was_asked_for_before_the_answer_does_not_bar_asking_once_it_is_opened_again(held):
    ask(held)
    held.concluded()
    assert Extension.objects.get().is_granted is False
    reopen(**held.by(held.desk.supervisor, reason="有新的证据。"))
    assert ask(held).is_granted is None
