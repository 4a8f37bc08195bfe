"""Systems are told by signed POSTs, through the outbox."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction

from notifications import webhook_channel
from notifications.models import Message, WebhookEndpoint
from notifications.services import Drained, NotInTransaction, drain_outbox
from notifications.states import State
from notifications.webhooks import (
    MOST_ENDPOINTS,
    BadAddress,
    TooManyEndpoints,
    add_endpoint,
    queue_event,
    remove_endpoint,
    resume_endpoint,
)
from tests import build
from tests.notifications.conftest import let_pauses_pass
from tests.notifications.hook_server import HookServer

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DATA: dict[str, str | int | None] = {"application": 15, "state": "approved", "plate": "赣A12345"}


@pytest.fixture
def server():
    with HookServer() as server:
        yield server


@pytest.fixture
def hook(server):
    return add_endpoint(owner=build.institution(), url=server.url, now=NOW)[0]


def tell(hook, key="application:15:9", **data):
    with transaction.atomic():
        return queue_event(
            institution_id=hook.institution_id,
            event_key=key,
            event="application.approved",
            data={**DATA, **data},
        )


def fresh(hook):
    return WebhookEndpoint.objects.get(pk=hook.pk)


def test_an_event_arrives_as_it_was_when_it_happened(server, hook):
    assert tell(hook) == 1
    assert drain_outbox() == Drained(sent=1)
    [taken] = server.taken
    assert taken.path == "/hooks?who=his"
    assert json.loads(taken.body) == {"event": "application.approved", **DATA}
    assert taken.headers["Content-Type"] == "application/json"
    assert taken.headers["Host"] == f"127.0.0.1:{server.port}"
    assert taken.headers["X-Event-Key"] == f"application:15:9:hook-{hook.pk}"
    assert fresh(hook).outcome == "HTTP 200"
    assert fresh(hook).delivered_at is not None


def test_the_signature_covers_time_and_body_and_nobody_else_can_make_it(server, hook):
    with time_machine.travel(NOW, tick=False):
        tell(hook)
        drain_outbox()
    [taken] = server.taken
    secret = hook.secret
    assert taken.headers["X-Timestamp"] == str(int(NOW.timestamp()))
    signed = taken.headers["X-Timestamp"].encode() + b"." + taken.body
    right = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert taken.headers["X-Signature"] == f"sha256={right}"
    assert secret.encode() not in taken.body
    assert secret not in str(taken.headers)


def test_a_repeat_has_the_same_key_and_body(server, hook):
    server.status = 500
    tell(hook)
    assert drain_outbox() == Drained(retried=1)
    assert fresh(hook).outcome == "HTTP 500"
    server.status = 204
    let_pauses_pass()
    assert drain_outbox() == Drained(sent=1)
    first, second = server.taken
    assert (first.body, first.headers["X-Event-Key"]) == (second.body, second.headers["X-Event-Key"])


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(server, hook, status):
    with HookServer() as elsewhere:
        server.status, server.location = status, elsewhere.url
        tell(hook)
        assert drain_outbox() == Drained(retried=1)
        assert not elsewhere.taken
    assert fresh(hook).outcome == f"HTTP {status}"


def test_gone_stops_the_hook_and_what_waits_for_it(server, hook):
    server.status = 410
    tell(hook, key="a:1")
    assert drain_outbox() == Drained(dead=1)
    assert not fresh(hook).is_active
    assert fresh(hook).stopped_at is not None
    assert tell(hook, key="a:2") == 0
    assert resume_endpoint(endpoint=hook)
    assert not resume_endpoint(endpoint=hook)
    server.status = 200
    assert tell(hook, key="a:3") == 1
    assert drain_outbox() == Drained(sent=1)


def test_nothing_is_sent_to_a_hook_that_was_removed(server, hook):
    tell(hook)
    remove_endpoint(endpoint=hook)
    assert drain_outbox() == Drained(dead=1)
    assert not server.taken


def test_a_hook_that_does_not_answer_is_asked_once_in_a_batch(server, hook, monkeypatch):
    monkeypatch.setattr(webhook_channel, "SECONDS", 0.2)
    server.drip = True
    for number in range(5):
        tell(hook, key=f"a:{number}")
    assert drain_outbox() == Drained(retried=5)
    assert len(server.taken) == 1
    assert fresh(hook).outcome.startswith("no answer: ")


def test_an_answer_that_drips_ends_with_the_deadline(server, hook, monkeypatch):
    monkeypatch.setattr(webhook_channel, "SECONDS", 0.2)
    server.drip = True
    tell(hook)
    begun = time.monotonic()
    assert drain_outbox() == Drained(retried=1)
    assert time.monotonic() - begun < 3


def test_a_closed_port_is_tried_again(server, hook):
    server.__exit__(None, None, None)
    tell(hook)
    assert drain_outbox() == Drained(retried=1)
    assert fresh(hook).outcome.startswith("no answer: ")


def test_in_production_a_hook_into_our_own_network_is_never_called(server, hook, settings):
    settings.PRODUCTION = True
    tell(hook)
    assert drain_outbox() == Drained(dead=1)
    assert not server.taken


def test_a_name_that_leads_inside_is_never_called(server, hook, settings):
    WebhookEndpoint.objects.filter(pk=hook.pk).update(url=f"https://localhost:{server.port}/")
    settings.PRODUCTION = True
    tell(hook)
    assert drain_outbox() == Drained(retried=1)
    assert not server.taken
    assert fresh(hook).outcome == "the address is not public"


def test_tls_is_verified_so_that_nobody_else_is_told(server, hook):
    WebhookEndpoint.objects.filter(pk=hook.pk).update(url=f"https://127.0.0.1:{server.port}/")
    tell(hook)
    assert drain_outbox() == Drained(retried=1)
    assert not server.taken
    assert "SSL" in fresh(hook).outcome


def test_only_the_hooks_of_the_institution_are_told(server, hook):
    other = add_endpoint(owner=build.institution(), url=server.url, now=NOW)[0]
    tell(hook)
    assert {message.recipient for message in Message.objects.all()} == {str(hook.pk)}
    assert other.pk != hook.pk


def test_the_same_event_is_told_once(server, hook):
    tell(hook)
    tell(hook)
    assert Message.objects.filter(state=State.PENDING).count() == 1


def test_an_event_outside_the_transaction_of_its_change_is_refused(hook):
    with pytest.raises(NotInTransaction):
        queue_event(institution_id=hook.institution_id, event_key="a:1", event="x.y", data={})


def test_a_bad_address_makes_no_hook():
    with pytest.raises(BadAddress):
        add_endpoint(owner=build.institution(), url="http://his.example.org/", now=NOW)
    assert not WebhookEndpoint.objects.exists()


def test_an_institution_has_only_so_many_hooks(server):
    hospital = build.institution()
    secrets = {add_endpoint(owner=hospital, url=server.url, now=NOW)[1] for _ in range(MOST_ENDPOINTS)}
    assert len(secrets) == MOST_ENDPOINTS
    with pytest.raises(TooManyEndpoints):
        add_endpoint(owner=hospital, url=server.url, now=NOW)


def test_address_and_secret_rest_sealed(hook):
    row = WebhookEndpoint.objects.filter(pk=hook.pk).extra(select={"raw": "url || secret"}).values("raw").get()
    assert hook.secret not in row["raw"]
    assert "127.0.0.1" not in row["raw"]
