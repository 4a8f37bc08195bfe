"""The administrator of an institution keeps its web hooks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from accounts.models import AuditRow
from accounts.roles import Role
from notifications.models import Message, WebhookEndpoint
from notifications.services import drain_outbox
from notifications.webhooks import MOST_ENDPOINTS, add_endpoint
from registry.refusals import OutOfScope, WrongRole
from registry.services.webhooks import add_webhook, remove_webhook
from tests import build
from tests.notifications.hook_server import HookServer
from tests.people import client_of, person

pytestmark = pytest.mark.django_db

PAGE = "/staff/webhooks/"
URL = "https://his.hospital.example/hooks?token=geheim"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def hospital():
    return build.institution()


@pytest.fixture
def administrator(hospital):
    return person(Role.INSTITUTION_ADMIN, body=hospital)


@pytest.fixture
def desk(administrator):
    return client_of(administrator)


@pytest.fixture
def hook(hospital):
    return add_endpoint(owner=hospital, url=URL, now=NOW)[0]


def test_the_secret_is_shown_once_and_the_address_never_again_whole(desk):
    shown = desk.post(PAGE, {"url": URL}).content.decode()
    hook = WebhookEndpoint.objects.get()
    assert hook.secret in shown
    later = desk.get(PAGE).content.decode()
    assert "his.hospital.example" in later
    assert "geheim" not in later
    assert hook.secret not in later


@pytest.mark.parametrize("url", ["", "http://his.example.org/", "https://10.0.0.1/", "his", "https://x/" + "a" * 400])
def test_a_wrong_address_is_told_with_what_to_do(desk, url):
    answer = desk.post(f"{PAGE}?lang=en", {"url": url})
    assert answer.status_code == 400
    assert re.search(r'class="wrong"', answer.content.decode())
    assert not WebhookEndpoint.objects.exists()


def test_an_institution_that_has_its_fill_is_told(desk, hospital):
    for _ in range(MOST_ENDPOINTS):
        add_endpoint(owner=hospital, url=URL, now=NOW)
    answer = desk.post(f"{PAGE}?lang=en", {"url": URL})
    assert answer.status_code == 400
    assert "Remove one first" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_trial_goes_out_and_its_outcome_is_shown(desk, hospital):
    with HookServer() as server:
        hook = add_endpoint(owner=hospital, url=server.url, now=NOW)[0]
        assert desk.post(f"{PAGE}{hook.pk}/try/").status_code == 302
        drain_outbox()
        assert b'"event": "trial"' in server.taken[0].body
    assert "HTTP 200" in desk.get(PAGE).content.decode()


def test_a_hook_is_removed_with_its_secret(desk, hook):
    assert desk.post(f"{PAGE}{hook.pk}/remove/").status_code == 302
    assert not WebhookEndpoint.objects.exists()
    assert desk.post(f"{PAGE}{hook.pk}/remove/").status_code == 404


def test_a_stopped_hook_is_not_tried_until_it_is_resumed(desk, hook):
    WebhookEndpoint.objects.filter(pk=hook.pk).update(is_active=False, stopped_at=NOW)
    assert desk.post(f"{PAGE}{hook.pk}/try/").status_code == 409
    assert not Message.objects.exists()
    assert desk.post(f"{PAGE}{hook.pk}/resume/").status_code == 302
    assert desk.post(f"{PAGE}{hook.pk}/try/").status_code == 302
    assert Message.objects.filter(channel="webhook").count() == 1


@pytest.mark.parametrize("step", ["try", "resume", "remove"])
def test_another_institutions_hook_does_not_exist(hook, step):
    other = client_of(person(Role.INSTITUTION_ADMIN, body=build.institution()))
    assert other.post(f"{PAGE}{hook.pk}/{step}/").status_code == 404
    assert "his.hospital.example" not in other.get(PAGE).content.decode()
    assert WebhookEndpoint.objects.filter(pk=hook.pk, is_active=True).exists()


@pytest.mark.parametrize("role", [Role.FLEET_MANAGER, Role.COMPLAINT_OFFICER])
def test_colleagues_without_the_duty_are_told_so(hospital, hook, role):
    colleague = client_of(person(role, body=hospital))
    assert colleague.get(PAGE).status_code == 403
    assert colleague.post(f"{PAGE}{hook.pk}/remove/").status_code == 403


def test_the_services_hold_the_rule_too(hospital, hook):
    colleague = person(Role.FLEET_MANAGER, body=hospital)
    stranger = person(Role.INSTITUTION_ADMIN, body=build.institution())
    for actor, refusal in ((colleague, WrongRole), (stranger, OutOfScope)):
        who: dict[str, Any] = {"actor": actor, "now": NOW, "address": "203.0.113.7"}
        with pytest.raises(refusal):
            add_webhook(owner=hospital, url=URL, **who)
        with pytest.raises(refusal), transaction.atomic():
            remove_webhook(endpoint=hook, **who)


def test_every_step_is_on_record_without_the_address(desk, administrator):
    desk.post(PAGE, {"url": URL})
    hook = WebhookEndpoint.objects.get()
    desk.post(f"{PAGE}{hook.pk}/try/")
    desk.post(f"{PAGE}{hook.pk}/remove/")
    rows = list(AuditRow.objects.filter(action__startswith="webhook.").order_by("number"))
    assert [row.action for row in rows] == ["webhook.added", "webhook.tried", "webhook.removed"]
    assert {row.actor_id for row in rows} == {administrator.pk}
    assert all(row.detail == {"host": "his.hospital.example"} for row in rows)
    assert {row.object_id for row in rows} == {str(hook.pk)}
