"""The only administrator of a body has left: the body above closes the account and invites the next one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import AuditRow, Invitation, User
from accounts.refusals import NotAllowed, Refused
from accounts.roles import Role
from complaints.models import Handling
from directory.kinds import AuthorityKind
from notifications.models import Message
from notifications.rendering import render_parts
from tests import build
from tests.complaints.entries import filed
from tests.people import client_of, enrol, person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEXT = {"email": "next@example.org", "name": "接任者"}


@pytest.fixture
def above() -> User:
    return person(Role.AUTHORITY_ADMIN, body=build.authority())


@pytest.fixture
def gone() -> User:
    return enrol(person(Role.INSTITUTION_ADMIN, body=build.institution()))


def admin_page(kind: str, pk: int | None) -> str:
    return reverse("accounts:invite_admin", args=[kind, pk])


def left(kind: str, pk: int | None, who: User) -> str:
    return reverse("accounts:close_left", args=[kind, pk, who.pk])


def test_the_authority_closes_the_account_of_who_left_and_invites_the_next_one(above, gone):
    browser, page = client_of(above), admin_page("institution", gone.institution_id)
    institution = browser.get(reverse("staff:institution", args=[gone.institution_id])).content.decode()
    assert page in institution, "nothing leads there"
    assert browser.post(page, NEXT).status_code == 200, "invited beside the one who is there"
    assert not Invitation.objects.exists()
    shown = browser.get(page).content.decode()
    address = left("institution", gone.institution_id, gone)
    assert gone.email in shown
    assert address in shown
    assert browser.post(address)["Location"] == page
    gone.refresh_from_db()
    assert not gone.is_active
    row = AuditRow.objects.get(action="people.closed")
    assert (row.actor, row.object_id, row.detail["is_left_admin"]) == (above, str(gone.pk), True)
    assert browser.post(page, NEXT).status_code == 302
    assert Invitation.objects.get().roles == [Role.INSTITUTION_ADMIN]


def test_the_operator_does_so_for_an_authority_and_open_cases_go_back_to_its_desk():
    here = build.authority()
    gone = person(Role.AUTHORITY_ADMIN, Role.HANDLER, body=here)
    part = filed().handlings.get(authority=here)
    Handling.objects.filter(pk=part.pk).update(assignee=gone)
    browser = client_of(person(Role.SYSTEM_ADMIN))
    page = admin_page("authority", here.pk)
    assert page in browser.get(reverse("staff:authorities")).content.decode()
    assert browser.post(left("authority", here.pk, gone)).status_code == 302
    assert Handling.objects.get(pk=part.pk).assignee is None
    assert browser.post(page, NEXT).status_code == 302


def test_while_a_colleague_can_do_it_the_body_above_cannot(above, gone):
    person(Role.INSTITUTION_ADMIN, body=gone.institution)
    answer = client_of(above).post(left("institution", gone.institution_id, gone))
    assert answer.status_code == 409
    gone.refresh_from_db()
    assert gone.is_active


def test_nobody_else_is_closed_that_way(above, gone):
    manager = person(Role.FLEET_MANAGER, body=gone.institution)
    with pytest.raises(Refused) as refused:
        services.close_left_admin(person=manager, actor=above, now=NOW)
    assert refused.value.code == "not_admin"
    strangers = (
        person(Role.AUTHORITY_ADMIN, body=build.authority(division=build.division("110105"))),
        person(Role.INSTITUTION_ADMIN, body=build.institution()),
        person(Role.REVIEWER, body=above.authority),
        person(Role.SYSTEM_ADMIN),
    )
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            services.close_left_admin(person=gone, actor=stranger, now=NOW)
        status = client_of(stranger).post(left("institution", gone.institution_id, gone)).status_code
        assert status in {403, 404}
    assert Client().post(left("institution", gone.institution_id, gone)).status_code == 302
    other = build.institution()
    assert client_of(above).post(left("institution", other.pk, gone)).status_code == 404
    gone.refresh_from_db()
    assert gone.is_active


def test_an_invitation_to_a_wrong_address_is_taken_back_by_a_colleague_of_who_sent_it(above):
    hospital = build.institution()
    page = admin_page("institution", hospital.pk)
    client_of(above).post(page, NEXT)
    colleague = client_of(person(Role.AUTHORITY_ADMIN, body=above.authority))
    take_back = reverse("accounts:revoke", args=[Invitation.objects.get().pk])
    assert take_back in colleague.get(page).content.decode()
    stranger = person(Role.AUTHORITY_ADMIN, body=build.authority(division=build.division("110105")))
    assert client_of(stranger).post(take_back).status_code == 404
    assert colleague.post(take_back).status_code == 302
    assert colleague.post(page, {**NEXT, "email": "right@example.org"}).status_code == 302


def test_the_list_of_authorities_finds_those_without_an_administrator_and_is_not_counted(
    django_assert_max_num_queries,
):
    browser = client_of(person(Role.SYSTEM_ADMIN))
    kept = build.authority()
    person(Role.AUTHORITY_ADMIN, body=kept)
    bare = [build.authority(kind=kind) for kind in (AuthorityKind.POLICE, AuthorityKind.CDC)]
    address = reverse("staff:authorities")
    with django_assert_max_num_queries(9):
        page = browser.get(address, {"admin": "no"}).content.decode()
    assert all(one.name in page for one in bare)
    assert kept.name not in page
    assert kept.name in browser.get(address, {"q": kept.name, "kind": "health"}).content.decode()
    for nonsense in ({"kind": "x"}, {"q": "\x00"}, {"after": "[1"}, {"q": "长" * 90}):
        assert browser.get(address, nonsense).status_code in {200, 302}


def test_an_authority_that_does_not_review_registrations_closes_nobody(gone):
    police = person(Role.AUTHORITY_ADMIN, body=build.authority(kind=AuthorityKind.POLICE))
    browser = client_of(police)
    address = left("institution", gone.institution_id, gone)
    assert address not in browser.get(admin_page("institution", gone.institution_id)).content.decode()
    assert browser.post(address).status_code == 403
    gone.refresh_from_db()
    assert gone.is_active


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_who_was_closed_and_the_colleagues_are_told_by_whom(above, gone, language):
    colleague = person(Role.FLEET_MANAGER, body=gone.institution)
    person(Role.FLEET_MANAGER, body=build.institution())
    User.objects.update(language=language)
    services.close_left_admin(person=User.objects.get(pk=gone.pk), actor=above, now=NOW)
    told = Message.objects.filter(template="accounts/admin_closed")
    assert sorted(one.recipient for one in told) == sorted([gone.email, colleague.email])
    for one in told:
        text = str(render_parts(one.template, language, ["email.subject.txt", "email.txt"], one.context))
        assert above.authority
        assert above.authority.name in text
        assert gone.name not in text
