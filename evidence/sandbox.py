"""Decoding apart: a child process with limits, and few of them at a time on one machine."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import subprocess  # fixed programs of our own, no shell
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.job import DAMAGED, TOO_COMPLEX, Job, Outcome
from evidence.limits import Limits

PROJECT = Path(__file__).resolve().parents[1]
PROGRAMS = {
    "image": "evidence.images",
    "audio": "evidence.media",
    "video": "evidence.media",
    "pdf": "evidence.pdf",
}
POLL_SECONDS = 0.02
PLACES = 3
"""Files that one web process decodes or keeps waiting at once. It has five threads: the others answer pages."""
OVERRUN = {signal.SIGXCPU, signal.SIGKILL}
"""Signals by which the kernel ends a child that used up its time."""

log = logging.getLogger(__name__)
places = threading.BoundedSemaphore(PLACES)


class NoFreeSlot(Exception):
    """Every decoding slot of this machine stayed taken for the whole waiting time, or too many files wait already."""


class DecoderBroken(RuntimeError):
    """The decoding program itself does not run: a fault of the installation, not of the file."""


@contextmanager
def decoding_slot(limits: Limits) -> Iterator[None]:
    """Hold one of the machine's decoding slots. NoFreeSlot after `slot_wait_seconds`, or without a place at once.

    A slot is a locked file, so that several web processes share the bound and a killed one frees its own.
    """
    if not places.acquire(blocking=False):
        raise NoFreeSlot
    try:
        taken = awaited_slot(limits)
        try:
            yield
        finally:
            os.close(taken)
    finally:
        places.release()


def awaited_slot(limits: Limits) -> int:
    """The open, locked file of the first slot that is free. Raises NoFreeSlot after `slot_wait_seconds`."""
    limits.slots_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    deadline = time.monotonic() + limits.slot_wait_seconds
    while (taken := free_slot(limits)) is None:
        if time.monotonic() >= deadline:
            raise NoFreeSlot
        time.sleep(POLL_SECONDS)
    return taken


def free_slot(limits: Limits) -> int | None:
    """The open, locked file of a free slot, or None."""
    for number in range(limits.slots):
        descriptor = os.open(limits.slots_dir / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return descriptor
    return None


def decode_apart(job: Job, kind: str, limits: Limits) -> Outcome:
    """Clean one file in a child process of its own.

    Raises NoFreeSlot, and DecoderBroken where the child could not do its work at all. Never raises for the file.
    """
    command = [sys.executable, "-m", PROGRAMS[kind]]
    with decoding_slot(limits):
        try:
            done = subprocess.run(  # noqa: S603  # the command is ours, the file is only data on stdin
                command,
                input=job.to_json() + "\n",
                capture_output=True,
                text=True,
                errors="replace",
                timeout=limits.wall_seconds,
                cwd=PROJECT,
                env={"LANG": "C.UTF-8", "PATH": os.defpath},  # the child inherits no secret
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome(TOO_COMPLEX, detail="out of time")
    if done.returncode < 0:
        ended_by = signal.Signals(-done.returncode)
        return Outcome(TOO_COMPLEX if ended_by in OVERRUN else DAMAGED, detail=f"ended by {ended_by.name}")
    if done.returncode:
        raise DecoderBroken(f"{' '.join(command)} failed: {done.stderr[-2000:]}")
    return Outcome.from_json(done.stdout)
