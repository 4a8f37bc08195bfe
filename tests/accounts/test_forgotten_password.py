"""A forgotten password: a link by mail, once, within the hour; nobody learns who has an account."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.audit_verify import verify
from accounts.models import AuditRow, Language, User
from accounts.refusals import Refused
from accounts.roles import Role
from edge.limits import limiter
from notifications.models import Message
from tests import build
from tests.accounts.sign_in import give_code, give_password, is_signed_in
from tests.people import PASSWORD, enrol, person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEW = "seven-blue-kettles-sing"
ASK = reverse("account_reset_password")
SENT = reverse("account_reset_password_done")


@pytest.fixture(autouse=True)
def fresh_limits():
    limiter().clear()
    yield
    limiter().clear()


@pytest.fixture
def reviewer() -> User:
    return enrol(person(Role.REVIEWER, body=build.authority()))


def ask(email: str, client: Client | None = None, **headers: Any) -> Any:
    return (client or Client()).post(ASK, {"email": email}, **headers)


def link_to(user: User) -> str:
    """The path of the last link that was sent to the person."""
    sent = Message.objects.filter(template="accounts/password_link")
    messages = [message for message in sent.order_by("-pk") if message.recipient == user.email]
    return str(re.sub(r"^https?://[^/]+", "", messages[0].context["link"]))


def choose(link: str, password: str = NEW, client: Client | None = None) -> Any:
    """Open the link and type the new password, twice."""
    client = client or Client()
    opened = client.get(link)
    if opened.status_code != 302:
        return opened
    return client.post(opened.headers["Location"], {"password1": password, "password2": password})


def test_a_link_from_the_outbox_leads_to_a_new_password(reviewer):
    page = Client().get(reverse("account_login")).content.decode()
    assert ASK in page
    answer = ask(reviewer.email)
    assert (answer.status_code, answer.headers["Location"]) == (302, SENT)
    chosen = choose(link_to(reviewer))
    assert chosen.headers["Location"] == reverse("account_reset_password_from_key_done")
    reviewer.refresh_from_db()
    assert reviewer.check_password(NEW)
    assert not mail.outbox, "mails go through the outbox"


def test_the_second_factor_stays_and_is_asked_for(reviewer):
    ask(reviewer.email)
    client = Client()
    choose(link_to(reviewer), client=client)
    assert not is_signed_in(client), "a link signs nobody in"
    assert Authenticator.objects.filter(user=reviewer).count() == 1
    assert give_password(client, reviewer, NEW).headers["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    give_code(client)
    assert is_signed_in(client)


def test_every_session_of_the_person_ends_and_nobody_elses(reviewer):
    colleague = enrol(person(Role.HANDLER, body=build.authority()))
    sessions = {user: Client() for user in (reviewer, colleague)}
    for user, client in sessions.items():
        give_password(client, user)
        give_code(client)
        assert is_signed_in(client)
    ask(reviewer.email)
    choose(link_to(reviewer))
    assert not is_signed_in(sessions[reviewer])
    assert is_signed_in(sessions[colleague])


def test_the_answer_is_the_same_whether_or_not_there_is_an_account(reviewer):
    closed = person(Role.HANDLER, body=build.authority(), is_active=False)
    pages = []
    for email in (reviewer.email, reviewer.email.upper(), "nobody@example.org", closed.email):
        answer = ask(email)
        pages.append((answer.status_code, answer.headers["Location"], Client().get(SENT).content))
    assert len({page[:2] for page in pages}) == 1
    assert {message.recipient for message in Message.objects.all()} == {reviewer.email}


def test_waiting_is_the_same_whether_or_not_there_is_an_account(reviewer):
    with time_machine.travel(NOW, tick=False) as clock:
        known = [ask(reviewer.email).status_code for _ in range(4)]
        unknown = [ask("nobody@example.org").status_code for _ in range(4)]
        assert known == unknown == [302, 302, 302, 429]
        clock.shift(601)
        assert ask(reviewer.email).status_code == 302


def test_an_address_waits_that_asks_for_many(settings):
    settings.ENV = settings.ENV.model_copy(update={"LIMIT_RESETS": "2/10 minutes"})
    limiter.cache_clear()
    try:
        statuses = [ask(f"person-{number}@example.org").status_code for number in range(3)]
        assert statuses == [302, 302, 429]
        assert ask("person-9@example.org", REMOTE_ADDR="203.0.113.9").status_code == 302
    finally:
        limiter.cache_clear()


def test_asking_often_does_not_lock_the_sign_in(reviewer):
    for _ in range(5):
        ask(reviewer.email)
    assert give_password(Client(), reviewer).status_code == 302


def test_a_link_works_once(reviewer):
    ask(reviewer.email)
    link = link_to(reviewer)
    choose(link)
    again = choose(link, "another-river-of-glass")
    assert again.status_code == 410
    reviewer.refresh_from_db()
    assert reviewer.check_password(NEW)


def test_two_who_have_the_same_link_open_make_one_new_password(reviewer):
    ask(reviewer.email)
    link, first, second = link_to(reviewer), Client(), Client()
    forms = [client.get(link).headers["Location"] for client in (first, second)]
    assert second.get(forms[1]).status_code == 200
    choose(link, client=first)
    late = second.post(forms[1], {"password1": "another-river-of-glass", "password2": "another-river-of-glass"})
    assert late.status_code == 410
    reviewer.refresh_from_db()
    assert reviewer.check_password(NEW)


def test_the_service_itself_refuses_a_used_link(reviewer):
    ask(reviewer.email)
    token = link_to(reviewer).rstrip("/").rpartition("/")[2].partition("-")[2]
    services.set_forgotten_password(person=reviewer, token=token, password=NEW, now=timezone.now())
    with pytest.raises(Refused) as refused:
        services.set_forgotten_password(person=reviewer, token=token, password=NEW, now=timezone.now())
    assert refused.value.code == "used"


def test_a_link_holds_for_an_hour(reviewer, settings):
    begin = datetime.now(UTC)
    with time_machine.travel(begin, tick=False) as clock:
        ask(reviewer.email)
        link = link_to(reviewer)
        clock.shift(settings.ENV.RESET_LINK_MINUTES * 60 - 1)
        assert Client().get(link).status_code == 302
        clock.shift(timedelta(seconds=2))
        assert Client().get(link).status_code == 410


def test_a_sign_in_meanwhile_and_a_newer_password_make_a_link_void(reviewer):
    ask(reviewer.email)
    link = link_to(reviewer)
    client = Client()
    give_password(client, reviewer)
    give_code(client)
    assert Client().get(link).status_code == 410


def test_a_closed_account_uses_no_link(reviewer):
    ask(reviewer.email)
    link = link_to(reviewer)
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert choose(link).status_code == 410
    with pytest.raises(Refused):
        services.set_forgotten_password(person=reviewer, token="x-y", password=NEW, now=timezone.now())


@pytest.mark.parametrize("tail", ["1-0-nonsense", "zzzzzzzzzzzzz-0-0", "0-0", "1-set-password"])
def test_a_link_that_was_made_up_holds_nothing(reviewer, tail):
    assert Client().get(f"/staff/password/new/{tail}/").status_code == 410


def test_somebody_elses_link_says_nothing_about_an_own_password(reviewer):
    other = person(Role.HANDLER, body=build.authority())
    ask(reviewer.email)
    moved = link_to(reviewer).replace(f"/{base36(reviewer.pk)}-", f"/{base36(other.pk)}-")
    assert moved != link_to(reviewer)
    assert choose(moved).status_code == 410


def base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, left = divmod(number, 36)
        text = digits[left] + text
    return text


def test_the_rules_for_passwords_hold(reviewer):
    ask(reviewer.email)
    link = link_to(reviewer)
    client = Client()
    form = client.get(link).headers["Location"]
    weak = client.post(form, {"password1": "woaini1314520", "password2": "woaini1314520"})
    assert weak.status_code == 200
    assert "errors" in weak.content.decode()
    differ = client.post(form, {"password1": NEW, "password2": NEW + "x"})
    assert differ.status_code == 200
    token = link.rstrip("/").rpartition("/")[2].partition("-")[2]
    with pytest.raises(ValidationError):
        services.set_forgotten_password(person=reviewer, token=token, password="short", now=timezone.now())
    reviewer.refresh_from_db()
    assert reviewer.check_password(PASSWORD)


def test_the_token_leaves_the_address_before_the_form_is_shown(reviewer):
    ask(reviewer.email)
    link, client = link_to(reviewer), Client()
    moved = client.get(link).headers["Location"]
    token = link.rstrip("/").rpartition("/")[2].partition("-")[2]
    assert token not in moved
    assert token not in client.get(moved).content.decode()


def test_the_person_is_told_that_the_password_was_replaced_in_the_own_language(reviewer):
    User.objects.filter(pk=reviewer.pk).update(language=Language.ENGLISH)
    ask(reviewer.email)
    choose(link_to(reviewer))
    mails = Message.objects.filter(template__startswith="accounts/password_")
    assert {(message.template, message.language) for message in mails} == {
        ("accounts/password_link", "en"),
        ("accounts/password_renewed", "en"),
    }
    assert NEW not in str([message.context for message in mails])


def test_what_happened_is_on_record_without_what_was_typed(reviewer):
    ask(reviewer.email, REMOTE_ADDR="203.0.113.9")
    ask("oops-my-password-here@x.example")
    choose(link_to(reviewer))
    asked, unknown, renewed = AuditRow.objects.order_by("number")
    assert (asked.action, asked.actor, asked.object_id, asked.address) == (
        "password.link_asked",
        None,
        str(reviewer.pk),
        "203.0.113.9",
    )
    assert (unknown.object_id, unknown.detail) == ("", {"is_known": False})
    assert (renewed.action, renewed.actor_id) == ("password.renewed", reviewer.pk)
    everything = repr(list(AuditRow.objects.values()))
    assert "oops" not in everything
    assert NEW not in everything
    assert verify().is_whole


def test_the_link_lies_sealed_in_the_outbox(reviewer):
    ask(reviewer.email)
    token = link_to(reviewer).rstrip("/").rpartition("-")[2]
    assert token not in str(list(Message._base_manager.values_list("event_key", "template", "last_error")))


def test_whoever_was_locked_out_by_guessers_gets_in_with_the_new_password(reviewer):
    for _ in range(6):
        give_password(Client(), reviewer, "wrong-password-77")
    assert give_password(Client(), reviewer).status_code == 429
    ask(reviewer.email)
    choose(link_to(reviewer))
    assert give_password(Client(), reviewer, NEW).status_code == 302


@pytest.mark.parametrize("email", ["", "nonsense", "a@b"])
def test_what_is_no_address_is_refused_with_words(email):
    answer = ask(email)
    assert answer.status_code == 200
    assert not AuditRow.objects.exists()
