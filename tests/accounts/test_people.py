"""Looking after the accounts of a body: duties, second factors, closing with a hand-over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.api_keys import make_api_key
from accounts.models import AuditRow, Invitation, SealedSecret, User
from accounts.refusals import NotAllowed, Refused
from accounts.roles import Role
from complaints.models import Handling
from directory.models import Institution
from registry.applications import ApplicationKind, ApplicationState
from registry.models import Application
from tests import build
from tests.accounts.sign_in import give_code, give_password, is_signed_in
from tests.complaints.entries import filed
from tests.people import client_of, enrol, person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def hospital() -> Institution:
    return build.institution()


@pytest.fixture
def admin(hospital) -> User:
    return person(Role.INSTITUTION_ADMIN, body=hospital)


@pytest.fixture
def manager(hospital) -> User:
    return person(Role.FLEET_MANAGER, body=hospital)


def change(who: User, actor: User, *roles: Role) -> None:
    services.change_roles(person=User.objects.get(pk=who.pk), roles=roles, actor=actor, now=NOW)


def roles_of(who: User) -> set[str]:
    return set(who.user_roles.values_list("role", flat=True))


def open_application(by: User, state: str = ApplicationState.DRAFT) -> Application:
    assert by.institution
    return Application.objects.create(
        kind=ApplicationKind.NEW,
        state=state,
        institution=by.institution,
        authority=build.authority(),
        created_by=by,
        created_at=NOW,
        updated_at=NOW,
    )


def test_an_administrator_changes_the_duties_of_a_colleague(admin, manager):
    change(manager, admin, Role.FLEET_MANAGER, Role.COMPLAINT_OFFICER)
    assert roles_of(manager) == {Role.FLEET_MANAGER, Role.COMPLAINT_OFFICER}
    change(manager, admin, Role.COMPLAINT_OFFICER)
    assert roles_of(manager) == {Role.COMPLAINT_OFFICER}
    assert AuditRow.objects.filter(action="people.roles_changed", object_id=str(manager.pk)).count() == 2


def test_nobody_raises_the_own_duties(admin, manager):
    for who in (admin, manager):
        with pytest.raises(NotAllowed):
            change(who, who, Role.INSTITUTION_ADMIN, Role.FLEET_MANAGER)
    assert roles_of(manager) == {Role.FLEET_MANAGER}


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.REVIEWER, Role.SUPERVISOR])
def test_duties_of_other_bodies_are_not_given(admin, manager, role):
    with pytest.raises(Refused):
        change(manager, admin, role)
    assert roles_of(manager) == {Role.FLEET_MANAGER}


def test_other_bodies_are_out_of_reach(manager):
    for stranger in (
        person(Role.INSTITUTION_ADMIN, body=build.institution()),
        person(Role.AUTHORITY_ADMIN, body=build.authority()),
        person(Role.SYSTEM_ADMIN),
    ):
        for write in (
            lambda actor=stranger: change(manager, actor, Role.COMPLAINT_OFFICER),
            lambda actor=stranger: services.reset_second_factor(person=manager, actor=actor, now=NOW),
            lambda actor=stranger: services.close_account(person=manager, successor=None, actor=actor, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                write()


def test_the_last_administrator_stays(admin, hospital):
    second = person(Role.INSTITUTION_ADMIN, body=hospital)
    change(second, admin, Role.FLEET_MANAGER)
    third = person(Role.INSTITUTION_ADMIN, body=hospital)
    services.close_account(person=admin, successor=None, actor=third, now=NOW)
    system = person(Role.SYSTEM_ADMIN)
    boss = person(Role.AUTHORITY_ADMIN, body=build.authority())
    with pytest.raises(Refused) as refused:
        change(boss, system, Role.HANDLER)
    assert refused.value.code == "last_admin"
    with pytest.raises(Refused):
        services.close_account(person=boss, successor=None, actor=system, now=NOW)
    person(Role.AUTHORITY_ADMIN, body=build.authority())
    change(boss, system, Role.HANDLER)


def test_a_closed_account_is_signed_out_and_stays_in_the_list(admin, manager):
    enrol(manager)
    client = Client()
    give_password(client, manager)
    give_code(client)
    assert is_signed_in(client)
    services.close_account(person=manager, successor=None, actor=admin, now=NOW)
    assert not is_signed_in(client)
    manager.refresh_from_db()
    assert manager.closed_at == NOW
    assert not manager.is_active
    assert manager.name in client_of(admin).get(reverse("accounts:people")).content.decode()
    with pytest.raises(Refused) as refused:
        services.close_account(person=manager, successor=None, actor=admin, now=NOW)
    assert refused.value.code == "closed"


def test_open_work_needs_a_successor_with_the_same_duties(admin, manager, hospital):
    mine = open_application(manager)
    done = open_application(manager, ApplicationState.REFUSED)
    unfit = person(Role.COMPLAINT_OFFICER, body=hospital)
    elsewhere = person(Role.FLEET_MANAGER, body=build.institution())
    for successor, code in (
        (None, "needs_successor"),
        (unfit, "unfit_successor"),
        (elsewhere, "unfit_successor"),
        (manager, "unfit_successor"),
    ):
        with pytest.raises(Refused) as refused:
            services.close_account(person=manager, successor=successor, actor=admin, now=NOW)
        assert refused.value.code == code
    manager.refresh_from_db()
    assert manager.is_active, "refused, and yet closed"

    heir = person(Role.FLEET_MANAGER, body=hospital)
    moved = services.close_account(person=manager, successor=heir, actor=admin, now=NOW)
    assert moved == {"applications": 1, "cases": 0}
    mine.refresh_from_db()
    done.refresh_from_db()
    assert (mine.created_by, done.created_by) == (heir, manager)


def test_a_reset_takes_every_factor_and_session_away(admin, manager):
    enrol(manager)
    client = Client()
    give_password(client, manager)
    give_code(client)
    assert services.reset_second_factor(person=manager, actor=admin, now=NOW) == 1
    assert not Authenticator.objects.filter(user=manager).exists()
    assert not SealedSecret.objects.exists(), "the old secret is kept"
    assert not UserSession.objects.filter(user=manager).exists()
    assert not is_signed_in(client)
    give_password(client, manager)
    assert client.get(reverse("accounts:people")).headers["Location"].startswith(reverse("mfa_activate_totp"))
    row = AuditRow.objects.get(action="people.second_factor_reset")
    assert (row.actor, row.object_id) == (admin, str(manager.pk))


# The pages ----------------------------------------------------------------------------------------------------------


def test_the_list_shows_the_own_body_only(admin, manager, hospital):
    others = [person(Role.FLEET_MANAGER, body=build.institution()), person(Role.REVIEWER, body=build.authority())]
    page = client_of(admin).get(reverse("accounts:people")).content.decode()
    assert manager.email in page
    assert not any(other.email in page for other in others)


def test_the_operator_sees_people_of_authorities_and_none_of_institutions(manager):
    reviewer = person(Role.REVIEWER, body=build.authority())
    page = client_of(person(Role.SYSTEM_ADMIN)).get(reverse("accounts:people")).content.decode()
    assert reviewer.email in page
    assert manager.email not in page


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(admin, hospital, django_assert_max_num_queries):
    for _ in range(12):
        person(Role.FLEET_MANAGER, Role.COMPLAINT_OFFICER, body=hospital)
    client = client_of(admin)
    with django_assert_max_num_queries(14):
        client.get(reverse("accounts:people"))


def test_the_pages_change_reset_and_close(admin, manager):
    enrol(manager)
    client = client_of(admin)
    here = {"pk": manager.pk}
    assert client.get(reverse("accounts:person", kwargs=here)).status_code == 200
    assert client.post(reverse("accounts:person", kwargs=here), {"roles": ["complaint_officer"]}).status_code == 302
    assert roles_of(manager) == {Role.COMPLAINT_OFFICER}
    assert client.post(reverse("accounts:reset", kwargs=here)).status_code == 302
    assert client.post(reverse("accounts:close", kwargs=here)).status_code == 302
    assert client.post(reverse("accounts:close", kwargs=here)).status_code == 409


def test_the_own_account_is_not_changed_here(admin):
    client = client_of(admin)
    here = {"pk": admin.pk}
    assert client.get(reverse("accounts:person", kwargs=here)).status_code == 200
    assert client.post(reverse("accounts:person", kwargs=here), {"roles": ["fleet_manager"]}).status_code == 403
    assert client.post(reverse("accounts:reset", kwargs=here)).status_code == 403
    assert client.post(reverse("accounts:close", kwargs=here)).status_code == 403


def test_accounts_of_other_bodies_are_not_there(admin):
    client = client_of(admin)
    other = {"pk": person(Role.FLEET_MANAGER, body=build.institution()).pk}
    assert client.get(reverse("accounts:person", kwargs=other)).status_code == 404
    for name in ("reset", "close", "person"):
        assert client.post(reverse(f"accounts:{name}", kwargs=other)).status_code == 404


def test_who_loses_the_duty_to_handle_keeps_no_case():
    """Else the case would have an officer who may not touch it, and nobody would look."""
    here = build.authority()
    boss, handler = person(Role.AUTHORITY_ADMIN, body=here), person(Role.HANDLER, Role.REVIEWER, body=here)
    part = filed().handlings.get(authority=here)
    Handling.objects.filter(pk=part.pk).update(assignee=handler)
    change(handler, boss, Role.HANDLER)
    assert Handling.objects.get(pk=part.pk).assignee == handler
    change(handler, boss, Role.REVIEWER)
    assert Handling.objects.get(pk=part.pk).assignee is None
    assert AuditRow.objects.filter(action="people.roles_changed").latest("number").detail["cases"] == 1


def test_keys_of_who_leaves_are_spoken_of_before_the_account_is_closed_and_marked_after(admin, hospital):
    leaver = person(Role.INSTITUTION_ADMIN, body=hospital)
    make_api_key(owner=hospital, name="HIS", scopes=["fleet:read"], days=30, actor=leaver, now=timezone.now())
    browser = client_of(admin)
    User.objects.update(language="en")
    page = reverse("accounts:person", args=[leaver.pk])
    assert "1 key of another system was made by this person" in browser.get(page).content.decode()
    assert "account closed" not in browser.get(reverse("keys")).content.decode()
    assert browser.post(reverse("accounts:close", args=[leaver.pk])).status_code == 302
    assert "account closed" in browser.get(reverse("keys")).content.decode()


@pytest.mark.parametrize("typed", ["\x00", "赵\u202e\x07", "%", "\ufeff"])
def test_a_search_for_people_is_cleaned_before_the_database_sees_it(admin, typed):
    """PostgreSQL refuses a NUL with an error of its own."""
    answer = client_of(admin).get(reverse("accounts:people"), {"q": typed})
    assert answer.status_code == 200
    assert answer.context["wanted"] in {"", "赵", "%"}


def test_names_hold_no_marks_that_turn_their_letters_round(admin):
    typed = {"email": "x@example.org", "name": "王\u202e小\x07明", "roles": ["fleet_manager"]}
    assert client_of(admin).post(reverse("accounts:invite"), typed).status_code == 302
    assert Invitation.objects.get().name == "王小明"
