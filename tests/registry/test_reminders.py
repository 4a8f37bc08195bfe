"""Reminders of dates that come near: once at each distance, one mail a day, nothing personal in it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from celery.schedules import crontab
from django.conf import settings as product

from accounts.models import Language
from accounts.roles import Role
from directory.models import Institution
from notifications.models import Message
from notifications.rendering import render_parts
from registry.choices import AmbulanceStatus
from registry.models import CrewMember, Reminder
from registry.reminding import distance_of
from registry.services import queue_reminders
from tests import build
from tests.people import person
from tests.registry.applications import NOW, TODAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    made = World()
    assert made.manager
    return made


def vehicle(world, days, **fields):
    return build.ambulance(
        institution=world.hospital, inspection_valid_until=TODAY + timedelta(days=days), scrap_due_on=None, **fields
    )


@pytest.mark.parametrize(
    ("days", "distance"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_the_nearest_distance_counts(days, distance):
    assert distance_of(TODAY + timedelta(days=days), TODAY) == distance


def test_each_date_is_reminded_of_once_at_each_distance(world):
    vehicle(world, 60)
    mails = [queue_reminders(now=NOW + timedelta(days=day)) for day in range(62)]
    assert [day for day, sent in enumerate(mails) if sent] == [0, 30, 53]


def test_a_day_on_which_nothing_ran_is_made_up_for(world):
    vehicle(world, 60)
    assert queue_reminders(now=NOW + timedelta(days=3)) == 1


def test_running_twice_a_day_sends_one_mail_and_what_came_up_since_waits_for_tomorrow(world):
    vehicle(world, 5)
    assert (queue_reminders(now=NOW), queue_reminders(now=NOW)) == (1, 0)
    vehicle(world, 6)
    assert queue_reminders(now=NOW) == 0
    assert queue_reminders(now=NOW + timedelta(days=1)) == 1
    assert [message.context["inspection"] for message in Message.objects.order_by("pk")] == [1, 1]


def test_one_mail_counts_vehicles_and_people_and_names_none(world):
    first = vehicle(world, 5)
    vehicle(world, 20, status=AmbulanceStatus.SUSPENDED)
    build.ambulance(institution=world.hospital, scrap_due_on=TODAY + timedelta(days=40))
    CrewMember.objects.create(
        institution=world.hospital, name="赵某", role="driver", certificate_valid_until=TODAY + timedelta(days=7)
    )
    assert queue_reminders(now=NOW) == 1
    message = Message.objects.get()
    counts = {name: message.context[name] for name in ("inspection", "scrapping", "certificate")}
    assert counts == {"inspection": 2, "scrapping": 1, "certificate": 1}
    for language in ("zh-hans", "en"):
        texts = render_parts(message.template, language, ["email.subject.txt", "email.txt"], message.context)
        assert "/staff/" in texts["email.txt"]
        assert not any(private in str(texts) for private in ("赵某", first.plate, first.vin))


def test_who_is_gone_or_far_away_is_not_spoken_of(world):
    vehicle(world, 5, status=AmbulanceStatus.RETIRED)
    vehicle(world, 90)
    CrewMember.objects.create(
        institution=world.hospital,
        name="赵某",
        role="driver",
        certificate_valid_until=TODAY + timedelta(days=7),
        left_on=date(2026, 11, 1),
    )
    assert queue_reminders(now=NOW) == 0
    assert not Reminder.objects.exists()


def test_an_institution_with_nobody_to_write_to_is_reminded_once_it_has_somebody(world):
    hospital = build.institution()
    build.ambulance(institution=hospital, inspection_valid_until=TODAY + timedelta(days=5))
    assert queue_reminders(now=NOW) == 0
    person(Role.INSTITUTION_ADMIN, body=hospital)
    assert queue_reminders(now=NOW) == 1


def test_a_closed_institution_is_not_reminded_of_what_it_can_no_longer_do(world):
    vehicle(world, 5)
    Institution.objects.filter(pk=world.hospital.pk).update(closed_on=TODAY)
    assert queue_reminders(now=NOW) == 0
    Institution.objects.filter(pk=world.hospital.pk).update(closed_on=TODAY + timedelta(days=1))
    assert queue_reminders(now=NOW) == 1


def test_the_day_is_that_of_shanghai(world):
    vehicle(world, 61)
    assert queue_reminders(now=datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == 0
    assert queue_reminders(now=datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == 1


def test_beat_asks_for_them_at_eight_in_shanghai():
    entry = product.CELERY_BEAT_SCHEDULE["registry-reminders"]
    assert entry["task"] == "registry.tasks.remind"
    assert entry["schedule"] == crontab(hour=8, minute=0)
    assert product.CELERY_TIMEZONE == "Asia/Shanghai"


def test_many_vehicles_cost_few_questions(world, django_assert_max_num_queries):
    for _ in range(30):
        vehicle(world, 5)
    with django_assert_max_num_queries(16):
        queue_reminders(now=NOW)


def test_reminders_are_written_in_the_language_of_each_person(world):
    colleague = person(Role.FLEET_MANAGER, body=world.hospital, language=Language.ENGLISH)
    vehicle(world, 60)
    queue_reminders(now=NOW)
    written = dict(Message.objects.values_list("recipient", "language"))
    assert written == {world.manager.email: "zh-hans", colleague.email: "en"}
