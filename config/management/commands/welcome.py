"""`manage.py welcome`: waits until the web server answers, then says what to open."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.links import links_to_open


class Command(BaseCommand):
    """Print the addresses worth opening as soon as the web server answers."""

    help = "Wait for the web server, then say what to open."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """`--seconds`: how long to wait."""
        parser.add_argument("--seconds", type=float, default=60, help="How long to wait for the web server.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait, then print. Raises CommandError when nothing answers in time."""
        local = f"http://localhost:{settings.ENV.PORT}"
        if not answers(f"{local}/healthz", options["seconds"]):
            raise CommandError(f"{local} does not answer after {options['seconds']:g} s; see the lines above.")
        links = links_to_open(settings.ENV.PUBLIC_BASE_URL)
        width = max(len(label) for label, _ in links)
        lines = [f"  {label:<{width}}  {url}" for label, url in links]
        self.stdout.write("\n".join(["", "Ready. Open:", *lines, "", "Ctrl-C stops everything.", ""]))


def answers(url: str, seconds: float) -> bool:
    """Whether the address answers 200 within the time. Gives up when whoever started us has ended."""
    parent, deadline = os.getppid(), time.monotonic() + seconds
    while time.monotonic() < deadline and os.getppid() == parent:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  # our own http address
                return bool(response.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    return False
