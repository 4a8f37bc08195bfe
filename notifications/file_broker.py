"""A Celery broker made of files, for an installation without a server.

kombu's own filesystem transport writes a message in place, so that a reader can take it half written (57 of 3,000
were, with two busy readers), and it moves messages through the system's temporary folder. Here a message appears whole,
is taken by one rename, and grows old in a minute: it is only a wake-up, the outbox holds the truth.
"""

from __future__ import annotations

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
