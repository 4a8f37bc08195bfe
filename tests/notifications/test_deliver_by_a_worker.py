"""A worker of its own delivers: through files here, through Redis in `make test-services`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings

from notifications.models import Heartbeat, Message
from notifications.services import Drained
from notifications.states import State
from tests.notifications.smtp_sink import SmtpSink
from tests.workers import Worker, eventually, run_together, running_worker

INBOX = settings.VAR_DIR / "inbox" / "sms"
pytestmark = pytest.mark.slow
QUEUE = Path(settings.VAR_DIR / "broker" / "queue")


def is_delivered(key: str) -> bool:
    return (INBOX / f"{key}.txt").exists()


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("event_key", "state"))


def mail_settings(smtp: SmtpSink) -> dict[str, str]:
    host, port = smtp.address
    return {"EMAIL_HOST": host, "EMAIL_PORT": str(port), "EMAIL_USE_TLS": "false", "OUTBOX_LEASE_SECONDS": "2"}


def sweep_until_sent(worker: Worker) -> None:
    """What beat does every ten seconds, here until nothing waits."""

    def swept() -> bool:
        current_app.send_task("notifications.tasks.sweep", expires=5)
        return not Message.objects.exclude(state=State.SENT).exists()

    eventually(swept, seconds=10, pause=0.3, otherwise=lambda: f"{states()}\n{worker.log}")


def test_a_commit_reaches_the_inbox_through_a_separate_worker(child_environment, queue, use):
    """Old and broken files of the broker lie in the way; a process that is gone still has a queue of its own."""
    QUEUE.joinpath("0_broken.celery.msg").write_bytes(b"")
    QUEUE.joinpath("0_gone.celery@elsewhere.celery.pidbox.msg").write_bytes(b"{}")
    with running_worker(child_environment) as worker:
        use(NUDGE_WORKER=True)
        queue(event_key="worker:delivers")
        eventually(lambda: is_delivered("worker:delivers"), otherwise=lambda: worker.log)
        eventually(lambda: states() == {"worker:delivers": State.SENT}, otherwise=lambda: worker.log)
        assert Heartbeat.objects.get().name == "worker"
    assert worker.process.returncode == 0
    assert "13800138000" not in worker.log


def test_a_worker_killed_while_sending_is_replaced_and_nobody_gets_it_twice(child_environment, queue, use):
    with SmtpSink() as smtp:
        smtp.stall = "RCPT"
        with running_worker({**child_environment, **mail_settings(smtp)}) as first:
            use(NUDGE_WORKER=True)
            queue(event_key="worker:killed", channel="email", recipient="lee@example.org")
            assert smtp.stalled.wait(10), first.log
            first.kill()
        assert states() == {"worker:killed": State.SENDING}
        smtp.stall = None
        with running_worker({**child_environment, **mail_settings(smtp)}) as second:
            sweep_until_sent(second)
        assert len(smtp.mails) == 1
    assert Message.objects.get().attempt == 2


def test_drainers_side_by_side_never_send_the_same_row(child_environment, queue):
    ledger = settings.VAR_DIR / "ledger.txt"
    ledger.unlink(missing_ok=True)
    wanted = {queue(event_key=f"race:{number}").event_key for number in range(90)}
    code = (
        "import json, dataclasses\n"
        "from notifications.services import drain_outbox\n"
        "print(json.dumps(dataclasses.asdict(drain_outbox(limit=500, seconds=20))))"
    )
    environment = {**child_environment, "SMS_SENDER": "tests.notifications.senders.Ledger"}
    results = [Drained(**json.loads(output)) for output in run_together([code] * 3, environment)]
    assert sorted(ledger.read_text().split()) == sorted(wanted)
    assert sum(result.sent for result in results) == 90


@pytest.mark.services
def test_a_worker_killed_after_the_server_took_the_mail_repeats_it_under_the_same_id(child_environment, queue, use):
    with SmtpSink() as smtp:
        smtp.stall = "DATA-END"
        with running_worker({**child_environment, **mail_settings(smtp)}) as first:
            use(NUDGE_WORKER=True)
            queue(channel="email", recipient="lee@example.org")
            assert smtp.stalled.wait(10), first.log
            first.kill()
        smtp.stall = None
        with running_worker({**child_environment, **mail_settings(smtp)}) as second:
            sweep_until_sent(second)
        assert len(smtp.mails) == 2
        assert len(set(smtp.message_ids)) == 1


@pytest.mark.services
@pytest.mark.parametrize("broker", ["files", "redis"])
def test_beat_finds_what_no_nudge_announced(child_environment, queue, broker):
    environment = {**child_environment, **({"REDIS_URL": ""} if broker == "files" else {})}
    with running_worker(environment, beat=True) as worker:
        queue(event_key=f"beat:{broker}")
        eventually(lambda: is_delivered(f"beat:{broker}"), seconds=15, otherwise=lambda: worker.log)


@pytest.mark.services
def test_a_mail_server_that_comes_back_gets_the_mail(child_environment, queue, use):
    with SmtpSink() as smtp:
        smtp.replies = {"RCPT": "451 try later"}
        with running_worker({**child_environment, **mail_settings(smtp), "OUTBOX_RETRY_SECONDS": "1"}) as worker:
            use(NUDGE_WORKER=True)
            queue(channel="email", recipient="lee@example.org")
            eventually(
                lambda: Message.objects.filter(state=State.PENDING, attempt__gte=1).exists(),
                otherwise=lambda: worker.log,
            )
            smtp.replies = {}
            sweep_until_sent(worker)
        assert len(smtp.mails) == 1
