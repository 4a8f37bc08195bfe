"""The broker made of files."""

from __future__ import annotations

import os
import time
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from notifications.file_broker import WORTHLESS_AFTER_SECONDS, Transport


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Transport.global_state.clear()  # a process remembers its queues; here every test is a new installation
    (tmp_path / "queue").mkdir()
    return tmp_path / "queue"


@pytest.fixture
def connect(folder):
    made = []

    def connect() -> Connection:
        options = {
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(folder.parent / "control"),
            "polling_interval": 0.01,
        }
        connection = Connection("filesystem://", transport=Transport, transport_options=options)
        made.append(connection)
        return connection

    yield connect
    for connection in made:
        connection.release()


def put(connection: Connection, *bodies: str) -> None:
    with connection.SimpleQueue("celery") as queue:
        for body in bodies:
            queue.put(body)


def take_all(connection: Connection) -> list[str]:
    taken = []
    with connection.SimpleQueue("celery", no_ack=True) as queue:
        while True:
            try:
                taken.append(queue.get(block=False).payload)
            except Empty:
                return taken


def test_what_one_process_puts_another_takes_in_order_and_once(connect, folder):
    put(connect(), "one", "two", "three")
    assert take_all(connect()) == ["one", "two", "three"]
    assert take_all(connect()) == []
    assert list(folder.iterdir()) == []


def test_queues_do_not_mix(connect):
    with connect().SimpleQueue("celery.other") as queue:
        queue.put("other")
    put(connect(), "mine")
    assert take_all(connect()) == ["mine"]


@pytest.mark.parametrize("content", [b"", b'{"body": "half', b"\xff\xfe"])
def test_a_broken_file_is_thrown_away_and_the_next_one_is_read(connect, folder, caplog, content):
    (folder / "0_broken.celery.msg").write_bytes(content)
    put(connect(), "good")
    assert take_all(connect()) == ["good"]
    assert "unreadable" in caplog.text
    assert list(folder.iterdir()) == []


def test_wake_ups_nobody_takes_do_not_pile_up(connect, folder):
    put(connect(), "old", "older")
    (folder / "1_x.draft").write_bytes(b"left by a process that was killed")
    past = time.time() - WORTHLESS_AFTER_SECONDS - 1
    for path in folder.iterdir():
        os.utime(path, (past, past))
    put(connect(), "new")
    assert len(list(folder.iterdir())) == 1
    assert take_all(connect()) == ["new"]


def test_a_table_of_queues_left_half_written_is_started_afresh(connect, folder, caplog):
    (folder.parent / "control").mkdir()
    (folder.parent / "control" / "celery.exchange").write_bytes(b"")
    put(connect(), "after all")
    assert take_all(connect()) == ["after all"]
    assert "started afresh" in caplog.text


def test_size_and_purge_know_their_queue(connect):
    connection = connect()
    put(connection, "a", "b")
    with connection.SimpleQueue("other") as queue:
        queue.put("c")
    channel = connection.default_channel
    assert channel._size("celery") == 2
    assert channel._purge("celery") == 2
    assert (channel._size("celery"), channel._size("other")) == (0, 1)
