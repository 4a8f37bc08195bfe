"""Inviting people: who may whom, a link that opens one account once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import AuditRow, Invitation, User
from accounts.refusals import NotAllowed, Refused
from accounts.roles import AUTHORITY_ROLES, BODY_ADMINS, INSTITUTION_ROLES, Role
from accounts.services.invitations import hash_of
from directory.kinds import InstitutionKind
from directory.models import Institution
from notifications.models import Message
from tests import build
from tests.accounts.sign_in import give_password
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
GOOD = "seven-blue-kettles-sing"


@pytest.fixture
def hospital() -> Institution:
    return build.institution()


@pytest.fixture
def admin(hospital) -> User:
    return person(Role.INSTITUTION_ADMIN, body=hospital)


def invite(actor: User, *roles: Role, email: str = "New.Person@Example.org", **bodies):
    bodies = bodies or {"institution": actor.institution, "authority": actor.authority}
    return services.invite(email=email, name="新同事", roles=roles, actor=actor, now=NOW, **bodies)


def accept(token: str, now: datetime = NOW, password: str = GOOD) -> User:
    return services.accept_invitation(token=token, name="新同事", password=password, now=now, address="203.0.113.9")


def test_an_invitation_opens_an_account_with_exactly_its_duties(admin, hospital):
    _, token = invite(admin, Role.FLEET_MANAGER)
    user = accept(token)
    assert user.email == "new.person@example.org"
    assert user.institution == hospital
    assert user.scope.roles == {Role.FLEET_MANAGER}
    assert not user.is_staff
    assert not user.is_superuser
    assert give_password(Client(), user, GOOD).status_code == 302


def test_only_a_hash_of_the_token_is_kept_and_the_mail_holds_the_link(admin):
    invitation, token = invite(admin, Role.FLEET_MANAGER)
    assert invitation.token_hash == hash_of(token) != token
    message = Message.objects.get()
    assert message.recipient == "new.person@example.org"
    assert message.context["link"].endswith(reverse("accounts:accept", args=[token]))
    assert token not in str(list(Message._base_manager.values_list("event_key", "template", "last_error")))


def test_a_link_works_once(admin):
    _, token = invite(admin, Role.FLEET_MANAGER)
    accept(token)
    with pytest.raises(Refused) as refused:
        accept(token)
    assert refused.value.code == "used"
    assert User.objects.filter(email="new.person@example.org").count() == 1


def test_a_link_expires(admin):
    _, token = invite(admin, Role.FLEET_MANAGER)
    with pytest.raises(Refused) as refused:
        accept(token, now=NOW + timedelta(hours=72))
    assert refused.value.code == "expired"
    accept(token, now=NOW + timedelta(hours=71, minutes=59))


def test_an_invitation_can_be_taken_back_by_its_body_only(admin):
    invitation, token = invite(admin, Role.FLEET_MANAGER)
    stranger = person(Role.INSTITUTION_ADMIN, body=build.institution())
    with pytest.raises(NotAllowed):
        services.revoke_invitation(invitation=invitation, actor=stranger, now=NOW)
    services.revoke_invitation(invitation=invitation, actor=admin, now=NOW)
    with pytest.raises(Refused) as refused:
        accept(token)
    assert refused.value.code == "revoked"


def test_a_second_invitation_makes_the_first_link_worthless(admin):
    _, first = invite(admin, Role.FLEET_MANAGER)
    _, second = invite(admin, Role.COMPLAINT_OFFICER)
    with pytest.raises(Refused):
        accept(first)
    assert accept(second).scope.roles == {Role.COMPLAINT_OFFICER}


def test_somebody_with_an_account_is_not_invited_again(admin):
    other = person(Role.HANDLER, body=build.authority())
    with pytest.raises(Refused) as refused:
        invite(admin, Role.FLEET_MANAGER, email=other.email.upper())
    assert refused.value.code == "has_account"


@pytest.mark.parametrize("password", ["short", "woaini1314520", "New.Person@example.org"])
def test_a_weak_password_opens_nothing_and_uses_nothing_up(admin, password):
    _, token = invite(admin, Role.FLEET_MANAGER)
    with pytest.raises(ValidationError):
        accept(token, password=password)
    assert not User.objects.filter(email="new.person@example.org").exists()
    accept(token)


# Who may invite whom ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted((INSTITUTION_ROLES | AUTHORITY_ROLES) - BODY_ADMINS))
def test_only_administrators_invite(role, hospital):
    body = hospital if role in INSTITUTION_ROLES else build.authority()
    with pytest.raises(NotAllowed):
        invite(person(role, body=body), Role.INSTITUTION_ADMIN if body is hospital else Role.AUTHORITY_ADMIN)


def test_an_institution_cannot_give_duties_of_an_authority(admin):
    for role in (*AUTHORITY_ROLES, Role.SYSTEM_ADMIN):
        with pytest.raises(Refused):
            invite(admin, role)
    assert not Invitation.objects.exists()


def test_an_institution_cannot_invite_into_another_body(admin):
    with pytest.raises(NotAllowed):
        invite(admin, Role.INSTITUTION_ADMIN, institution=build.institution())
    with pytest.raises(NotAllowed):
        invite(admin, Role.AUTHORITY_ADMIN, authority=build.authority())
    with pytest.raises(NotAllowed):
        invite(admin, Role.SYSTEM_ADMIN, institution=None, authority=None)


def test_an_authority_invites_the_first_administrator_of_an_institution_below_it(hospital):
    boss = person(Role.AUTHORITY_ADMIN, body=build.authority(division=build.division("360100")))
    with pytest.raises(NotAllowed):
        invite(boss, Role.FLEET_MANAGER, institution=hospital)
    _, token = invite(boss, Role.INSTITUTION_ADMIN, institution=hospital)
    with pytest.raises(Refused) as refused:
        invite(boss, Role.INSTITUTION_ADMIN, institution=hospital, email="second@example.org")
    assert refused.value.code == "has_admin"
    assert accept(token).institution == hospital
    with pytest.raises(Refused):
        invite(boss, Role.INSTITUTION_ADMIN, institution=hospital, email="second@example.org")


def test_an_authority_never_reaches_another_province(hospital):
    boss = person(Role.AUTHORITY_ADMIN, body=build.authority(division=build.division("110000")))
    with pytest.raises(NotAllowed):
        invite(boss, Role.INSTITUTION_ADMIN, institution=hospital)
    with pytest.raises(NotAllowed):
        invite(boss, Role.AUTHORITY_ADMIN, authority=build.authority())


def test_the_operator_invites_administrators_of_authorities_and_nobody_else(hospital):
    system = person(Role.SYSTEM_ADMIN)
    with pytest.raises(NotAllowed):
        invite(system, Role.INSTITUTION_ADMIN, institution=hospital)
    with pytest.raises(NotAllowed):
        invite(system, Role.HANDLER, authority=build.authority())
    _, token = invite(system, Role.AUTHORITY_ADMIN, authority=build.authority())
    assert accept(token).scope.roles == {Role.AUTHORITY_ADMIN}


def test_an_authority_enters_institutions_of_its_jurisdiction_only():
    boss = person(Role.AUTHORITY_ADMIN, body=build.authority(division=build.division("360100")))
    facts: dict[str, Any] = {
        "name": "南昌市新医院",
        "kind": InstitutionKind.HOSPITAL,
        "credit_code": build.credit_code(999),
        "complaint_phone": "0791-88886666",
        "actor": boss,
        "now": NOW,
    }
    with pytest.raises(NotAllowed):
        services.open_institution(division=build.division("110105"), **facts)
    with pytest.raises(ValidationError):
        services.open_institution(division=build.division("360102"), **{**facts, "credit_code": "123"})
    made = services.open_institution(division=build.division("360102"), **facts)
    assert AuditRow.objects.get(action="institution.opened").division_code == "360102"
    with pytest.raises(Refused) as refused:
        services.open_institution(division=build.division("360102"), **facts)
    assert refused.value.code == "exists"
    assert Institution.objects.filter(credit_code=made.credit_code).count() == 1


# The pages ----------------------------------------------------------------------------------------------------------


def test_the_page_invites_and_the_link_of_the_mail_opens_the_account(admin):
    with time_machine.travel(NOW, tick=False):
        done = client_of(admin).post(
            reverse("accounts:invite"), {"email": "a@b.example", "name": "甲", "roles": ["fleet_manager"]}
        )
        assert done.status_code == 302
        link = re.sub(r"^https?://[^/]+", "", Message.objects.get().context["link"])
        guest = Client()
        assert guest.get(link).status_code == 200
        weak = guest.post(link, {"name": "甲", "password": "123456789012", "again": "123456789012"})
        assert weak.status_code == 200
        assert guest.post(link, {"name": "甲", "password": GOOD, "again": GOOD + "x"}).status_code == 200
        opened = guest.post(link, {"name": "甲", "password": GOOD, "again": GOOD})
        assert opened.headers["Location"] == reverse("account_login")
        assert guest.get(link).status_code == 410
        assert guest.get(reverse("accounts:accept", args=["nonsense"])).status_code == 404


def test_the_page_refuses_duties_that_are_not_on_it(admin):
    answer = client_of(admin).post(
        reverse("accounts:invite"), {"email": "a@b.example", "name": "甲", "roles": ["system_admin"]}
    )
    assert answer.status_code == 200
    assert not Invitation.objects.exists()


def test_every_step_leaves_a_row_without_the_address_of_the_mail(admin):
    _, token = invite(admin, Role.FLEET_MANAGER)
    accept(token)
    assert list(AuditRow.objects.order_by("number").values_list("action", flat=True)) == [
        "invitation.made",
        "invitation.accepted",
    ]
    assert "new.person" not in str(list(AuditRow.objects.values_list("detail", "object_id")))


def test_a_foreign_body_that_knows_the_address_takes_back_no_invitation(admin):
    """Otherwise any hospital could keep an authority's new people out, unseen."""
    _, token = invite(admin, Role.FLEET_MANAGER)
    stranger = person(Role.INSTITUTION_ADMIN, body=build.institution())
    _, foreign = invite(stranger, Role.FLEET_MANAGER)
    assert accept(token).institution == admin.institution
    with pytest.raises(Refused) as refused:
        accept(foreign)
    assert refused.value.code == "has_account"
