"""The first system administrator of a service that was set up just now."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditRow, User
from accounts.roles import Role
from tests import build
from tests.accounts.test_invitations import GOOD
from tests.people import client_of, person

pytestmark = pytest.mark.django_db


def invited(email: str = "first@example.org") -> str:
    """The address of the link that the command prints."""
    out = StringIO()
    call_command("invite_operator", email, name="第一人", stdout=out)
    return out.getvalue().splitlines()[0].partition("/staff/")[2]


def test_the_link_that_the_command_prints_opens_the_desk_and_lets_authorities_be_brought_in():
    path = f"/staff/{invited()}"
    opened = Client().post(path, {"name": "第一人", "password": GOOD, "again": GOOD})
    assert opened.status_code == 302
    first = User.objects.get()
    assert first.scope.roles == {Role.SYSTEM_ADMIN}
    browser = client_of(first)
    assert browser.get(reverse("staff:desk")).status_code == 200
    address = reverse("accounts:invite_admin", args=["authority", build.authority().pk])
    assert browser.post(address, {"email": "a@example.org", "name": "甲"}).status_code == 302


def test_it_stands_on_record_and_opens_nothing_twice():
    path = f"/staff/{invited()}"
    row = AuditRow.objects.get()
    assert (row.action, row.actor, row.detail["roles"]) == ("invitation.made", None, ["system_admin"])
    form = {"name": "第一人", "password": GOOD, "again": GOOD}
    assert [Client().post(path, form).status_code for _ in range(2)] == [302, 410]


@pytest.mark.parametrize("email", ["no address", "person@example.org"])
def test_what_cannot_be_invited_is_said_in_one_line(email):
    person(Role.SYSTEM_ADMIN, email="person@example.org")
    User.objects.update(email="person@example.org")
    with pytest.raises(CommandError):
        invited(email)
