"""The queue of the desk: tabs by what is to be done, filters in the address, search, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Deadline
from complaints.services import assign
from complaints.services.asking import ask
from directory.kinds import AuthorityKind
from tests import build
from tests.complaints.desk import case, desk
from tests.complaints.entries import EMAIL, NARRATIVE, PHONE, filed
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
QUEUE = "/staff/complaints/"


def listed(client, query: str = "tab=all") -> str:
    answer = client.get(f"{QUEUE}?{query}")
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def test_a_line_shows_reference_state_deadline_vehicle_and_officer():
    one = case(plate="赣A12345")
    assign(**one.by(one.desk.supervisor, to=one.desk.handler))
    page = listed(client_of(one.desk.handler), "tab=mine&lang=en")
    for said in (one.complaint.reference, "赣A·12345", "Waiting for the desk", "Acceptance", one.desk.handler.name):
        assert said in page


def test_without_a_wish_the_first_tab_that_holds_anything_opens():
    one = case()
    client = client_of(one.desk.handler)
    assert 'href="?tab=unassigned" aria-current="page"' in listed(client, "")
    assign(**one.by(one.desk.supervisor, to=one.desk.handler))
    page = listed(client, "")
    assert 'href="?tab=mine" aria-current="page"' in page
    assert one.complaint.reference in page


def test_each_tab_holds_its_parts():
    here, at = desk(), timezone.now()
    mine, open_one, late, asked, proposed = (case(at_desk=here) for _ in range(5))
    assign(**mine.by(here.supervisor, to=here.handler))
    for each in (late, asked, proposed):
        assign(**each.by(here.supervisor, to=here.supervisor))
    asked.accepted()
    ask(**asked.by(here.handler, text="请问是哪一天？"))
    proposed.proposed()
    Deadline.objects.filter(met_at=None).update(due_on=timezone.localdate() + timedelta(days=40))
    Deadline.objects.filter(handling=late.part).update(due_on=timezone.localdate(at) - timedelta(days=1))
    Deadline.objects.filter(handling=mine.part).update(due_on=timezone.localdate(at) + timedelta(days=3))
    every = {
        each.complaint.reference: name
        for each, name in ((mine, "mine"), (open_one, "open"), (late, "late"), (asked, "asked"), (proposed, "proposed"))
    }
    handler, supervisor = client_of(here.handler), client_of(here.supervisor)
    for who, tab, expected in (
        (handler, "mine", {"mine"}),
        (handler, "unassigned", {"open"}),
        (handler, "soon", {"mine"}),
        (handler, "overdue", {"late"}),
        (handler, "waiting", {"asked"}),
        (supervisor, "decide", {"proposed"}),
        (handler, "all", set(every.values())),
    ):
        page = listed(who, f"tab={tab}")
        assert {name for reference, name in every.items() if reference in page} == expected, tab
    assert "tab=decide" not in listed(handler)


def test_what_is_owed_first_stands_on_top_and_a_paused_clock_below():
    here = desk()
    first, second, paused = (case(at_desk=here).accepted() for _ in range(3))
    ask(**paused.by(here.handler, text="请问是哪一天？"))
    Deadline.objects.filter(handling=first.part).update(due_on="2027-02-01")
    Deadline.objects.filter(handling=second.part).update(due_on="2027-01-01")
    page = listed(client_of(here.handler), "tab=mine&lang=en")
    places = [page.index(each.complaint.reference) for each in (second, first, paused)]
    assert places == sorted(places)
    assert "stands still" in page


@pytest.mark.parametrize("tab", ["unassigned", "all"])
def test_the_pages_of_a_queue_follow_one_another(monkeypatch, tab):
    monkeypatch.setattr("registry.lists.listed.__kwdefaults__", {"size": 2})
    here = desk()
    references = {case(at_desk=here).complaint.reference for _ in range(5)}
    client, seen, query = client_of(here.handler), set(), f"?tab={tab}"
    for _ in range(3):
        page = client.get(QUEUE + query).content.decode()
        seen |= {reference for reference in references if reference in page}
        query = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else ""
    assert seen == references
    assert not query


def test_the_count_of_a_tab_ends_at_ninety_nine(monkeypatch):
    here = desk()
    for _ in range(3):
        case(at_desk=here)
    assert "With nobody yet 3" in listed(client_of(here.handler), "tab=unassigned&lang=en")
    monkeypatch.setattr("complaints.case_queue.COUNTED_TO", 2)
    assert "With nobody yet 2+" in listed(client_of(here.handler), "tab=unassigned&lang=en")


def test_search_and_filters_stay_in_the_address_and_narrow_the_list():
    here = desk()
    plain, hygiene = (
        case(kind, here, plate=plate).complaint.reference
        for kind, plate in ((Kind.SERVICE, "赣A12345"), (Kind.INFECTION_CONTROL, "赣A54321"))
    )
    client = client_of(here.handler)
    for query, seen in (
        (f"q={plain.lower()}", {plain}),
        ("q=赣a·54321", {hygiene}),
        ("tab=all&state=withdrawn", set()),
        ("tab=all&kind=service", {plain}),
        ("tab=all&state=pending", {plain, hygiene}),
    ):
        page = listed(client, query)
        assert {each for each in (plain, hygiene) if each in page} == seen, query
    assert "?kind=service&amp;tab=overdue" in listed(client, "tab=all&kind=service")


@pytest.mark.parametrize(
    "query",
    [
        "kind=nonsense",
        "after=%00",
        'tab=all&after=["1",2]',
        "tab=all&after=[1e400,2]",
        "after=[1,2]",
        "q=" + "x" * 500,
        "tab=never",
        "q=%00",
    ],
)
def test_odd_filters_are_answered_in_words(query):
    one = case()
    assert client_of(one.desk.handler).get(f"{QUEUE}?{query}").status_code in {200, 302}


@pytest.mark.parametrize("rows", [2, 30])
def test_the_queue_costs_the_same_for_any_number_of_rows(rows, django_assert_max_num_queries):
    here = desk()
    for _ in range(rows):
        filed()
    client = client_of(here.handler)
    with django_assert_max_num_queries(18):  # sixteen, and two savepoints that only a test has
        assert client.get(QUEUE).status_code == 200


def test_the_queue_tells_nothing_of_who_complained_or_what_was_told():
    one = case(contact_email=EMAIL, place="东湖区民德路")
    page = listed(client_of(one.desk.handler))
    for secret in (NARRATIVE[:8], "李雷", PHONE, EMAIL, "民德路", one.complaint.receipt_hash):
        assert secret not in page


def test_a_higher_authority_reads_what_is_below_and_cannot_tick_it():
    city, one = desk(division="360100"), case()
    page = listed(client_of(city.handler), "tab=all&lang=en")
    assert one.complaint.reference in page
    assert "read only" in page
    assert 'type="checkbox"' not in page
    assert one.complaint.reference not in listed(client_of(city.handler), "tab=unassigned")


def test_other_jurisdictions_kinds_and_duties_see_nothing():
    one = case()
    for stranger in (desk(division="110105"), desk(AuthorityKind.POLICE)):
        assert one.complaint.reference not in listed(client_of(stranger.handler))
    for body in (
        person(Role.REVIEWER, body=one.desk.authority),
        person(Role.COMPLAINT_OFFICER, body=build.institution()),
    ):
        assert client_of(body).get(QUEUE).status_code == 403
    assert "no-store" in client_of(one.desk.supervisor).get(QUEUE).headers["Cache-Control"]


def test_the_line_leads_to_the_case():
    one = case()
    assert reverse("cases:case", args=[one.complaint.pk]) in listed(client_of(one.desk.handler))
