"""The ways a message can leave the house.

A channel says which parts it needs from the templates and sends one message at a time; it is opened once per batch,
so that connections are shared. Text messages go through a sender named by the setting `SMS_SENDER`: a provider is one
class with one method, which sends texts (`SmsSender`) or templates it has approved (`SmsTemplateSender`). Web hooks
have a file of their own (`notifications.webhook_channel`).
"""

from __future__ import annotations

import hashlib
import logging
import sys
import tempfile
from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from pathlib import Path
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import ClassVar, Protocol, runtime_checkable
from urllib.parse import quote

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.utils.module_loading import import_string

from notifications.failures import ChannelDown, Refused, SendFailed, reason_of
from notifications.sources import Source
from notifications.states import Medium
from notifications.webhook_channel import WebhookChannel

log = logging.getLogger(__name__)

SUBJECT = "email.subject.txt"
BODY = "email.txt"
SMS_TEXT = "sms.txt"


class Channel(Protocol):
    """One way of sending. Made anew for every batch."""

    parts: ClassVar[Sequence[str]]
    """Endings of the template files a message of this channel consists of."""

    def send(self, *, recipient: str, texts: Mapping[str, str], key: str, source: Source | None = None) -> str:
        """Send the texts (by part), or what `source` says in the provider's own words; the provider's id of it.

        `key` is the same whenever the same message is sent again: hand it to the provider, so that a repeat after a
        crash is recognised. Raises Refused (hopeless), ChannelDown (nobody there), SendFailed (try again).
        """
        ...

    def close(self) -> None:
        """Give up what is held open. Must not raise."""
        ...


def message_id(key: str) -> str:
    """The Message-ID of an e-mail: always the same for the same key."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


class EmailChannel:
    """E-mail through Django's backend, one connection per batch."""

    parts: ClassVar[Sequence[str]] = (SUBJECT, BODY)

    def __init__(self) -> None:
        self.connection = get_connection()

    def send(self, *, recipient: str, texts: Mapping[str, str], key: str, source: Source | None = None) -> str:
        """Send one e-mail; its Message-ID. The server's "no" for good (5xx) to recipient or content is final."""
        identity = message_id(key)
        mail = EmailMessage(
            subject=texts[SUBJECT],
            body=texts[BODY],
            to=[recipient],
            headers={"Message-ID": identity, "Auto-Submitted": "auto-generated"},
            connection=self.connection,
        )
        try:
            mail.message()
        except (BadHeaderError, ValueError) as error:
            raise Refused(reason_of(error)) from None
        self._open()
        try:
            self.connection.send_messages([mail])
        except SMTPRecipientsRefused as error:
            is_final = all(code >= 500 for code, _ in error.recipients.values())
            raise (Refused if is_final else SendFailed)(reason_of(error)) from None
        except SMTPDataError as error:
            raise (Refused if error.smtp_code >= 500 else SendFailed)(reason_of(error)) from None
        except OSError as error:
            self.close()  # the conversation is in an unknown state: the next message starts a new one
            raise SendFailed(reason_of(error)) from None
        return identity

    def close(self) -> None:
        """Leave the server; a failing good-bye is only noted."""
        try:
            self.connection.close()
        except (OSError, SMTPException) as error:
            log.info("closing the mail connection: %s", reason_of(error))
            self.connection = get_connection()

    def _open(self) -> None:
        """Connect unless connected. Raises ChannelDown."""
        try:
            self.connection.open()
        except OSError as error:
            raise ChannelDown(reason_of(error)) from None


class SmsSender(Protocol):
    """What an SMS provider's class must do; made anew for every batch."""

    def send(self, *, to: str, text: str, key: str) -> str:
        """Send `text` to the number `to`; the provider's id. `key` and errors as for `Channel.send`."""
        ...


@runtime_checkable
class SmsTemplateSender(Protocol):
    """What the class of a provider must do that sends nothing but templates it has approved."""

    def send_template(self, *, to: str, source: Source, key: str) -> str:
        """Send the message of `source` to the number `to`; otherwise as `SmsSender.send`."""
        ...


class FileSmsSender:
    """Text messages as files in `VAR_DIR/inbox/sms`, one per key, whole or not at all. For development."""

    def send(self, *, to: str, text: str, key: str) -> str:
        """Write `<key>.txt`; the file's name."""
        folder: Path = settings.VAR_DIR / "inbox" / "sms"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{quote(key, safe=':')}.txt"
        with tempfile.NamedTemporaryFile(
            "w", dir=folder, prefix=".", suffix=".draft", encoding="utf-8", delete=False
        ) as draft:
            draft.write(f"To: {to}\n\n{text}\n")
        Path(draft.name).replace(folder / name)
        return name


class ConsoleSmsSender:
    """Text messages on standard output. For development."""

    def send(self, *, to: str, text: str, key: str) -> str:
        """Write the message out; its key."""
        sys.stdout.write(f"SMS {key} to {to}: {text}\n")
        sys.stdout.flush()
        return key


class SmsChannel:
    """Text messages through the sender that `SMS_SENDER` names."""

    parts: ClassVar[Sequence[str]] = (SMS_TEXT,)

    def __init__(self) -> None:
        sender_class: type[SmsSender | SmsTemplateSender] = import_string(settings.ENV.SMS_SENDER)
        self.sender = sender_class()

    def send(self, *, recipient: str, texts: Mapping[str, str], key: str, source: Source | None = None) -> str:
        """Hand the text to the sender, or to one that renders it itself what it needs for that."""
        if isinstance(self.sender, SmsTemplateSender):
            assert source is not None  # the outbox always says it
            return self.sender.send_template(to=recipient, source=source, key=key)
        return self.sender.send(to=recipient, text=texts[SMS_TEXT], key=key)

    def close(self) -> None:
        """Nothing is held open."""


CHANNELS: dict[str, type[Channel]] = {
    Medium.EMAIL: EmailChannel,
    Medium.SMS: SmsChannel,
    Medium.WEBHOOK: WebhookChannel,
}
