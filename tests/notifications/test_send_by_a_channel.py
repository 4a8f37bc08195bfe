"""E-mail and text messages as they leave."""

from __future__ import annotations

import pytest
from django.core import mail

from notifications.channels import (
    BODY,
    CHANNELS,
    SUBJECT,
    ConsoleSmsSender,
    EmailChannel,
    FileSmsSender,
    message_id,
)
from notifications.failures import ChannelDown, Refused, SendFailed
from notifications.models import Message
from notifications.services import Drained, drain_outbox
from notifications.states import Medium, State

TEXTS = {SUBJECT: "Trial", BODY: "A trial."}
ADDRESS = "lee@example.org"


def send(channel: EmailChannel, key: str = "a:1", recipient: str = ADDRESS, **texts: str) -> str:
    return channel.send(recipient=recipient, texts={**TEXTS, **texts}, key=key)


def test_every_medium_has_a_channel():
    assert set(CHANNELS) == set(Medium.values)


def test_the_message_id_follows_from_the_key(settings):
    settings.DEFAULT_FROM_EMAIL = "Desk <desk@example.org>"
    assert message_id("a:1") == message_id("a:1") != message_id("a:2")
    assert message_id("a:1").endswith("@example.org>")


def test_an_email_says_that_no_person_wrote_it():
    assert send(EmailChannel()) == message_id("a:1")
    [sent] = mail.outbox
    assert sent.extra_headers == {"Message-ID": message_id("a:1"), "Auto-Submitted": "auto-generated"}
    assert (sent.to, sent.cc, sent.bcc) == ([ADDRESS], [], [])


@pytest.mark.parametrize("subject", ["Trial\nBcc: all@example.org", "Trial\r\n\r\nbody"])
def test_a_subject_of_two_lines_is_refused(subject):
    with pytest.raises(Refused, match="BadHeaderError"):
        send(EmailChannel(), **{SUBJECT: subject})
    assert not mail.outbox


def test_one_connection_serves_a_batch(smtp):
    channel = EmailChannel()
    send(channel, "a:1")
    send(channel, "a:2")
    channel.close()
    assert smtp.connections == 1
    assert smtp.message_ids == [message_id("a:1"), message_id("a:2")]


def test_a_recipient_refused_for_good_is_final_and_the_next_one_is_served(smtp):
    smtp.refused = {"gone@example.org": "550 <gone@example.org> no such user"}
    channel = EmailChannel()
    with pytest.raises(Refused) as refusal:
        send(channel, "a:1", "gone@example.org")
    assert str(refusal.value) == "SMTPRecipientsRefused 550"
    send(channel, "a:2")
    channel.close()
    assert smtp.message_ids == [message_id("a:2")]


@pytest.mark.parametrize(
    ("replies", "error", "reason"),
    [
        ({"RCPT": "450 greylisted"}, SendFailed, "SMTPRecipientsRefused 450"),
        ({"MAIL": "550 sender unknown"}, SendFailed, "SMTPSenderRefused 550"),
        ({"DATA-END": "452 out of storage"}, SendFailed, "SMTPDataError 452"),
        ({"DATA-END": "554 looks like spam"}, Refused, "SMTPDataError 554"),
        ({"CONNECT": "421 closed today"}, ChannelDown, "SMTPConnectError 421"),
    ],
)
def test_what_the_server_says_decides_what_becomes_of_the_message(smtp, replies, error, reason):
    smtp.replies = replies
    with pytest.raises(SendFailed) as failure:
        send(EmailChannel())
    assert type(failure.value) is error
    assert str(failure.value) == reason
    assert not smtp.mails


def test_no_server_at_all_is_told_apart_from_a_refusal(smtp):
    smtp.server.shutdown()
    smtp.server.server_close()
    with pytest.raises(ChannelDown, match="ConnectionRefusedError"):
        send(EmailChannel())


def test_a_server_that_falls_silent_is_left_after_the_timeout(smtp, settings):
    settings.EMAIL_TIMEOUT = 0.2
    smtp.stall = "RCPT"
    channel = EmailChannel()
    with pytest.raises(SendFailed, match=r"SMTPServerDisconnected|Timeout"):
        send(channel)
    smtp.stall = None
    send(channel, "a:2")
    channel.close()
    assert smtp.message_ids == [message_id("a:2")]


@pytest.mark.django_db
def test_the_reason_kept_never_quotes_the_recipient(queue, smtp, caplog):
    smtp.refused = {ADDRESS: f"550 {ADDRESS} unknown"}
    message = queue(channel="email", recipient=ADDRESS)
    assert drain_outbox() == Drained(dead=1)
    message.refresh_from_db()
    assert message.last_error == "SMTPRecipientsRefused 550"
    assert ADDRESS not in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Ambulance Check: trial message"), ("zh-hans", "救护车扫码核验：试发消息")]
)
def test_each_recipient_reads_the_own_language_unescaped(queue, language, subject):
    queue(channel="email", recipient=ADDRESS, language=language, context={"queued_at": "9 o'clock & later"})
    drain_outbox()
    [sent] = mail.outbox
    assert sent.subject == subject
    assert "9 o'clock & later" in sent.body


@pytest.mark.django_db
def test_a_line_break_smuggled_into_a_subject_makes_a_dead_letter(queue, use):
    use(SERVICE_NAME_EN="Check\nBcc: all@example.org")
    message = queue(channel="email", recipient=ADDRESS)
    assert drain_outbox() == Drained(dead=1)
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.DEAD, "BadHeaderError")
    assert not mail.outbox


def test_a_text_message_becomes_one_file_per_key(sms_inbox):
    FileSmsSender().send(to="13800138000", text="一", key="a:1")
    name = FileSmsSender().send(to="13800138000", text="二", key="a:1")
    assert name == "a:1.txt"
    assert [path.name for path in sms_inbox.iterdir()] == [name]
    assert (sms_inbox / name).read_text() == "To: 13800138000\n\n二\n"


def test_a_key_cannot_lead_out_of_the_inbox(sms_inbox):
    FileSmsSender().send(to="13800138000", text="x", key="../../etc/passwd")
    assert [path.parent for path in sms_inbox.parent.parent.rglob("*.txt")] == [sms_inbox]


def test_a_text_message_can_be_shown_on_the_console(capsys):
    assert ConsoleSmsSender().send(to="13800138000", text="Trial", key="a:1") == "a:1"
    assert capsys.readouterr().out == "SMS a:1 to 13800138000: Trial\n"


@pytest.mark.django_db
def test_a_sender_that_does_not_exist_keeps_the_message_waiting(queue, use):
    use(SMS_SENDER="notifications.channels.NoSuchSender")
    queue()
    assert drain_outbox() == Drained(retried=1)
    assert Message.objects.get().last_error == "ImportError"
