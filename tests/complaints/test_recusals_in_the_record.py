"""Whoever stepped aside from a case does not read in the audit record what becomes of it; everybody else does."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

import pytest
from django.apps import apps

from accounts.models import AuditRecusal, AuditRow, User
from accounts.roles import Role
from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.services import accept
from complaints.services.linking import link, merge
from complaints.services.recusing import recuse
from complaints.services.splitting import split
from complaints.strands import strands_of
from tests.complaints.build import authorities
from tests.complaints.desk import case, desk
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
WHY = "当事人是亲属。"


def read_by(user: User) -> set[str]:
    """The cases that the rows this person reads are about, or name."""
    names: Iterable[str] = ("reference", "other", "main", "twin")
    rows = AuditRow.objects.visible_to(user.scope)
    return {str(row.detail[name]) for row in rows for name in names if name in row.detail}


def test_what_was_and_what_will_be_recorded_of_the_case_is_out_of_sight_and_other_cases_are_not():
    here = desk()
    one, other = case(at_desk=here).accepted(), case(at_desk=here).accepted()
    assert one.complaint.reference in read_by(here.other_supervisor)
    recuse(**one.by(here.other_supervisor, reason=WHY))
    one.concluded()
    assert read_by(here.other_supervisor) == {other.complaint.reference}
    assert read_by(here.supervisor) == {one.complaint.reference, other.complaint.reference}


def test_rows_of_another_case_that_name_it_are_out_of_sight_too():
    here = desk()
    one, other, third = (case(at_desk=here) for _ in range(3))
    recuse(**one.by(here.other_supervisor, reason=WHY))
    link(**other.by(here.handler, other=one.complaint, kind="related", reason=WHY))
    merge(**third.by(here.handler, main=one.complaint, reason=WHY))
    assert not read_by(here.other_supervisor)
    other.accepted()
    assert read_by(here.other_supervisor) == {other.complaint.reference}


def test_a_supervisor_above_who_stepped_aside_reads_nothing_of_it_either():
    here, city = desk(), desk(division="360100")
    one = case(at_desk=here).accepted()
    assert one.complaint.reference in read_by(city.supervisor)
    AuditRecusal.objects.create(
        user=city.supervisor,
        object_type="complaints.Complaint",
        object_id=str(one.complaint.pk),
        name=one.complaint.reference,
    )
    assert not read_by(city.supervisor)
    assert read_by(city.other_supervisor)


def test_the_page_and_the_export_show_no_trace():
    here = desk()
    one = case(at_desk=here).accepted()
    recuse(**one.by(here.supervisor, reason=WHY))
    for who, is_shown in ((here.supervisor, False), (here.other_supervisor, True)):
        client = client_of(who)
        for answer in (client.get("/staff/audit/"), client.get("/staff/audit/export/")):
            body = b"".join(answer) if answer.streaming else answer.content
            assert answer.status_code == 200
            assert (one.complaint.reference.encode() in body) is is_shown


def test_the_other_half_of_the_submission_is_out_of_sight_whenever_it_was_opened():
    authorities()
    here = desk()
    one = case(Kind.OVERCHARGING, here)
    recuse(**one.by(here.other_supervisor, reason=WHY))
    split(**one.by(here.handler, reason="另有违法线索。"))
    first, twin = strands_of(one.complaint)
    part = twin.handlings.latest("pk")
    part.authority = here.authority
    part.save()
    accept(handling=part, version=part.version, actor=here.handler, now=one.at, address="192.0.2.7")
    assert not read_by(here.other_supervisor)
    assert not Complaint.objects.visible_to(here.other_supervisor.scope).exists()
    assert read_by(here.supervisor) == {first.reference, twin.reference}


def test_saying_it_again_is_no_error_and_an_earlier_recusal_is_filled_in():
    here = desk()
    one = case(at_desk=here).accepted()
    clerk = person(Role.SUPERVISOR, body=here.authority)
    one.complaint.recusals.create(user=clerk, reason=WHY, at=one.at)
    for _twice in range(2):
        importlib.import_module("complaints.migrations.0007_recusals_in_the_record").fill(apps, None)
    assert AuditRecusal.objects.get().name == one.complaint.reference
    assert not read_by(clerk)
