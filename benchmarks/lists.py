"""How long the desk's lists take with 100,000 vehicles, beside the lightest page of the same process.

    VAR_DIR=/tmp/lists python -m benchmarks.lists                                            # SQLite
    VAR_DIR=/tmp/lists DATABASE_URL=postgres://…/lists python -m benchmarks.lists            # PostgreSQL
    … [--ambulances 100000] [--institutions 2000] [--repeat 7] [--whole]

Fills an empty database with demo data first. `--whole` puts every vehicle under one province, as in a service that one
province runs for itself: the jurisdiction is then no filter at all. The yardstick is `/healthz`; the ratio to it
carries over to other machines, milliseconds do not. Everything runs in one process, without a server.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # after Django is set up
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from accounts.scope import Scope  # noqa: E402
from directory.models import Authority, Division  # noqa: E402
from registry.fleet_filters import ORDERS  # noqa: E402
from registry.models import Ambulance, Marking  # noqa: E402
from tests.people import client_of, person  # noqa: E402

PROVINCE = "370000"


def fill(institutions: int, ambulances: int) -> None:
    """Demo data into an empty database, timed."""
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0)
    if Ambulance.objects.exists():
        return
    if not Division.objects.exists():
        call_command("load_divisions", verbosity=0)
    began = time.perf_counter()
    call_command("demo", institutions=institutions, ambulances=ambulances, complaints=0)
    took = time.perf_counter() - began
    print(f"demo: {took:.0f} s, {ambulances / took:.0f} vehicles a second")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def reviewer() -> tuple[Client, Scope]:
    """A reviewer of the province's health authority, signed in."""
    User.objects.filter(name="benchmark").update(is_active=False)
    body = Authority.objects.get(kind="health", division_id=PROVINCE)
    user = person(Role.REVIEWER, body=body, username=f"benchmark-{time.time_ns()}@example.org", name="benchmark")
    return client_of(user), user.scope


def addresses(scope: Scope) -> dict[str, str]:
    """Label → address. The deep pages begin behind the 90th part of a hundred of the rows."""
    rows = Ambulance.objects.visible_to(scope)
    count = rows.count()
    print(f"{Ambulance.objects.count()} vehicles, {count} of them in the jurisdiction")
    fleet = reverse("staff:ambulances")
    found = {"desk": reverse("staff:desk"), "first page": fleet}
    for name in ("plate", "inspection", "-updated"):
        order = ORDERS[name]
        some = rows.filter(inspection_valid_until__isnull=False)
        deep = order.sorted(some)[int(some.count() * 0.9)]
        found[f"deep page by {name}"] = f"{fleet}?sort={name}&after={quote(order.place_of(deep))}"
    one = rows.filter(status="in_service").order_by("-pk")[0]
    code = Marking.objects.filter(ambulance=one).order_by("-pk")[0].code
    search = reverse("staff:search")
    return {
        **found,
        "suspended": f"{fleet}?status=suspended",
        "type C, 120, in service": f"{fleet}?status=in_service&type=C&network=yes",
        "dates within 30 days, by date": f"{fleet}?due=30&sort=inspection",
        "past a date": f"{fleet}?due=overdue",
        "codes not mounted": f"{fleet}?codes=unmounted",
        "one institution": f"{fleet}?institution={one.institution_id}",
        "owner by name": f"{fleet}?owner={quote(one.institution.name[:4])}",
        "beginning of a plate": f"{fleet}?q={quote(one.plate[:5])}",
        "plate without province": f"{fleet}?q={quote(one.plate[1:])}",
        "VIN": f"{fleet}?q={one.vin}",
        "nothing found": f"{fleet}?q=ZZ-0",
        "vehicle": reverse("staff:ambulance", args=[one.pk]),
        "institutions": reverse("staff:institutions"),
        "search: plate": f"{search}?q={quote(one.plate)}",
        "search: code": f"{search}?q={code}",
        "search: name": f"{search}?q={quote('医院')}",
    }


def measured(client: Client, address: str, repeat: int) -> tuple[float, int]:
    """Median seconds of one page, and its queries."""
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        response = client.get(address)
        times.append(time.perf_counter() - began)
        assert response.status_code == 200, f"{address}: {response.status_code}"
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return statistics.median(times), len(asked)


def peak() -> float:
    """The most memory this process ever had, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def exported(client: Client, kind: str) -> tuple[float, float, int, float]:
    """Seconds to the first bytes and to the last, bytes, and by how much the peak of memory rose, MB."""
    before, began = peak(), time.perf_counter()
    response = client.get(reverse("staff:ambulances_export", kwargs={"file_format": kind}))
    assert response.status_code == 200, response.status_code
    chunks = iter(response.streaming_content)
    size = len(next(chunks))
    first = time.perf_counter() - began
    size += sum(len(chunk) for chunk in chunks)
    return first, time.perf_counter() - began, size, peak() - before


def main() -> None:
    """Fill if need be, then measure everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--institutions", type=int, default=2000)
    parser.add_argument("--ambulances", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--whole", action="store_true", help="move every vehicle into one province first")
    parser.add_argument("--files", action="store_true", help="measure the files only")
    options = parser.parse_args()
    fill(options.institutions, options.ambulances)
    if options.whole:
        counties = list(Division.objects.filter(code__startswith=PROVINCE[:2], level=3).values_list("code", flat=True))
        for number, code in enumerate(counties):
            Ambulance.objects.extra(where=[f"id %% {len(counties)} = {number}"]).update(division_id=code)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    client, scope = reviewer()
    client.get(reverse("staff:desk"))
    yardstick, _ = measured(client, "/healthz", options.repeat * 3)
    print(f"{connection.vendor}: yardstick /healthz {yardstick * 1000:.1f} ms")
    for label, address in ({} if options.files else addresses(scope)).items():
        seconds, queries = measured(client, address, options.repeat)
        print(f"{label:<32} {seconds * 1000:8.1f} ms  {seconds / yardstick:7.1f} yardsticks  {queries:3} queries")
    for kind in ("csv", "xlsx"):
        first, seconds, size, grown = exported(client, kind)
        print(f"{kind:<32} {seconds * 1000:8.0f} ms  {seconds / yardstick:7.0f} yardsticks  {size / 1e6:.1f} MB")
        print(f"{'':<32} {first * 1000:8.0f} ms to the first bytes, peak of memory {grown:+.1f} MB")


if __name__ == "__main__":
    main()
