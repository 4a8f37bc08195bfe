"""The outbox in the admin: who may see what, and send again what."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts.models import AuditRow, User
from notifications.masking import mask_recipient
from notifications.models import Message
from notifications.states import State
from tests.people import client_of

pytestmark = pytest.mark.django_db
LIST = "admin:notifications_message_changelist"


@pytest.fixture
def someone():
    """Sign a staff member in with these permissions on messages."""

    def someone(*rights: str) -> Client:
        user = get_user_model().objects.create_user("desk", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=[f"{right}_message" for right in rights]))
        return client_of(user)

    return someone


def send_again(client: Client, *messages: Message, at: str = ""):
    data = {"action": "send_again", "_selected_action": [message.pk for message in messages]}
    User.objects.update(language="en")
    return client.post(at or reverse(LIST), data, follow=True)


def test_staff_without_the_right_see_nothing(someone, queue):
    queue()
    assert someone().get(reverse(LIST)).status_code == 403


def test_the_list_and_the_page_mask_the_recipient_and_leave_the_context_out(someone, queue):
    message = queue(recipient="13812345678", context={"reference": "AB12-3456"})
    viewer = someone("view")
    for url in (reverse(LIST), reverse("admin:notifications_message_change", args=[message.pk])):
        page = viewer.get(url).content.decode()
        assert "138****5678" in page
        assert "13812345678" not in page
        assert "AB12-3456" not in page


def test_dead_letters_can_be_listed(someone, queue):
    dead, _ = queue(event_key="dead:1"), queue(event_key="alive:1")
    Message.objects.filter(pk=dead.pk).update(state=State.DEAD)
    page = someone("view").get(reverse(LIST), {"state__exact": "dead"}).content.decode()
    assert "dead:1" in page
    assert "alive:1" not in page


def test_whoever_may_change_sends_dead_letters_again_and_others_stay(someone, queue):
    dead, sent = queue(), queue()
    Message.objects.filter(pk=dead.pk).update(state=State.DEAD, attempt=12)
    Message.objects.filter(pk=sent.pk).update(state=State.SENT, sent_at=Now())
    page = send_again(someone("view", "change"), dead, sent).content.decode()
    assert "neither dead nor suspended" in page
    dead.refresh_from_db()
    sent.refresh_from_db()
    assert (dead.state, dead.attempt, sent.state) == (State.PENDING, 0, State.SENT)


def test_sending_again_from_the_filtered_list_says_only_what_happened(someone, queue):
    dead = queue()
    Message.objects.update(state=State.DEAD)
    page = send_again(someone("view", "change"), dead, at=f"{reverse(LIST)}?state__exact=dead").content.decode()
    assert "1 message will be sent again." in page
    assert "neither dead nor suspended" not in page


def test_sending_again_stands_on_record(someone, queue):
    dead = queue()
    Message.objects.update(state=State.DEAD)
    viewer = someone("view", "change")
    viewer.post(reverse(LIST), {"action": "send_again"})
    assert not AuditRow.objects.exists(), "a row although nothing was chosen"
    send_again(viewer, dead)
    row = AuditRow.objects.get()
    assert row.action == "reference.acted"
    assert row.detail == {"kind": "notifications.Message", "deeds": ["send_again"], "rows": 1}


def test_whoever_may_only_look_sends_nothing(someone, queue):
    dead = queue()
    Message.objects.update(state=State.DEAD)
    send_again(someone("view"), dead)
    dead.refresh_from_db()
    assert dead.state == State.DEAD


@pytest.mark.parametrize("page", ["add", "delete", "change"])
def test_nobody_writes_messages_by_hand(admin_user, queue, page):
    admin_client = client_of(admin_user)
    message = queue()
    url = reverse(f"admin:notifications_message_{page}", args=[] if page == "add" else [message.pk])
    assert admin_client.post(url, {"event_key": "forged", "post": "yes"}).status_code == 403
    assert Message.objects.get().event_key == message.event_key


@pytest.mark.parametrize(
    ("recipient", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "+86138****5678"),
        ("02512345", "****"),
        ("lee@example.org", "l***@example.org"),
        ("李@例子.中国", "李***@例子.中国"),
        ("", "****"),
    ],
)
def test_a_masked_recipient_can_be_recognised_but_not_reached(recipient, masked):
    assert mask_recipient(recipient) == masked
