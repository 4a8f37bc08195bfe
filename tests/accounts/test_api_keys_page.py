"""The administrator of an institution lists, makes and revokes keys; a key is shown once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.api_keys import make_api_key, token_hash
from accounts.models import ApiKey, User
from accounts.roles import Role
from tests import build
from tests.people import client_of, person

pytestmark = pytest.mark.django_db
LIST = reverse("keys")
GOOD = {"name": "HIS", "scopes": ["fleet:read", "fleet:write"], "days": "90"}


@pytest.fixture
def administrator() -> User:
    return person(Role.INSTITUTION_ADMIN, body=build.institution())


def make(user: User, name: str = "HIS", days: int = 30, age: int = 0) -> ApiKey:
    now = timezone.now() - timedelta(days=age)
    assert user.institution
    return make_api_key(owner=user.institution, name=name, scopes=["fleet:read"], days=days, actor=user, now=now)[0]


def test_a_new_key_is_shown_once(administrator):
    client = client_of(administrator)
    answer = client.post(LIST, GOOD)
    key = ApiKey.objects.get()
    token = answer.context["token"]
    assert token in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert key.secret_hash == token_hash(token)
    assert (key.institution_id, key.made_by_id, key.scopes) == (
        administrator.institution_id,
        administrator.pk,
        GOOD["scopes"],
    )
    again = client.get(LIST).content.decode()
    assert key.prefix in again
    assert token not in again


@pytest.mark.parametrize("bad", [{"name": ""}, {"scopes": ["all"]}, {"scopes": []}, {"days": "0"}, {"days": "9999"}])
def test_a_form_that_is_wrong_comes_back_with_what_was_typed(administrator, bad):
    answer = client_of(administrator).post(LIST, {**GOOD, **bad})
    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert not ApiKey.objects.exists()


def test_one_key_too_many_is_refused_with_words(administrator):
    for _ in range(20):
        make(administrator)
    answer = client_of(administrator).post(LIST, GOOD)
    assert answer.status_code == 400
    assert answer.context["form"].non_field_errors()
    assert ApiKey.objects.count() == 20


def test_the_list_tells_live_revoked_and_expired_keys_apart(administrator):
    live, dead = make(administrator), make(administrator)
    make(administrator, age=40)
    client = client_of(administrator)
    assert client.post(reverse("key_revoke", args=[dead.pk]))["Location"] == LIST
    states = {line["key"].pk: line["state"] for line in client.get(LIST).context["lines"]}
    assert sorted(states.values()) == ["expired", "live", "revoked"]
    assert (states[live.pk], states[dead.pk]) == ("live", "revoked")


def test_another_institutions_key_is_not_there(administrator):
    key = make(administrator)
    stranger = client_of(person(Role.INSTITUTION_ADMIN, body=build.institution()))
    assert stranger.post(reverse("key_revoke", args=[key.pk])).status_code == 404
    assert key.prefix not in stranger.get(LIST).content.decode()
    assert ApiKey.objects.get().revoked_at is None


def test_only_administrators_have_this_page(administrator):
    key = make(administrator)
    revoke = reverse("key_revoke", args=[key.pk])
    for role, body in (
        (Role.FLEET_MANAGER, administrator.institution),
        (Role.COMPLAINT_OFFICER, administrator.institution),
        (Role.SUPERVISOR, build.authority()),
        (Role.SYSTEM_ADMIN, None),
    ):
        client = client_of(person(role, body=body))
        assert (client.get(LIST).status_code, client.post(LIST, GOOD).status_code) == (403, 403)
        assert client.post(revoke).status_code == 403
    assert ApiKey.objects.filter(revoked_at=None).count() == 1


def test_the_administrator_of_an_authority_makes_keys_for_its_cases_and_nothing_else():
    administrator = person(Role.AUTHORITY_ADMIN, body=build.authority())
    client = client_of(administrator)
    assert client.post(LIST, GOOD).status_code == 400
    assert client.post(LIST, {**GOOD, "scopes": ["cases:read", "cases:write"]}).status_code == 200
    key = ApiKey.objects.get()
    assert (key.authority_id, key.institution_id) == (administrator.authority_id, None)
    assert client.post(reverse("key_revoke", args=[key.pk]))["Location"] == LIST
    assert ApiKey.objects.filter(revoked_at=None).count() == 0


def test_the_administrator_of_an_authority_sees_no_key_of_an_institution_in_its_jurisdiction(administrator):
    key = make(administrator)
    client = client_of(person(Role.AUTHORITY_ADMIN, body=build.authority()))
    assert key.prefix not in client.get(LIST).content.decode()
    assert client.post(reverse("key_revoke", args=[key.pk])).status_code == 404


def test_a_revocation_is_never_a_link(administrator):
    assert client_of(administrator).get(reverse("key_revoke", args=[make(administrator).pk])).status_code == 405


def test_the_page_takes_as_many_queries_for_many_keys_as_for_few(administrator, django_assert_max_num_queries):
    for _ in range(20):
        make(administrator)
    client = client_of(administrator)
    with django_assert_max_num_queries(10):
        client.get(LIST)
