"""`make run` from the first line to the last process: everything comes up together and goes down together."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STARTED = "Ready. Open:"

pytestmark = [
    pytest.mark.services,  # it needs none of them, but half a minute: `make test` stays quick
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
    pytest.mark.xdist_group("run"),
]


def plain_environment(var_dir: Path) -> dict[str, str]:
    """A newcomer's shell: nothing of the tests' own settings. Without demo data, which has tests of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "VAR_DIR": str(var_dir), "DEMO": "false"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    """The data of a first run."""
    folder: Path = tmp_path_factory.mktemp("prepared")
    manage = [sys.executable, "manage.py", "prepare"]
    first = subprocess.run(manage, cwd=ROOT, env=plain_environment(folder), capture_output=True, text=True, timeout=150)
    assert first.returncode == 0, first.stderr
    assert "collectstatic" in first.stdout
    assert (folder / "static-root" / "staticfiles.json").exists()
    return folder


class Running:
    """One `make run`, in a session of its own, with its own data."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = int(door.getsockname()[1])
        self.folder = folder
        self.log = folder / "run.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["make", "run", f"PORT={self.port}"],
                cwd=ROOT,
                env=plain_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Until `welcome` has spoken and the worker has shown its banner."""
        deadline = time.monotonic() + 120
        while STARTED not in (text := self.log.read_text()) or "[queues]" not in text:
            assert self.process.poll() is None, text
            assert time.monotonic() < deadline, text
            time.sleep(0.1)

    def processes(self) -> dict[int, str]:
        """Every living process that was started with this folder."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                environment = (entry / "environ").read_bytes()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue  # ended meanwhile, or not ours
            if f"VAR_DIR={self.folder}".encode() in environment and command:
                found[int(entry.name)] = command
        return found

    def degraded_until(self, wanted: list[str], seconds: float = 40) -> list[str]:
        """What `/readyz` calls degraded, asked until it is `wanted` or the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                found: list[str] = json.load(answer)["degraded"]
            if found == wanted or time.monotonic() > deadline:
                return found
            time.sleep(0.3)

    def one(self, words: str) -> int:
        """The process (the parent, where there are several) whose command holds these words."""
        return min(pid for pid, command in self.processes().items() if words in command)

    def all_gone(self, seconds: float = 15) -> bool:
        """Whether nothing is left of it within the time."""
        deadline = time.monotonic() + seconds
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.processes()

    def stop_by_force(self) -> None:
        """Leave nothing behind, whatever the test found."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.wait(timeout=10)


@pytest.fixture
def running(prepared, tmp_path) -> Iterator[Running]:
    """`make run` for the second time, ready."""
    run = Running(shutil.copytree(prepared, tmp_path / "var"))
    try:
        run.wait_until_ready()
        yield run
    finally:
        run.stop_by_force()


def test_it_serves_says_what_to_open_and_ctrl_c_leaves_nothing_behind(running):
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/healthz", timeout=5) as answer:
        assert answer.read() == b"ok"
    assert f"http://localhost:{running.port}/staff/login/" in running.log.read_text()
    assert "collectstatic" not in running.log.read_text()
    assert running.degraded_until([]) == [], "web, worker and beat do not work together"
    commands = " ".join(running.processes().values())
    assert "granian" in commands
    assert "config worker" in commands
    assert "config beat" in commands
    worker = Path(f"/proc/{running.one('-A config worker')}/environ").read_text()
    assert f"PUBLIC_BASE_URL=http://localhost:{running.port}\0" in worker

    taken = subprocess.run(
        ["make", "run", f"PORT={running.port}"],
        cwd=ROOT,
        env=plain_environment(running.folder),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert taken.returncode != 0
    assert f"Port {running.port} on 127.0.0.1 is taken" in taken.stderr
    assert f"PORT={running.port + 1}" in taken.stderr

    os.killpg(running.process.pid, signal.SIGINT)
    assert running.process.wait(timeout=20) != 0
    assert running.all_gone(), running.processes()
    assert (running.folder / "db.sqlite3").stat().st_size > 0


@pytest.mark.parametrize("words", ["bin/celery -A config worker", "bin/granian"])
def test_a_crash_of_one_process_stops_all_of_them(running, words):
    os.kill(running.one(words), signal.SIGKILL)
    assert running.process.wait(timeout=20) != 0
    assert running.all_gone(), running.processes()
