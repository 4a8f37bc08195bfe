"""A Celery broker made of files, for an installation without a server.

kombu's own filesystem transport writes in place: a reader can take a message half written (57 of 3,000, two busy
readers), and processes that start at the same moment spoil the table of queues for each other (10 of 180 starts). Here
messages and tables appear whole, and a message is taken by one rename. One that nobody takes in a minute is dropped: it
is only a wake-up, the outbox holds the truth.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)

WORTHLESS_AFTER_SECONDS = 60


class Channel(filesystem.Channel):
    """Messages as files that appear and vanish atomically."""

    @property
    def folder(self) -> Path:
        """Where the messages lie; one folder for both directions."""
        return Path(self.data_folder_in)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        """Note that `exchange` delivers to `queue`. Web, worker and beat may all do it first, at the same moment."""
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        folder = Path(self.control_folder)
        folder.mkdir(exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            if bound not in table:
                draft = folder / f"{uuid.uuid4().hex}.draft"
                draft.write_bytes(str_to_bytes(dumps([bound, *table])))
                draft.rename(folder / f"{exchange}.exchange")

    def get_table(self, exchange: str) -> list[Any]:  # rows are exchange_queue_t; the stubs disagree on it
        """The queues `exchange` delivers to; a broken table counts as empty and is written anew by the next bind."""
        try:
            return list(super().get_table(exchange))
        except ValueError:
            log.warning("The table of exchange %s was unreadable and is started afresh.", exchange)
            return []

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # the stubs name it twice
        """Add a message to `queue`. Raises OSError."""
        self._drop_stale()
        unique = f"{time.time_ns()}_{uuid.uuid4().hex}"
        draft = self.folder / f"{unique}.draft"
        draft.write_bytes(str_to_bytes(dumps(payload)))
        draft.rename(self.folder / f"{unique}.{queue}.msg")

    def _get(self, queue: str, *_: Any) -> Any:
        """Take the oldest message of `queue`. Raises Empty."""
        for name in self._waiting(queue):
            taken = self.folder / f"{name.removesuffix('.msg')}.{os.getpid()}.taken"
            try:
                (self.folder / name).rename(taken)
            except FileNotFoundError:
                continue  # another reader was quicker
            content = taken.read_bytes()
            taken.unlink()
            try:
                return loads(bytes_to_str(content))
            except ValueError:
                log.warning("An unreadable wake-up was thrown away; the sweep makes up for it.")
        raise Empty

    def _size(self, queue: str) -> int:
        """How many messages wait in `queue`."""
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        """Throw away what waits in `queue`; how many that were."""
        waiting = self._waiting(queue)
        for name in waiting:
            (self.folder / name).unlink(missing_ok=True)
        return len(waiting)

    def _waiting(self, queue: str) -> list[str]:
        """File names of the messages of `queue`, oldest first."""
        ending = f"{queue}.msg"
        return sorted(path.name for path in self.folder.iterdir() if path.name.partition(".")[2] == ending)

    def _drop_stale(self) -> None:
        """Remove files nobody took in a minute, so that they do not pile up while no worker runs."""
        oldest = time.time() - WORTHLESS_AFTER_SECONDS
        with os.scandir(self.folder) as entries:
            for entry in entries:
                try:
                    if entry.stat().st_mtime < oldest:
                        Path(entry.path).unlink(missing_ok=True)
                except FileNotFoundError:
                    continue  # taken meanwhile


class Transport(filesystem.Transport):
    """`CELERY_BROKER_TRANSPORT = "notifications.file_broker:Transport"`."""

    Channel = Channel
