"""Writing the outbox and emptying it."""

from __future__ import annotations

import json
import logging
import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from notifications import claims
from notifications.backoff import wait_after
from notifications.channels import CHANNELS, Channel
from notifications.claims import Claim
from notifications.failures import ChannelDown, Refused, SendFailed, reason_of
from notifications.models import Heartbeat, Message
from notifications.nudge import nudge
from notifications.rendering import render_parts, require_templates
from notifications.sources import Source
from notifications.states import HELD, UNSENT, State
from vault.keys import CannotUnseal

log = logging.getLogger(__name__)

WORKER = "worker"
"""Name of the worker's heartbeat."""
BATCH = 50
KEYS_AT_ONCE = 500
"""Keys named in one statement; SQLite takes a limited number of values."""
EVENT_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,149}")


class NotInTransaction(Exception):
    """A message was queued outside the transaction of the change it tells about: it could outlive or miss it."""


def queue_message(
    *,
    event_key: str,
    channel: str,
    template: str,
    language: str,
    recipient: str,
    context: Mapping[str, Any],
) -> Message:
    """Write a message into the outbox, in the caller's transaction; it is sent after the commit.

    `event_key` names what happened and who is told (letters, digits, `. _ : -`): a second message with the same key is
    not written, the first one is returned. `template` is `app/name`. `context` is plain JSON: reference and link, never
    the content of a complaint. Raises NotInTransaction; ValueError on a malformed argument; TemplateDoesNotExist.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("queue_message belongs inside transaction.atomic(), with the change it tells about")
    _check(event_key, channel, language, recipient)
    require_templates(template, language, CHANNELS[channel].parts)
    message = Message(
        event_key=event_key,
        channel=channel,
        template=template,
        language=language,
        recipient=recipient,
        context=_plain(context),
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    # Registering it for every message is cheap: any number of nudges becomes one wake-up.
    transaction.on_commit(nudge, robust=True)
    return Message.objects.get(event_key=event_key)


def _check(event_key: str, channel: str, language: str, recipient: str) -> None:
    """Raise ValueError, saying what to do, on an argument that could never be sent."""
    if not EVENT_KEY.fullmatch(event_key):
        raise ValueError(f"event_key {event_key!r}: use up to 150 letters, digits and . _ : -")
    if channel not in CHANNELS:
        raise ValueError(f"channel {channel!r} is unknown: use one of {', '.join(CHANNELS)}")
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"language {language!r} is unknown: use one of {', '.join(dict(settings.LANGUAGES))}")
    if not recipient.strip() or not recipient.isprintable():
        raise ValueError("the recipient is empty or holds a line break or control character")


def _plain(context: Mapping[str, Any]) -> Any:  # what json.loads returns
    """The context as plain JSON. Raises ValueError on anything else (dates are handed over as text)."""
    try:
        return json.loads(json.dumps(dict(context), allow_nan=False))
    except TypeError as error:
        raise ValueError(f"the context must be plain JSON: {error}") from error


@dataclass(frozen=True)
class Drained:
    """What one round of sending did."""

    sent: int = 0
    retried: int = 0
    dead: int = 0


def drain_outbox(*, limit: int = 500, seconds: float = 8.0) -> Drained:
    """Send what is due: at most `limit` messages, starting none after `seconds`. Safe to run many at once.

    Rows left by a vanished worker are taken over first. A channel whose provider cannot be reached is left alone for
    the rest of the round. Nothing is sent inside a transaction, and calling this inside one raises RuntimeError.
    """
    end = monotonic() + seconds
    _, lost = claims.take_over()
    if lost:
        log.error("%d messages are dead: their workers vanished while sending", lost)
    tally = Counter[State]({State.DEAD: lost})
    open_channels = set(CHANNELS)
    tried = 0
    while open_channels and tried < limit and monotonic() < end:
        batch = claims.claim_batch(size=min(BATCH, limit - tried), channels=open_channels)
        if not batch:
            break
        tried += len(batch)
        _Round(open_channels, tally).send_all(batch, end)
    return Drained(tally[State.SENT], tally[State.PENDING], tally[State.DEAD])


class _Round:
    """Sends one batch, sharing connections. `open_channels` shrinks when a provider is found unreachable."""

    def __init__(self, open_channels: set[str], tally: Counter[State]) -> None:
        self.open_channels = open_channels
        self.tally = tally
        self.channels: dict[str, Channel] = {}

    def send_all(self, batch: list[Claim], end: float) -> None:
        """Send until `end` (monotonic) or half the lease; what was not reached goes back uncounted."""
        end = min(end, monotonic() + claims.lease().total_seconds() / 2)
        left = list(batch)
        try:
            while left and monotonic() < end:
                outcome = self.send_one(left[0])
                del left[0]
                if outcome:
                    self.tally[outcome] += 1
        finally:
            claims.give_back(left)
            for channel in self.channels.values():
                channel.close()

    def send_one(self, claim: Claim) -> State | None:
        """Send one message and note how it went; None when another worker has taken it over."""
        try:
            message = claims.read(claim)
        except CannotUnseal:
            return self.give_up(claim, f"message {claim.pk}", "sealed with a key that is not in VAULT_KEYS")
        if message is None:
            return None
        key = message.event_key
        try:
            provider_id = self.hand_over(message)
        except Refused as refusal:
            return self.give_up(claim, key, str(refusal))
        except SendFailed as failure:
            return self.try_later(claim, key, str(failure))
        except Exception as error:  # noqa: BLE001  # one message nobody can send must not hold up the others
            log.error("message %s: %s in %s", key, reason_of(error), _where(error))  # noqa: TRY400  # no personal data in tracebacks
            return self.try_later(claim, key, reason_of(error))
        if claims.finish(claim, provider_id=provider_id):
            return State.SENT
        log.warning("message %s was sent by a worker that no longer held it: deleted, or may arrive twice", key)
        return None

    def hand_over(self, message: Message) -> str:
        """Render a message and give it to its channel; the provider's id. Raises what `Channel.send` raises."""
        if message.channel not in self.open_channels:
            raise ChannelDown("the provider was unreachable a moment ago")
        channel = self.channels.get(message.channel)
        if channel is None:
            channel = self.channels[message.channel] = CHANNELS[message.channel]()
        texts = render_parts(message.template, message.language, channel.parts, message.context)
        try:
            return channel.send(
                recipient=message.recipient,
                texts=texts,
                key=message.event_key,
                source=Source(message.template, message.language, message.context),
            )
        except ChannelDown:
            self.open_channels.discard(message.channel)
            raise

    def try_later(self, claim: Claim, key: str, reason: str) -> State | None:
        """Put the message back with a pause, or give it up after its last attempt."""
        if claim.attempt >= settings.ENV.OUTBOX_MAX_ATTEMPTS:
            return self.give_up(claim, key, reason)
        first = timedelta(seconds=settings.ENV.OUTBOX_RETRY_SECONDS)
        wait = wait_after(claim.attempt, first=first, luck=random.random())  # noqa: S311  # spreading load, no secret
        log.warning("message %s: attempt %d failed: %s", key, claim.attempt, reason)
        return State.PENDING if claims.postpone(claim, reason=reason, wait=wait) else None

    def give_up(self, claim: Claim, key: str, reason: str) -> State | None:
        """Make the message a dead letter, for a person to look at."""
        log.error("message %s is dead after attempt %d: %s", key, claim.attempt, reason)
        return State.DEAD if claims.bury(claim, reason=reason) else None


def _where(error: Exception) -> str:
    """File and line an error came from; its text might quote the recipient."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"


def requeue(message: Message) -> None:
    """Send a dead or suspended message again, with all its attempts. Raises ValueError in any other state."""
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, state__in=HELD).update(
            state=State.PENDING, attempt=0, not_before=Now()
        )
        if not changed:
            raise ValueError(f"message {message.event_key} is neither dead nor suspended: it is not sent again")
        transaction.on_commit(nudge, robust=True)


def forget_old(*, before: datetime, limit: int = 5000) -> int:
    """Delete messages that were sent before `before`, and those given up or held back that were queued before it.

    Their recipients are people: nothing is kept longer than somebody may ask what was sent. At most `limit` at once;
    how many that were. Raises ValueError without a time zone.
    """
    if before.tzinfo is None:
        raise ValueError("the moment needs a time zone")
    old = Q(state=State.SENT, sent_at__lt=before) | Q(state__in=HELD, created_at__lt=before)
    chosen = list(Message.objects.filter(old).order_by("pk").values_list("pk", flat=True)[:limit])
    count = 0
    for start in range(0, len(chosen), KEYS_AT_ONCE):
        count += Message.objects.filter(old, pk__in=chosen[start : start + KEYS_AT_ONCE]).delete()[0]
    return count


def forget_all(*, about: str, channel: str | None = None) -> int:
    """Delete whatever was queued under keys that begin with `about`, sent or not, by one channel or any; how many.

    For people who had their address deleted: what still waits is not sent, and no copy of the address stays. One that
    a worker holds in its hands at this moment may still go out. Belongs into the transaction of the deletion.
    """
    found = Message.objects.filter(event_key__startswith=about)
    return (found.filter(channel=channel) if channel else found).delete()[0]


def suspend_older_than(*, moment: datetime) -> int:
    """Hold back every unsent message queued before `moment`; how many that were.

    After a restore from a backup: what was pending then has probably been sent since. Stop the workers first.
    Raises ValueError without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("the moment needs a time zone")
    return Message.objects.filter(state__in=UNSENT, created_at__lt=moment).update(
        state=State.SUSPENDED, **claims.UNCLAIMED
    )


def beat(*, name: str = WORKER) -> None:
    """Note that a background process is at work, on the database's clock."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, beaten_at=Now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["beaten_at"],
    )
