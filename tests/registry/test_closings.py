"""An institution that closes: both sides of its open applications are told, and none stays that nobody can end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from celery.schedules import crontab

from accounts.models import AuditRow, Language, User
from config import settings as product
from notifications.channels import CHANNELS
from notifications.models import Message
from notifications.rendering import render_parts
from registry import tasks
from registry.models import Application
from registry.reviews import reference_of
from registry.services import agree_transfer, approve, decline_transfer, return_with_reasons, withdraw
from registry.services.closings import withdraw_left_behind
from registry.services.institutions import close_institution, reopen_institution
from tests.registry.applications import NOW, TODAY, World, by

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def world() -> World:
    made = World()
    assert made.other_manager.pk
    return made


def close(world: World, institution, closed_on: date = TODAY) -> None:
    close_institution(institution=institution, closed_on=closed_on, **by(world.reviewer))


def told() -> dict[str, list[str]]:
    found = Message.objects.filter(template="registry/institution_closes")
    return {str(one.recipient): one.context["references"] for one in found}


def returned(world: World, kind: str = "new") -> Application:
    application = world.submitted(kind)
    return return_with_reasons(
        application=application, version=application.version, field_reasons={}, reason="请补正", **by(world.reviewer)
    )


def states(*applications: Application) -> list[str]:
    return [Application.objects.get(pk=one.pk).state for one in applications]


def text(message: Message) -> str:
    parts = CHANNELS[message.channel].parts
    return " ".join(render_parts(message.template, message.language, parts, message.context).values())


@pytest.mark.parametrize("state", ["begun", "waiting", "submitted"])
def test_the_owner_of_a_transfer_is_told_that_the_receiving_institution_closes(world, state):
    application = getattr(world, state)("transfer")
    close(world, world.other_hospital)
    expected = {world.manager.email} if state == "begun" else {world.manager.email, world.other_manager.email}
    assert told() == {one: [reference_of(application.pk)] for one in expected}
    withdraw(application=application, **by(world.manager))


def test_the_receiving_institution_is_told_that_the_owner_closes_but_of_a_draft_nobody_outside(world):
    draft, waiting = world.begun("change"), world.waiting("transfer")
    close(world, world.hospital, TODAY + timedelta(days=30))
    assert told() == {
        world.manager.email: [reference_of(draft.pk), reference_of(waiting.pk)],
        world.other_manager.email: [reference_of(waiting.pk)],
    }


def test_nobody_is_told_where_nothing_is_open(world):
    withdraw(application=world.waiting("transfer"), **by(world.manager))
    Message.objects.all().delete()
    close(world, world.hospital)
    close(world, world.other_hospital)
    assert not Message.objects.exists()


def test_the_mail_says_the_day_and_where_to_look_in_the_language_of_each(world):
    User.objects.filter(pk=world.manager.pk).update(language=Language.ENGLISH)
    application = world.waiting("transfer")
    Message.objects.all().delete()
    close(world, world.other_hospital)
    english, chinese = (Message.objects.get(language=language) for language in ("en", "zh-hans"))
    assert "Monday, 23 November 2026" in text(english)
    assert "2026年11月23日" in text(chinese)
    for message in (english, chinese):
        assert reference_of(application.pk) in text(message)
        assert world.ambulance.plate not in text(message)
        assert world.other_hospital.name not in text(message)


def test_whoever_was_told_of_a_closing_is_told_that_it_was_undone_and_nothing_is_lost(world):
    draft = world.begun("change")
    close(world, world.hospital)
    reopen_institution(institution=world.hospital, **{**by(world.reviewer), "now": NOW + timedelta(hours=1)})
    assert withdraw_left_behind(now=TOMORROW) == 0
    assert states(draft) == ["draft"]
    messages = Message.objects.filter(template="registry/institution_closes").order_by("pk")
    assert ["恢复营业" in text(message) for message in messages] == [False, True]


def test_what_only_a_closed_institution_could_end_is_withdrawn_in_the_night_and_once(world, monkeypatch):
    draft, sent_back = world.begun("change"), returned(world)
    close(world, world.hospital)
    assert states(draft, sent_back) == ["draft", "returned"]
    monkeypatch.setattr("registry.tasks.timezone.now", lambda: TOMORROW)
    tasks.night()
    assert withdraw_left_behind(now=TOMORROW) == 0
    assert states(draft, sent_back) == ["withdrawn", "withdrawn"]
    event = sent_back.events.latest("pk")
    assert (event.actor, event.action, event.reason) == (None, "withdraw", "机构已停业。")
    assert AuditRow.objects.filter(action="application.withdrawn", actor=None).count() == 2


def test_before_the_day_of_the_closing_nothing_is_withdrawn(world):
    draft = world.begun("change")
    close(world, world.hospital, TODAY + timedelta(days=2))
    assert withdraw_left_behind(now=TOMORROW) == 0
    assert withdraw_left_behind(now=NOW + timedelta(days=2)) == 1
    assert states(draft) == ["withdrawn"]


def test_a_closed_hospitals_vehicle_still_goes_to_another_that_agrees(world):
    application = world.waiting("transfer")
    close(world, world.hospital)
    assert withdraw_left_behind(now=TOMORROW) == 0
    agreed = agree_transfer(application=application, version=application.version, **by(world.other_manager))
    approve(application=agreed, version=agreed.version, **by(world.reviewer))
    world.ambulance.refresh_from_db()
    assert world.ambulance.institution == world.other_hospital


def test_what_the_other_side_declines_comes_back_to_nobody_and_is_withdrawn(world):
    application = world.waiting("transfer")
    close(world, world.hospital)
    decline_transfer(application=application, version=application.version, reason="没有泊位", **by(world.other_manager))
    Message.objects.all().delete()
    assert withdraw_left_behind(now=TOMORROW) == 1
    assert states(application) == ["withdrawn"]
    assert [one.recipient for one in Message.objects.all()] == [world.other_manager.email]


def test_a_transfer_between_two_closed_institutions_is_withdrawn(world):
    application = world.waiting("transfer")
    close(world, world.hospital)
    close(world, world.other_hospital)
    assert withdraw_left_behind(now=TOMORROW) == 1
    assert states(application) == ["withdrawn"]


def test_what_lies_before_the_reviewer_is_decided_by_the_reviewer(world):
    application = world.submitted()
    close(world, world.hospital)
    assert withdraw_left_behind(now=TOMORROW) == 0
    assert states(application) == ["submitted"]


def test_beat_asks_for_it_every_night_in_shanghai():
    entry = product.CELERY_BEAT_SCHEDULE["registry-night"]
    assert (entry["task"], entry["schedule"]) == ("registry.tasks.night", crontab(hour=1, minute=15))


def test_many_applications_cost_few_questions(world, django_assert_max_num_queries):
    for _ in range(12):
        world.begun()
    with django_assert_max_num_queries(20):
        close(world, world.hospital)
    assert len(told()[world.manager.email]) == 12
