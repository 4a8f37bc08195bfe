"""The operator of the service enters partner platforms, closes them, and keeps their keys and web hooks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.api_keys import make_api_key
from accounts.models import ApiKey, AuditRow, User
from accounts.roles import Role
from directory.models import Division, Platform
from notifications.models import Message, WebhookEndpoint
from notifications.webhooks import MOST_ENDPOINTS, add_endpoint, queue_platform_event
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services.platforms import add_platform, change_platform, close_platform, reopen_platform
from registry.services.webhooks import remove_webhook
from tests import build
from tests.people import client_of, person

pytestmark = pytest.mark.django_db

LIST = "/staff/platforms/"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
GOOD = {
    "name": "南昌市12345热线",
    "kind": "government_hotline",
    "division": "360100",
    "contact_email": "it@example.org",
}
KEY = {"name": "12345", "scopes": ["complaints:read", "complaints:write"], "days": "90"}
URL = "https://hotline.example/hooks?token=geheim"


@pytest.fixture
def operator() -> User:
    return person(Role.SYSTEM_ADMIN)


@pytest.fixture
def desk(operator):
    return client_of(operator)


@pytest.fixture
def platform() -> Platform:
    return build.platform()


def key_of(owner: Any, maker: User, scope: str) -> ApiKey:
    key, _token = make_api_key(owner=owner, name="x", scopes=[scope], days=9, actor=maker, now=timezone.now())
    return key


def test_a_platform_is_entered_and_its_page_opens(desk):
    build.division("360100")
    answer = desk.post(LIST, GOOD)
    entered = Platform.objects.get()
    assert answer["Location"] == reverse("platform", args=[entered.pk])
    assert (entered.name, entered.kind, entered.division_id, entered.is_active) == (
        GOOD["name"],
        "government_hotline",
        "360100",
        True,
    )
    assert GOOD["contact_email"] in desk.get(answer["Location"]).content.decode()
    assert GOOD["name"] in desk.get(LIST).content.decode()


def test_a_national_platform_has_no_division(desk):
    assert desk.post(LIST, {**GOOD, "division": "", "kind": "market_regulation"}).status_code == 302
    assert Platform.objects.get().division is None


@pytest.mark.parametrize("bad", [{"name": " "}, {"kind": "12399"}, {"contact_email": "it"}, {"division": "999999"}])
def test_a_form_that_is_wrong_comes_back_with_what_was_typed(desk, bad):
    build.division("360100")
    answer = desk.post(LIST, {**GOOD, **bad})
    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert not Platform.objects.exists()


def test_two_platforms_have_two_names(desk, platform):
    answer = desk.post(LIST, {**GOOD, "division": "", "name": f" {platform.name} "})
    assert answer.status_code == 400
    assert answer.context["form"].errors["name"]


def test_the_facts_are_put_right_and_the_record_names_the_fields_alone(desk, operator):
    platform = build.platform(division=build.division("360100"))
    key = key_of(platform, operator, "complaints:write")
    here = f"{LIST}{platform.pk}/"
    form = desk.get(f"{here}edit/")
    assert platform.name in form.content.decode()
    new = {"name": " 江西省12345热线 ", "kind": platform.kind, "division": "360000", "contact_email": "neu@example.org"}
    build.division("360000")
    assert desk.post(f"{here}edit/", new)["Location"] == here
    platform.refresh_from_db()
    assert (platform.name, platform.division_id, platform.contact_email) == (
        "江西省12345热线",
        "360000",
        "neu@example.org",
    )
    row = AuditRow.objects.get(action="platform.changed")
    assert (row.actor, row.object_id) == (operator, str(platform.pk))
    assert row.detail == {"kind": platform.kind, "fields": ["contact_email", "division", "name"]}
    key.refresh_from_db()
    assert key.revoked_at is None
    assert "平台信息已修改。" in desk.get(here).content.decode()


def test_saving_the_same_again_leaves_no_row(desk, platform):
    same = {
        "name": platform.name,
        "kind": platform.kind,
        "division": platform.division_id or "",
        "contact_email": platform.contact_email,
    }
    assert desk.post(f"{LIST}{platform.pk}/edit/", same).status_code == 302
    assert not AuditRow.objects.filter(action="platform.changed").exists()


@pytest.mark.parametrize("bad", [{"name": " "}, {"kind": "12399"}, {"contact_email": "it"}, {"division": "999999"}])
def test_a_fact_that_is_wrong_comes_back_as_typed_and_changes_nothing(desk, platform, bad):
    answer = desk.post(f"{LIST}{platform.pk}/edit/", {**GOOD, "division": "", **bad})
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == set(bad)
    assert Platform.objects.get().name == platform.name


def test_no_platform_takes_the_name_of_another(desk, platform):
    other = build.platform()
    answer = desk.post(f"{LIST}{platform.pk}/edit/", {**GOOD, "division": "", "name": other.name})
    assert answer.status_code == 400
    assert answer.context["form"].errors["name"]


def test_a_division_that_was_closed_since_is_kept(desk):
    division = build.division("360100")
    platform = build.platform(division=division)
    Division.objects.filter(pk=division.pk).update(closed_on=date(2020, 1, 1))
    new = {**GOOD, "division": "360100"}
    assert desk.post(f"{LIST}{platform.pk}/edit/", new).status_code == 302
    assert desk.post(f"{LIST}{build.platform(name='x').pk}/edit/", {**new, "name": "y"}).status_code == 400


def test_a_key_is_shown_once_and_revoked(desk, platform):
    made = desk.post(f"{LIST}{platform.pk}/keys/", KEY)
    token, key = made.context["token"], ApiKey.objects.get()
    assert token in made.content.decode()
    assert (key.platform_id, key.institution_id, key.scopes) == (platform.pk, None, KEY["scopes"])
    page = desk.get(f"{LIST}{platform.pk}/").content.decode()
    assert key.prefix in page
    assert token not in page
    assert desk.post(f"{LIST}keys/{key.pk}/revoke/")["Location"] == f"{LIST}{platform.pk}/"
    assert ApiKey.objects.get().revoked_at is not None


@pytest.mark.parametrize("scope", ["fleet:read", "cases:read", "forwarded:write", "all"])
def test_a_platforms_key_is_never_good_for_the_work_of_others(desk, platform, scope):
    answer = desk.post(f"{LIST}{platform.pk}/keys/", {**KEY, "scopes": [scope]})
    assert answer.status_code == 400
    assert answer.context["key_form"].errors["scopes"]
    assert not ApiKey.objects.exists()


def test_the_operator_revokes_no_key_of_an_institution_or_authority(desk):
    hospital, authority = build.institution(), build.authority()
    keys = [
        key_of(hospital, person(Role.INSTITUTION_ADMIN, body=hospital), "fleet:read"),
        key_of(authority, person(Role.AUTHORITY_ADMIN, body=authority), "cases:read"),
    ]
    for key in keys:
        assert desk.post(f"{LIST}keys/{key.pk}/revoke/").status_code == 404
    assert ApiKey.objects.filter(revoked_at=None).count() == 2


def test_a_web_hook_is_added_tried_resumed_and_removed(desk, platform):
    shown = desk.post(f"{LIST}{platform.pk}/webhooks/", {"url": URL})
    hook = WebhookEndpoint.objects.get()
    assert hook.secret in shown.content.decode()
    page = desk.get(f"{LIST}{platform.pk}/").content.decode()
    assert "hotline.example" in page
    assert "geheim" not in page
    here = f"{LIST}{platform.pk}/"
    assert desk.post(reverse("webhook_try", args=[hook.pk]))["Location"] == here
    assert Message.objects.filter(channel="webhook").count() == 1
    WebhookEndpoint.objects.update(is_active=False, stopped_at=NOW)
    assert desk.post(reverse("webhook_try", args=[hook.pk])).status_code == 409
    assert desk.post(reverse("webhook_resume", args=[hook.pk]))["Location"] == here
    assert desk.post(reverse("webhook_remove", args=[hook.pk]))["Location"] == here
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("url", ["", "http://hotline.example/", "https://10.0.0.1/"])
def test_a_wrong_address_is_told_on_the_platforms_page(desk, platform, url):
    answer = desk.post(f"{LIST}{platform.pk}/webhooks/", {"url": url})
    assert answer.status_code == 400
    assert answer.context["hook_form"].errors["url"]


def test_a_platform_that_has_its_fill_of_web_hooks_is_told(desk, platform):
    for _ in range(MOST_ENDPOINTS):
        add_endpoint(owner=platform, url=URL, now=NOW)
    assert desk.post(f"{LIST}{platform.pk}/webhooks/", {"url": URL}).status_code == 400
    assert desk.post(f"{LIST}{build.platform().pk}/webhooks/", {"url": URL}).status_code == 200


def test_hooks_of_institutions_and_platforms_are_apart(desk, platform):
    hospital = build.institution()
    theirs = add_endpoint(owner=hospital, url=URL, now=NOW)[0]
    ours = add_endpoint(owner=platform, url=URL, now=NOW)[0]
    administrator = client_of(person(Role.INSTITUTION_ADMIN, body=hospital))
    for step in ("webhook_try", "webhook_resume", "webhook_remove"):
        assert desk.post(reverse(step, args=[theirs.pk])).status_code == 404
        assert administrator.post(reverse(step, args=[ours.pk])).status_code == 404
    assert WebhookEndpoint.objects.count() == 2
    for wrong in ({"platform": platform}, {"institution": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WebhookEndpoint.objects.filter(pk=theirs.pk).update(**wrong)


def tell(platform_id: int) -> int:
    with transaction.atomic():
        return queue_platform_event(
            platform_id=platform_id,
            event_key="complaint:1:event:2",
            event="complaint.received",
            data={"public_state": "received"},
        )


def test_an_event_reaches_the_platforms_own_hooks_only(platform):
    add_endpoint(owner=build.institution(), url=URL, now=NOW)
    add_endpoint(owner=build.platform(), url=URL, now=NOW)
    mine = add_endpoint(owner=platform, url=URL, now=NOW)[0]
    assert tell(platform.pk) == 1
    assert Message.objects.get().recipient == str(mine.pk)
    assert tell(0) == 0


def test_a_closed_platform_is_told_nothing(platform):
    add_endpoint(owner=platform, url=URL, now=NOW)
    Platform.objects.filter(pk=platform.pk).update(is_active=False)
    assert tell(platform.pk) == 0


def test_closing_and_opening_again(desk, platform):
    here = f"{LIST}{platform.pk}/"
    assert desk.post(f"{here}close/")["Location"] == here
    assert not Platform.objects.get().is_active
    assert desk.post(f"{here}close/").status_code == 409
    assert desk.post(f"{here}open/")["Location"] == here
    assert Platform.objects.get().is_active
    assert desk.post(f"{here}open/").status_code == 409


@pytest.mark.parametrize("role", [Role.AUTHORITY_ADMIN, Role.SUPERVISOR, Role.HOTLINE_CLERK, Role.INSTITUTION_ADMIN])
def test_nobody_but_the_operator_keeps_platforms(platform, role):
    body = build.institution() if role == Role.INSTITUTION_ADMIN else build.authority()
    stranger = client_of(person(role, body=body))
    assert stranger.get(LIST).status_code == 403
    for address, data in (
        (LIST, GOOD),
        (f"{LIST}{platform.pk}/edit/", GOOD),
        (f"{LIST}{platform.pk}/keys/", KEY),
        (f"{LIST}{platform.pk}/webhooks/", {"url": URL}),
        (f"{LIST}{platform.pk}/close/", {}),
        (f"{LIST}{platform.pk}/open/", {}),
        (f"{LIST}keys/1/revoke/", {}),
    ):
        assert stranger.post(address, data).status_code == 403
    assert Platform.objects.get().is_active
    assert not ApiKey.objects.exists()


def test_the_services_hold_the_rule_too(platform, operator):
    stranger = person(Role.AUTHORITY_ADMIN, body=build.authority())
    who: dict[str, Any] = {"actor": stranger, "now": NOW, "address": "203.0.113.7"}
    fields: dict[str, Any] = {"name": "x", "kind": "other", "division": None, "contact_email": "it@example.org"}
    with pytest.raises(WrongRole):
        add_platform(**fields, **who)
    with pytest.raises(WrongRole):
        close_platform(platform=platform, **who)
    with pytest.raises(WrongRole):
        change_platform(platform=platform, **fields, **who)
    with pytest.raises(NotAllowed):
        reopen_platform(platform=platform, **{**who, "actor": operator})
    with pytest.raises(OutOfScope):
        remove_webhook(endpoint=add_endpoint(owner=platform, url=URL, now=NOW)[0], **who)


def test_every_step_is_on_record_without_names_and_addresses(desk, operator):
    desk.post(LIST, {**GOOD, "division": ""})
    platform = Platform.objects.get()
    desk.post(f"{LIST}{platform.pk}/close/")
    desk.post(f"{LIST}{platform.pk}/open/")
    rows = list(AuditRow.objects.order_by("number"))
    assert [row.action for row in rows] == ["platform.added", "platform.closed", "platform.reopened"]
    assert {(row.actor_id, row.object_id) for row in rows} == {(operator.pk, str(platform.pk))}
    assert all(row.detail == {"kind": "government_hotline"} for row in rows)


def test_list_and_page_take_as_many_queries_for_many_rows_as_for_few(desk, operator, django_assert_max_num_queries):
    platforms = [build.platform(division=build.division("360100")) for _ in range(12)]
    for _ in range(12):
        key_of(platforms[0], operator, "complaints:read")
        key_of(platforms[1], operator, "complaints:read")
    for _ in range(5):
        add_endpoint(owner=platforms[0], url=URL, now=NOW)
    with django_assert_max_num_queries(9):
        page = desk.get(LIST)
    assert {row.name: row.live_keys for row in page.context["rows"]}[platforms[0].name] == 12
    with django_assert_max_num_queries(10):
        desk.get(f"{LIST}{platforms[0].pk}/")
