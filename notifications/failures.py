"""How sending can fail. A reason goes to the log and the admin: it never holds the recipient or the text."""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused, SMTPResponseException


class SendFailed(Exception):
    """A message did not go out; it is tried again later. `str()` of it is the reason."""


class Refused(SendFailed):
    """Trying again cannot help (recipient refused, text not accepted): the message is dead at once."""


class ChannelDown(SendFailed):
    """The provider cannot be reached at all: the other messages of this channel need not be tried now."""


def reason_of(error: BaseException) -> str:
    """A short name of an error, without its text: servers quote the recipient in theirs."""
    name = type(error).__name__
    if isinstance(error, SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"{name} {' '.join(map(str, codes))}"
    if isinstance(error, SMTPResponseException):
        return f"{name} {error.smtp_code}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name} {error.errno}"
    return name
