"""A part for which no authority was known holds up nobody, and is given to whoever comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AuditRow
from complaints.kinds import Kind
from complaints.models import Complaint, Deadline, Handling
from complaints.reading import due_lines
from complaints.services import accept
from complaints.services.finding_holders import find_holders
from complaints.services.retaining import past_retention
from complaints.story import story_of
from complaints.tasks import watch
from complaints.workflow import State
from directory.kinds import AuthorityKind
from notifications.models import Message
from tests.complaints.desk import A_DAY, Case, case, desk
from tests.complaints.entries import filed

pytestmark = pytest.mark.django_db


def fresh(one: Case) -> Complaint:
    return Complaint.objects.get(pk=one.complaint.pk)


def test_the_answer_of_the_only_authority_there_is_is_the_answer_of_the_case():
    one = case(Kind.ILLEGAL_AMBULANCE).concluded()
    assert one.complaint.handlings.filter(authority=None, role="lead").exists()
    assert (fresh(one).state, fresh(one).closed_at) == (State.CONCLUDED, one.at)
    assert past_retention(one.at + 5000 * A_DAY).filter(pk=one.complaint.pk).exists() is False
    Handling.objects.filter(authority__isnull=False).update(state="closed", closed_at=one.at)
    assert past_retention(one.at + 5000 * A_DAY).filter(pk=one.complaint.pk).exists()


def test_the_complainant_waits_for_nobody_who_is_not_there():
    one = case(Kind.ILLEGAL_AMBULANCE)
    [strand] = story_of(one.complaint, one.at).strands
    assert {due.authority for due in strand.due} == {one.desk.authority.name}
    one.accepted()
    assert "acceptance" not in {line.step for line in due_lines(fresh(one))}


def test_an_authority_that_is_entered_later_gets_its_part_with_clocks_of_its_own():
    one = case(Kind.ILLEGAL_AMBULANCE)
    police = desk(AuthorityKind.POLICE)
    Message.objects.all().delete()
    later = one.at + 40 * A_DAY
    assert (find_holders(now=later), find_holders(now=later)) == (1, 0)
    part = one.complaint.handlings.get(authority=police.authority)
    assert (part.role, part.state, part.opened_at) == ("lead", "pending", later)
    assert all(due.starts_on >= later.date() for due in Deadline.objects.filter(handling=part))
    event = one.complaint.events.latest("pk")
    assert (event.action, event.side, event.is_public) == ("add_handler", "system", True)
    assert police.authority.desk_email in {message.recipient for message in Message.objects.all()}
    assert AuditRow.objects.get(action="complaint.holder_found").detail["to"] == police.authority.pk
    accept(**Case(one.complaint, police, at=later).by(police.handler))
    assert fresh(one).state == State.IN_PROGRESS


def test_a_case_that_nobody_had_is_found_by_the_first_authority_of_the_place():
    complaint = filed(kind=Kind.OVERCHARGING)
    assert set(complaint.handlings.values_list("authority", flat=True)) == {None}
    health = desk()
    assert find_holders(now=complaint.received_at + timedelta(days=3)) == 1
    assert complaint.handlings.filter(authority=health.authority, role="lead").count() == 1
    assert Complaint.objects.visible_to(health.handler.scope).filter(pk=complaint.pk).exists()


def test_what_is_about_an_authority_waits_for_one_above_it_and_never_goes_to_itself():
    province = desk(division="360000")
    complaint = filed(
        kind=Kind.AUTHORITY_CONDUCT, about_authority_kind="health", plate="", division_code="360000", place="民德路"
    )
    assert find_holders(now=complaint.received_at + A_DAY) == 0
    assert complaint.handlings.get().authority is None
    assert not Complaint.objects.visible_to(province.supervisor.scope).exists()


def test_who_has_a_part_already_gets_no_second_one():
    one = case(Kind.ILLEGAL_AMBULANCE)
    police = desk(AuthorityKind.POLICE)
    find_holders(now=one.at)
    Handling.objects.filter(authority=police.authority).update(state="declined", closed_at=one.at)
    Handling.objects.create(
        complaint=one.complaint, authority_kind="police", role="lead", opened_at=one.at, updated_at=one.at
    )
    assert find_holders(now=one.at + A_DAY) == 0


def test_cases_answered_before_are_settled_at_night():
    one = case(Kind.ILLEGAL_AMBULANCE).concluded()
    Complaint.objects.update(state=State.IN_PROGRESS, closed_at=None)
    watch()
    assert fresh(one).state in {State.CONCLUDED, State.CLOSED}
