"""The first page of an authority's desk: the cases that owe something, the first due on top, and what they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from complaints.models import Deadline
from directory.kinds import AuthorityKind
from tests import build
from tests.complaints.desk import case, desk
from tests.complaints.entries import EMAIL, NARRATIVE, PHONE
from tests.people import client_of, person
from tests.registry.staff_pages import queries

pytestmark = pytest.mark.django_db
TODAY = "/staff/"


def work_of(user):
    answer = client_of(user).get(TODAY)
    assert answer.status_code == 200
    return answer.context["work"]


def due_in(one, days: int) -> None:
    Deadline.objects.filter(handling=one.part, met_at=None).update(due_on=timezone.localdate() + timedelta(days=days))


def test_a_handler_finds_what_is_owed_the_first_due_on_top():
    here = desk()
    later, late, soon = (case(at_desk=here) for _ in range(3))
    for one, days in ((later, 40), (late, -2), (soon, 3)):
        due_in(one, days)
    work = work_of(here.handler)
    assert [task.about.partition(" ")[0] for task in work] == [one.complaint.reference for one in (late, soon, later)]
    assert [task.tone for task in work] == ["stop", "mind", "plain"]
    assert work[0].href == reverse("cases:case", args=[late.complaint.pk])


def test_what_owes_nothing_and_what_others_hold_is_no_work_of_today():
    here = desk()
    desk(AuthorityKind.MARKET_REGULATION)
    answered = case(at_desk=here).concluded()
    Deadline.objects.filter(handling=answered.part).update(met_at=timezone.now())
    assert work_of(here.handler) == []
    assert work_of(person(Role.REVIEWER, body=here.authority)) == []


def test_the_list_tells_nothing_of_who_complained():
    here = desk()
    case(at_desk=here)
    page = client_of(here.handler).get(TODAY).content.decode()
    for word in (NARRATIVE, PHONE, EMAIL, "李雷"):
        assert word not in page


def test_ten_cases_cost_no_more_queries_than_one():
    here = desk()
    client = client_of(here.handler)
    case(at_desk=here)
    once = queries(client, TODAY)
    for _ in range(9):
        case(at_desk=here)
    assert queries(client, TODAY) == once


def test_a_hotline_clerk_finds_the_way_to_take_a_call_first():
    clerk = person(Role.HOTLINE_CLERK, body=build.authority())
    page = client_of(clerk).get(TODAY).content.decode()
    main = page[page.index("<main") :]
    assert main.index(reverse("hotline:call")) < main.index('class="figures"')
