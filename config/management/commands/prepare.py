"""`manage.py prepare`: everything that has to be in place before the processes start."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

Step = tuple[str, tuple[str, ...]]

STEPS: tuple[Step, ...] = (
    ("migrate", ("--no-input", "--verbosity=0")),
    ("load_divisions", ()),
)
"""Safe to run again; each one keeps the data that is there."""

NOT_SERVED = ["redoc"]
"""Large static files of a library that no page of ours names; squeezing them takes seconds."""

DEMO_STEP: tuple[Step, ...] = (("demo", ("--if-empty",)),)
"""Only with DEMO=true, and only into an empty database."""


class Command(BaseCommand):
    """Check the port, bring the database up to date, load the divisions, gather the static files."""

    help = "Everything that has to be in place before the processes start. Safe to run again."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """`--port-free` also looks whether the web server will get its port."""
        parser.add_argument("--port-free", action="store_true", help="Fail when HOST:PORT is taken.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every step. Raises CommandError when the port is taken."""
        if options["port_free"]:
            refuse_a_taken_port(os.environ.get("HOST") or "127.0.0.1", settings.ENV.PORT)
        for name, arguments in STEPS + (DEMO_STEP if settings.ENV.DEMO else ()):
            self.stdout.write(f"· {name}")
            call_command(name, *arguments, stdout=self.stdout)
        if gather_static_files():
            self.stdout.write("· collectstatic")


def gather_static_files() -> bool:
    """Run collectstatic unless nothing changed since the last time: squeezing everything takes seconds."""
    note = settings.VAR_DIR / "static-root.made-from"
    made_from = fingerprint_of_static_files()
    if settings.STATIC_ROOT.is_dir() and note.exists() and note.read_text() == made_from:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_SERVED)
    note.write_text(made_from)
    return True


def fingerprint_of_static_files() -> str:
    """A digest that changes whenever a static file of an app appears, vanishes or is written."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path}:{facts.st_size}:{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def refuse_a_taken_port(host: str, port: int) -> None:
    """Raise CommandError, with what to do, when nothing can listen on this port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            door.bind((host, port))
            door.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} on {host} is taken by another program. Stop it, or choose: make run PORT={port + 1}"
                ) from error
            raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
