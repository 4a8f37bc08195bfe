"""A hospital's system opens the API with a key: only a live one, only for its institution, only what it is good for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations, product
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import path
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.api_auth import ApiKeyAuthentication, has_scope
from accounts.api_keys import LONGEST_DAYS, MOST_KEYS, make_api_key, revoke_api_key, token_hash
from accounts.audit import record
from accounts.key_scopes import SCOPES_OF
from accounts.models import ApiKey, ApiScope, AuditRow, User
from accounts.refusals import NotAllowed, Refused
from accounts.roles import BodyKind, Role
from accounts.scope import NOTHING
from tests import build
from tests.people import person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class AnyKey(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, ApiKey)


class FleetView(APIView):
    authentication_classes = [ApiKeyAuthentication]
    permission_classes = [has_scope(ApiScope.FLEET_READ)]

    def get(self, request: Request) -> Response:
        assert isinstance(request.user, User)
        scope = request.user.scope
        return Response({"institution": scope.institution_id, "may": sorted(scope.api_scopes)})


class AnyView(FleetView):
    permission_classes = [AnyKey]

    def get(self, request: Request) -> Response:
        assert isinstance(request.user, User)
        scope = request.user.scope
        return Response([scope.body, scope.institution_id, scope.authority_id, scope.platform_id])


urlpatterns = [path("api/v1/fleet/", FleetView.as_view()), path("api/v1/any/", AnyView.as_view())]


@pytest.fixture(autouse=True)
def today(time_machine, settings):
    settings.ROOT_URLCONF = __name__
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def administrator() -> User:
    return person(Role.INSTITUTION_ADMIN, body=build.institution())


def make(administrator: User, **fields) -> tuple[ApiKey, str]:
    values = {"owner": administrator.institution, "name": "HIS", "scopes": ["fleet:read"], "days": 30}
    return make_api_key(**{**values, "actor": administrator, "now": NOW, "address": "203.0.113.9", **fields})


def ask(client, token: str | None, scheme: str = "Bearer"):
    headers = {} if token is None else {"Authorization": f"{scheme} {token}".strip()}
    return client.get("/api/v1/fleet/", headers=headers)


def refused_as(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_live_key_opens_the_api_for_its_institution_and_nothing_else(client, administrator):
    _, token = make(administrator)
    answer = ask(client, token)
    assert answer.status_code == 200
    assert answer.json() == {"institution": administrator.institution_id, "may": ["fleet:read"]}


def test_the_secret_is_kept_nowhere(administrator):
    key, token = make(administrator)
    secret = token.partition(".")[2]
    assert len(secret) >= 43
    assert key.secret_hash == token_hash(token)
    everything = repr([list(model.objects.values()) for model in (ApiKey, AuditRow)])
    assert secret not in everything
    assert token.startswith(f"{key.prefix}.")


def test_without_a_key_the_api_asks_for_one(client):
    answer = ask(client, None)
    assert refused_as(answer) == (401, "not-signed-in")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("scheme", ["Basic", "Token"])
def test_another_kind_of_credentials_is_no_key(client, administrator, scheme):
    _, token = make(administrator)
    assert refused_as(ask(client, token, scheme)) == (401, "not-signed-in")


@pytest.mark.parametrize("spoil", [
    lambda token: "",
    lambda token: token + "x",
    lambda token: token[:-1],
    lambda token: token.partition(".")[0] + ".",
    lambda token: token.partition(".")[2],
    lambda token: token.swapcase(),
    lambda token: f"{token} {token}",
    lambda token: "x" * 5000,
    lambda token: "键".encode().decode("latin-1"),
])  # fmt: skip
def test_a_wrong_key_is_refused_and_says_nothing_about_the_right_one(client, administrator, spoil):
    key, token = make(administrator)
    answer = ask(client, spoil(token))
    assert refused_as(answer) == (401, "key-unknown")
    assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert key.secret_hash not in answer.content.decode()
    assert ApiKey.objects.get().last_used_at is None


def test_a_key_ends_with_its_last_day(client, administrator, time_machine):
    _, token = make(administrator, days=30)
    time_machine.move_to(NOW + timedelta(days=30) - timedelta(seconds=1))
    assert ask(client, token).status_code == 200
    time_machine.move_to(NOW + timedelta(days=30))
    assert refused_as(ask(client, token)) == (401, "key-expired")


def test_a_revoked_key_opens_nothing(client, administrator):
    key, token = make(administrator)
    revoke_api_key(key=key, actor=administrator, now=NOW)
    assert refused_as(ask(client, token)) == (401, "key-revoked")


def test_the_key_of_a_closed_institution_opens_nothing(client, administrator):
    _, token = make(administrator)
    institution = administrator.institution
    institution.closed_on = date(2026, 11, 23)
    institution.save()
    assert refused_as(ask(client, token)) == (401, "institution-closed")


def test_a_key_without_the_permission_is_told_which_it_lacks(client, administrator):
    _, token = make(administrator, scopes=["fleet:write"])
    answer = ask(client, token)
    assert refused_as(answer) == (403, "scope-missing")
    assert "fleet:read" in answer.json()["detail"]


def test_a_key_outlives_the_account_that_made_it_but_never_has_its_duties(administrator):
    key, token = make(administrator)
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    assert User.objects.get(pk=administrator.pk).scope == NOTHING
    holder = holder_of(token)
    assert holder.scope.body is BodyKind.INSTITUTION
    assert not holder.scope.roles
    assert holder.through_key == key


def holder_of(token: str) -> User:
    request = APIRequestFactory().get("/", headers={"Authorization": f"Bearer {token}"})
    found = ApiKeyAuthentication().authenticate(Request(request))
    assert found
    return found[0]


def test_a_deed_done_through_a_key_is_recorded_as_the_keys(administrator):
    key, token = make(administrator, name="HIS 2")
    holder = holder_of(token)
    row = record(action="application.submitted", actor=holder, now=NOW)
    assert row.actor_name == f"HIS 2 ({key.prefix}…)"
    assert (row.actor_id, row.institution_id) == (administrator.pk, administrator.institution_id)


def test_the_last_use_is_noted_at_most_once_a_minute(client, administrator, time_machine, django_assert_num_queries):
    _, token = make(administrator)
    ask(client, token)
    assert ApiKey.objects.get().last_used_at == NOW
    time_machine.move_to(NOW + timedelta(seconds=59))
    with django_assert_num_queries(1):
        ask(client, token)
    assert ApiKey.objects.get().last_used_at == NOW
    time_machine.move_to(NOW + timedelta(seconds=61))
    ask(client, token)
    assert ApiKey.objects.get().last_used_at == NOW + timedelta(seconds=61)


def test_making_and_revoking_are_recorded_without_the_secret(administrator):
    key, _ = make(administrator)
    revoke_api_key(key=key, actor=administrator, now=NOW, address="203.0.113.9")
    made, revoked = AuditRow.objects.order_by("number")
    assert (made.action, made.detail) == ("keys.made", {"key": key.prefix, "scopes": ["fleet:read"], "days": 30})
    assert (revoked.action, revoked.detail, revoked.address) == ("keys.revoked", {"key": key.prefix}, "203.0.113.9")
    assert {made.division_code, revoked.division_code} == {administrator.institution.division_id}


def test_revoking_twice_is_recorded_once(administrator):
    key, _ = make(administrator)
    revoke_api_key(key=key, actor=administrator, now=NOW)
    revoke_api_key(key=ApiKey.objects.get(), actor=administrator, now=NOW + timedelta(days=1))
    assert ApiKey.objects.get().revoked_at == NOW
    assert AuditRow.objects.filter(action="keys.revoked").count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": " "}, "no_name"),
        ({"name": "x" * 61}, "no_name"),
        ({"scopes": []}, "unknown_scope"),
        ({"scopes": ["fleet:read", "everything"]}, "unknown_scope"),
        ({"days": 0}, "days"),
        ({"days": LONGEST_DAYS + 1}, "days"),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_words(administrator, fields, code):
    with pytest.raises(Refused) as refused:
        make(administrator, **fields)
    assert refused.value.code == code
    assert refused.value.message
    assert not ApiKey.objects.exists()


def test_an_institution_has_a_limited_number_of_live_keys(administrator):
    keys = [make(administrator)[0] for _ in range(MOST_KEYS)]
    with pytest.raises(Refused) as refused:
        make(administrator)
    assert refused.value.code == "too_many"
    revoke_api_key(key=keys[0], actor=administrator, now=NOW)
    make(administrator)


@pytest.mark.parametrize("role", [Role.FLEET_MANAGER, Role.COMPLAINT_OFFICER])
def test_a_colleague_who_is_no_administrator_makes_and_revokes_no_key(administrator, role):
    colleague = person(role, body=administrator.institution)
    key, _ = make(administrator)
    with pytest.raises(NotAllowed):
        make(administrator, actor=colleague)
    with pytest.raises(NotAllowed):
        revoke_api_key(key=key, actor=colleague, now=NOW)


def test_strangers_make_and_revoke_no_key_here(administrator):
    key, _ = make(administrator)
    for stranger in (
        person(Role.INSTITUTION_ADMIN, body=build.institution()),
        person(Role.AUTHORITY_ADMIN, Role.SUPERVISOR, body=build.authority()),
        person(Role.SYSTEM_ADMIN),
    ):
        with pytest.raises(NotAllowed):
            make(administrator, actor=stranger)
        with pytest.raises(NotAllowed):
            revoke_api_key(key=key, actor=stranger, now=NOW)
        assert not ApiKey.objects.visible_to(stranger.scope).exists()
    assert ApiKey.objects.get().revoked_at is None


def test_a_key_makes_no_further_keys(administrator):
    _, token = make(administrator)
    holder = holder_of(token)
    with pytest.raises(NotAllowed):
        make(administrator, actor=holder)


def test_a_key_has_exactly_one_owner(administrator):
    key, _ = make(administrator)
    for wrong in ({"institution": None}, {"platform": build.platform()}, {"authority": build.authority()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.filter(pk=key.pk).update(**wrong)


def owners(administrator: User) -> dict[BodyKind, tuple[Any, User]]:
    """Each sort of owner with the administrator of its keys."""
    authority = build.authority()
    return {
        BodyKind.INSTITUTION: (administrator.institution, administrator),
        BodyKind.AUTHORITY: (authority, person(Role.AUTHORITY_ADMIN, body=authority)),
        BodyKind.PLATFORM: (build.platform(), person(Role.SYSTEM_ADMIN)),
    }


@pytest.mark.parametrize(("kind", "scope"), list(product(SCOPES_OF, ApiScope)))
def test_a_key_is_good_for_what_its_kind_of_owner_can_have_and_nothing_else(administrator, kind, scope):
    owner, keeper = owners(administrator)[kind]
    if scope in SCOPES_OF[kind]:
        assert make(administrator, owner=owner, actor=keeper, scopes=[scope])[0].owner == owner
    else:
        with pytest.raises(Refused):
            make(administrator, owner=owner, actor=keeper, scopes=[scope])


@pytest.mark.parametrize(("kind", "other"), list(permutations(SCOPES_OF, 2)))
def test_nobody_makes_or_revokes_the_keys_of_another_sort_of_body(administrator, kind, other):
    found = owners(administrator)
    owner, keeper = found[kind]
    stranger = found[other][1]
    scopes = [SCOPES_OF[kind][0]]
    key, _ = make(administrator, owner=owner, actor=keeper, scopes=scopes)
    assert ApiKey.objects.visible_to(keeper.scope).get() == key
    assert not ApiKey.objects.visible_to(stranger.scope).exists()
    with pytest.raises(NotAllowed):
        make(administrator, owner=owner, actor=stranger, scopes=scopes)
    with pytest.raises(NotAllowed):
        revoke_api_key(key=key, actor=stranger, now=NOW)


@pytest.mark.parametrize("kind", SCOPES_OF)
def test_a_key_reaches_as_its_owner_and_no_further(client, administrator, kind, django_assert_num_queries):
    owner, keeper = owners(administrator)[kind]
    _, token = make(administrator, owner=owner, actor=keeper, scopes=[SCOPES_OF[kind][0]])
    with django_assert_num_queries(2):  # the key with its owner, and the note that it was used
        answer = client.get("/api/v1/any/", headers={"Authorization": f"Bearer {token}"})
    ids = {BodyKind.INSTITUTION: 1, BodyKind.AUTHORITY: 2, BodyKind.PLATFORM: 3}
    expected = [kind.value, 0, 0, 0]
    expected[ids[kind]] = owner.pk
    assert answer.json() == expected
    assert not holder_of(token).scope.roles


def test_the_key_of_an_authority_or_platform_that_was_closed_opens_nothing(client, administrator):
    for kind, code in ((BodyKind.AUTHORITY, "authority-closed"), (BodyKind.PLATFORM, "platform-closed")):
        owner, keeper = owners(administrator)[kind]
        _, token = make(administrator, owner=owner, actor=keeper, scopes=[SCOPES_OF[kind][0]])
        type(owner).objects.update(is_active=False)
        assert refused_as(ask(client, token)) == (401, code)
