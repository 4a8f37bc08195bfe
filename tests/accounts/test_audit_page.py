"""Supervisors read the audit record page by page, look for something in it, and take it along."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from accounts import audit_lists
from accounts.audit import record
from accounts.deeds import DEEDS, add_deeds, words_of
from accounts.models import AuditRow
from accounts.roles import Role
from tests import build
from tests.people import client_of, person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
LIST = reverse("audit")
EXPORT = reverse("audit_export")


@pytest.fixture
def supervisor():
    return person(Role.SUPERVISOR, body=build.authority(), name="监督员")


def rows(user, count: int, **fields) -> list[AuditRow]:
    values = {"action": "ambulance.exported", "actor": user, "now": NOW}
    return [record(**{**values, "detail": {"n": number}, **fields}) for number in range(count)]


def shown(page) -> list[int]:
    return [line["row"].number for line in page.context["lines"]]


def test_pages_follow_one_another_without_gap_in_both_directions(supervisor):
    client, written = client_of(supervisor), [row.number for row in rows(supervisor, 120)]
    newest_first = sorted(written, reverse=True)
    first = client.get(LIST)
    assert shown(first) == newest_first[:50]
    assert not first.context["page"].earlier
    second = client.get(LIST + first.context["page"].later)
    assert shown(second) == newest_first[50:100]
    third = client.get(LIST + second.context["page"].later)
    assert shown(third) == newest_first[100:]
    assert not third.context["page"].later
    assert shown(client.get(LIST + third.context["page"].earlier)) == newest_first[50:100]
    assert shown(client.get(LIST + third.context["page"].first)) == newest_first[:50]


@pytest.mark.parametrize("query", ["?before=x", "?after=-1", "?before=99999999999999999999"])
def test_a_page_number_that_is_none_is_the_first_page(supervisor, query):
    rows(supervisor, 3)
    assert len(shown(client_of(supervisor).get(LIST + query))) == 3


def test_neighbouring_pages_keep_the_filter_and_the_language(supervisor):
    rows(supervisor, 60)
    page = client_of(supervisor).get(f"{LIST}?person=监督员&lang=en")
    assert page.context["page"].later.startswith("?person=%E7%9B%91%E7%9D%A3%E5%91%98&lang=en&before=")
    assert "person=" in page.content.decode().split(EXPORT)[1].split('"')[0]


def test_the_record_is_filtered_by_person_deed_thing_day_and_refusal(supervisor):
    colleague = person(Role.REVIEWER, body=supervisor.authority, name="李审")
    vehicle = build.ambulance()
    client = client_of(supervisor)
    by_colleague = rows(colleague, 1)[0].number
    other_deed = rows(supervisor, 1, action="keys.made")[0].number
    about_vehicle = rows(supervisor, 1, thing=vehicle)[0].number
    late = rows(supervisor, 1, now=datetime(2026, 11, 24, 15, 59, tzinfo=UTC))[0].number
    later = rows(supervisor, 1, now=datetime(2026, 11, 24, 16, 0, tzinfo=UTC))[0].number
    refused = rows(supervisor, 1, is_success=False)[0].number
    assert shown(client.get(LIST, {"person": "李审"})) == [by_colleague]
    assert shown(client.get(LIST, {"person": colleague.email.upper()})) == [by_colleague]
    assert shown(client.get(LIST, {"deed": "keys.made"})) == [other_deed]
    assert shown(client.get(LIST, {"thing": f"registry.Ambulance:{vehicle.pk}"})) == [about_vehicle]
    assert shown(client.get(LIST, {"thing": "registry.Ambulance"})) == [about_vehicle]
    assert shown(client.get(LIST, {"since": "2026-11-24", "until": "2026-11-24"})) == [late]
    assert shown(client.get(LIST, {"since": "2026-11-25"})) == [later]
    assert shown(client.get(LIST, {"refused": "on"})) == [refused]
    assert shown(client.get(LIST, {"person": "nobody"})) == []


@pytest.mark.parametrize(
    "query", [{"since": "soon"}, {"thing": "x y"}, {"since": "2026-11-24", "until": "2026-11-23"}, {"deed": "no.such"}]
)
def test_a_filter_that_cannot_be_is_refused_with_words_and_keeps_what_was_typed(supervisor, query):
    rows(supervisor, 1)
    for address in (LIST, EXPORT):
        answer = client_of(supervisor).get(address, query)
        assert answer.status_code == 400
        assert shown(answer) == []
        assert answer.context["form"].errors


def test_what_somebody_typed_into_a_name_is_text_on_the_page(supervisor):
    stranger = person(Role.REVIEWER, body=supervisor.authority, name="<script>alert(1)</script>")
    rows(stranger, 1)
    page = client_of(supervisor).get(LIST).content.decode()
    assert escape(stranger.name) in page
    assert stranger.name not in page


def test_a_page_takes_at_most_ten_queries_however_long_the_record(supervisor, django_assert_max_num_queries):
    rows(supervisor, 120)
    client = client_of(supervisor)
    with django_assert_max_num_queries(10):
        client.get(LIST, {"person": "监督员", "since": "2026-01-01"})


@pytest.mark.parametrize("address", [LIST, EXPORT])
def test_only_supervisors_and_administrators_read_the_record(address):
    authority, hospital = build.authority(), build.institution()
    for role, body, status in (
        (Role.SUPERVISOR, authority, 200),
        (Role.INSTITUTION_ADMIN, hospital, 200),
        (Role.SYSTEM_ADMIN, None, 200),
        (Role.REVIEWER, authority, 403),
        (Role.AUTHORITY_ADMIN, authority, 403),
        (Role.HOTLINE_CLERK, authority, 403),
        (Role.FLEET_MANAGER, hospital, 403),
        (Role.COMPLAINT_OFFICER, hospital, 403),
    ):
        answer = client_of(person(role, body=body)).get(address)
        assert (role, answer.status_code) == (role, status)
        assert answer["Cache-Control"] == "no-store"


def test_an_administrator_of_another_hospital_sees_nothing_of_this_one():
    here, there = (person(Role.INSTITUTION_ADMIN, body=build.institution()) for _ in range(2))
    number = rows(here, 1)[0].number
    assert number in shown(client_of(here).get(LIST))
    assert number not in shown(client_of(there).get(LIST))
    assert here.name not in client_of(there).get(EXPORT).getvalue().decode()


def read_csv(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


def test_the_export_holds_what_the_filter_shows_and_is_itself_recorded(supervisor, monkeypatch):
    monkeypatch.setattr(audit_lists, "EXPORT_BATCH", 2)
    rows(supervisor, 5, address="203.0.113.9")
    rows(supervisor, 2, now=NOW + timedelta(days=9))
    answer = client_of(supervisor).get(EXPORT, {"until": "2026-11-23", "person": "监督员"}, REMOTE_ADDR="203.0.113.7")
    lines = read_csv(answer)
    assert [line[8] for line in lines[1:]] == ["n: 4", "n: 3", "n: 2", "n: 1", "n: 0"]
    assert lines[1][1:4] == ["2026-11-23 10:00:00", "监督员", "203.0.113.9"]
    row = AuditRow.objects.get(action="audit.exported")
    assert (row.actor_id, row.address) == (supervisor.pk, "203.0.113.7")
    assert row.detail == {"rows": 5, "filters": ["person", "until"]}


def test_a_formula_in_a_name_is_text_in_the_export(supervisor):
    rows(person(Role.REVIEWER, body=supervisor.authority, name="=HYPERLINK(1)"), 1)
    assert read_csv(client_of(supervisor).get(EXPORT))[1][2] == "'=HYPERLINK(1)"


def test_an_export_that_is_too_long_is_refused_with_words(supervisor, settings):
    settings.ENV = settings.ENV.model_copy(update={"EXPORT_MAX_ROWS": 3})
    rows(supervisor, 4)
    answer = client_of(supervisor).get(EXPORT)
    assert answer.status_code == 400
    assert "3" in answer.content.decode()
    assert not AuditRow.objects.filter(action="audit.exported").exists()


def test_every_deed_of_accounts_has_words():
    sources = (Path(audit_lists.__file__).parent).rglob("*.py")
    named = {name for path in sources for name in re.findall(r'action="([a-z_]+\.[a-z_.]+)"', path.read_text())}
    assert named
    assert named <= set(DEEDS)


def test_a_deed_without_words_shows_its_name_and_words_are_given_once():
    assert words_of("no.such") == "no.such"
    with pytest.raises(ValueError, match=r"keys\.made"):
        add_deeds({"keys.made": _("Something else")})
