"""How many cards a second one web process answers, beside what it answers at all (`/healthz`).

    python -m benchmarks.cards [--seconds 4] [--clients 4]

Uses the database the environment names (VAR_DIR, DATABASE_URL), which must hold demo data. Loads only this machine.
The ratio to `/healthz` carries over to other machines; the absolute figures do not.
"""

from __future__ import annotations

import argparse
import http.client
import os
import threading
import time
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from directory.models import Institution  # noqa: E402  # after Django is set up
from registry.models import Marking  # noqa: E402
from tests.servers import free_port, running_web  # noqa: E402


def paths() -> dict[str, tuple[str, dict[str, str]]]:
    """Label → path and headers."""
    marking = Marking.objects.live().filter(ambulance__status="in_service").select_related("ambulance").first()
    institution = Institution.objects.first()
    if marking is None or institution is None:
        raise SystemExit("No demo data: run manage.py demo first.")
    return {
        "yardstick /healthz": ("/healthz", {}),
        "card": (f"/a/{marking.code}", {}),
        "card, compressed": (f"/a/{marking.code}", {"Accept-Encoding": "gzip"}),
        "card, unchanged (304)": (f"/a/{marking.code}", {"If-None-Match": "?"}),
        "look-up by plate": (f"/lookup/?q={quote(marking.ambulance.plate)}", {}),
        "look-up by name": (f"/lookup/?q={quote(institution.name[:4])}", {}),
        "API card": (f"/api/v1/ambulances/{marking.code}/", {}),
    }


def load(port: int, path: str, headers: dict[str, str], seconds: float, clients: int) -> tuple[float, float, int]:
    """Requests a second, the 99th percentile in milliseconds, and the status seen."""
    times: list[float] = []
    status = 0
    end = time.monotonic() + seconds

    def client() -> None:
        nonlocal status
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while time.monotonic() < end:
            began = time.perf_counter()
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.read()
            status = response.status
            times.append(time.perf_counter() - began)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / seconds, sorted(times)[int(len(times) * 0.99) - 1] * 1000, status


def etag_of(port: int, path: str) -> str:
    """The ETag the page carries now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    return response.headers["ETag"]


def main() -> None:
    """Measure everything against one server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "LIMIT_LOOKUPS": "10000000/minute", "LIMIT_API": "10000000/minute"}
    with running_web(environment, port):
        yardstick = 0.0
        for label, (path, headers) in paths().items():
            known = {**headers, **({"If-None-Match": etag_of(port, path)} if "If-None-Match" in headers else {})}
            rate, slowest, status = load(port, path, known, options.seconds, options.clients)
            yardstick = yardstick or rate
            print(
                f"{label:<24} {status}  {rate:8.0f}/s  {rate / yardstick:5.2f} of the yardstick  p99 {slowest:6.1f} ms"
            )


if __name__ == "__main__":
    main()
