"""Real processes for tests: a Celery worker (with beat if wanted), and short Python programs beside it.

    with running_worker(child_environment) as worker:
        ...                       # queue something, wait for its effect with `eventually`
        worker.kill()             # kill -9, as a crash would

`child_environment` (tests/conftest.py) gives the child this test's database, files and broker.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

ROOT = Path(__file__).resolve().parent.parent
READY = " ready."

T = TypeVar("T")


def eventually(
    look: Callable[[], T], *, seconds: float = 10.0, pause: float = 0.02, otherwise: Callable[[], str] = str
) -> T:
    """Look every `pause` seconds until something true is seen, and return it. Fails after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"not seen within {seconds} s: {look.__name__}. {otherwise()}")
        time.sleep(pause)


@dataclass
class Worker:
    """A worker process and what it wrote."""

    process: subprocess.Popen[bytes]
    output: IO[bytes]

    @property
    def log(self) -> str:
        """Everything it has said so far."""
        return os.pread(self.output.fileno(), 1_000_000, 0).decode(errors="replace")

    def kill(self) -> None:
        """kill -9 of the whole process group: nothing is finished, nothing is handed back."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def stop(self) -> None:
        """A warm shutdown; kills after ten seconds."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def _is_ready(worker: Worker) -> bool:
    """Whether the worker takes tasks. Fails at once when it has ended."""
    if worker.process.poll() is not None:
        raise AssertionError(f"the worker ended with {worker.process.returncode}:\n{worker.log}")
    return READY in worker.log


@contextmanager
def running_worker(environment: Mapping[str, str], *, beat: bool = False, seconds: float = 30.0) -> Iterator[Worker]:
    """A worker (`-P solo`) that takes tasks; with `beat` it sweeps too. It is stopped at the end."""
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "solo", "-l", "INFO"]
    log = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the Worker, whose log may be read afterwards
    process = subprocess.Popen(
        command + (["-B"] if beat else []),
        cwd=ROOT,
        env=dict(environment),
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    worker = Worker(process, log)
    try:
        eventually(lambda: _is_ready(worker), seconds=seconds, otherwise=lambda: worker.log)
        yield worker
    finally:
        worker.stop()


def run_python(code: str, environment: Mapping[str, str], *, seconds: float = 30.0, **changes: str) -> str:
    """Run `code` with Django set up, in a process of its own; its output. Fails when it does."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django\ndjango.setup()\n{code}"],
        cwd=ROOT,
        env={**environment, **changes},
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def run_together(codes: Sequence[str], environment: Mapping[str, str], *, seconds: float = 30.0) -> list[str]:
    """Run several programs at the same time, each in a process of its own; their outputs. Fails when one does."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", f"import django\ndjango.setup()\n{code}"],
            cwd=ROOT,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for code in codes
    ]
    outputs = []
    for process in processes:
        output, errors = process.communicate(timeout=seconds)
        assert process.returncode == 0, errors
        outputs.append(output)
    return outputs
