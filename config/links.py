"""The addresses that `make run` tells a newcomer to open."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from config.demo.accounts import ACCOUNTS, PASSWORD
from config.demo.fleet import UNUSED_CODE
from registry.choices import AmbulanceStatus
from registry.codes import printed
from registry.models import Marking

Link = tuple[str, str]


def links_to_open(base_url: str) -> list[Link]:
    """(label, address) pairs, the most telling first. Reads the database."""
    return [
        ("Look-up", f"{base_url}/"),
        *_cards(base_url),
        ("A forged code", f"{base_url}/a/{UNUSED_CODE}"),
        ("File a complaint", f"{base_url}/complaints/new/"),
        ("Follow a complaint", f"{base_url}/complaints/track/"),
        ("API", f"{base_url}/api/v1/docs/"),
        ("Staff sign-in", f"{base_url}/staff/login/"),
        *_accounts(),
        ("Mails and text messages", str(settings.VAR_DIR / "inbox")),
        ("Is it ready", f"{base_url}/readyz"),
    ]


def _cards(base_url: str) -> list[Link]:
    """One card of a vehicle in service and one of a suspended vehicle, where there are such."""
    labels = {AmbulanceStatus.IN_SERVICE: "A card", AmbulanceStatus.SUSPENDED: "A suspended ambulance"}
    links = []
    for status, label in labels.items():
        marking = Marking.objects.live().filter(ambulance__status=status).order_by("pk").first()
        if marking:
            links.append((f"{label}, {printed(marking.code)}", f"{base_url}/a/{marking.code}"))
    return links


def _accounts() -> list[Link]:
    """The demo's accounts, only where the demo has made them, and how to get the code of their phones."""
    made = set(User.objects.filter(email__in=[one.email for one in ACCOUNTS]).values_list("email", flat=True))
    links = [(f"  {one.role.value.replace('_', ' ')}, {one.place}", one.email) for one in ACCOUNTS if one.email in made]
    if not links:
        return []
    return [
        *links,
        ("  password of all", PASSWORD),
        ("  code of the phone", ".venv/bin/python manage.py demo_code EMAIL"),
    ]
