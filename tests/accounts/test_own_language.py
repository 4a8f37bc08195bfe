"""Staff are spoken to in the language they chose: on pages unless the address asks for another one, and in mails."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AuditRow, Language, User
from accounts.roles import Role
from tests import build
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:language")
DESK = reverse("staff:desk")


@pytest.fixture
def manager() -> User:
    return person(Role.FLEET_MANAGER, body=build.institution())


def language_of(client: Client, address: str = DESK, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    spoken = answer.headers["Content-Language"]
    assert f'<html lang="{"en" if spoken == "en" else "zh-Hans"}"' in answer.content.decode()
    return str(spoken)


def test_chinese_is_spoken_to_whoever_chose_nothing_whatever_the_browser_prefers(manager):
    assert manager.language == Language.CHINESE
    assert language_of(client_of(manager), **{"accept-language": "en-GB"}) == "zh-hans"


def test_a_chosen_language_is_spoken_on_every_staff_page_and_is_on_record(manager):
    client = client_of(manager)
    answer = client.post(PAGE, {"language": "en"}, follow=True)
    assert answer.redirect_chain == [(reverse("mfa_index"), 302)]
    page = answer.content.decode()
    assert "Saved." in page
    assert "How I sign in" in page
    assert language_of(client) == "en"
    assert language_of(client_of(manager), PAGE) == "en", "another device knows it, too"
    row = AuditRow.objects.get(action="people.language_chosen")
    assert (row.actor, row.detail) == (manager, {"language": "en"})


def test_the_address_wins_over_what_was_chosen(manager):
    client = client_of(manager)
    assert language_of(client, f"{DESK}?lang=en") == "en"
    client.post(PAGE, {"language": "en"})
    assert language_of(client, f"{DESK}?lang=zh") == "zh-hans"


def test_the_public_pages_know_nothing_of_it(manager):
    client = client_of(manager)
    client.post(PAGE, {"language": "en"})
    assert language_of(client, "/", **{"accept-language": "zh-CN"}) == "zh-hans"


def test_who_is_not_signed_in_reads_what_the_browser_prefers():
    assert language_of(Client(), reverse("account_login"), **{"accept-language": "en"}) == "en"


def test_the_same_language_again_leaves_no_row(manager):
    client_of(manager).post(PAGE, {"language": "zh-hans"})
    assert not AuditRow.objects.filter(action="people.language_chosen").exists()


@pytest.mark.parametrize("typed", ["fr", "", "EN"])
def test_a_language_that_is_not_spoken_is_refused(manager, typed):
    answer = client_of(manager).post(PAGE, {"language": typed})
    assert answer.status_code == 422
    manager.refresh_from_db()
    assert manager.language == Language.CHINESE


def test_who_has_not_passed_the_second_factor_chooses_nothing(manager):
    client = Client()
    client.force_login(manager)
    assert client.post(PAGE, {"language": "en"}).status_code == 302
    manager.refresh_from_db()
    assert manager.language == Language.CHINESE


def test_reading_the_own_language_asks_the_database_nothing_more(manager, django_assert_max_num_queries):
    client = client_of(manager)
    client.get(PAGE)
    with django_assert_max_num_queries(4):  # session, person, duties of the rail, body
        client.get(PAGE)


@pytest.mark.parametrize(
    ("query", "header", "spoken"),
    [("", "en-GB,en;q=0.8", "en"), ("", "zh-CN", "zh-hans"), ("?lang=en", "zh-CN", "en"), ("", "fr", "zh-hans")],
)
def test_a_new_account_speaks_the_language_in_which_the_invitation_was_read(query, header, spoken):
    admin = person(Role.INSTITUTION_ADMIN, body=build.institution())
    _invitation, token = services.invite(
        email="new@example.org",
        name="新同事",
        roles=[Role.FLEET_MANAGER],
        actor=admin,
        institution=admin.institution,
        authority=None,
        now=timezone.now(),
    )
    guest = Client(headers={"accept-language": header})
    address = reverse("accounts:accept", args=[token]) + query
    assert language_of(guest, address) == spoken
    words = "seven-blue-kettles-sing"
    assert guest.post(address, {"name": "Lee", "password": words, "again": words}).status_code == 302
    assert User.objects.get(email="new@example.org").language == spoken
