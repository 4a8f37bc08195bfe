"""Mistakes of deployment, found by `manage.py check --deploy` before the public finds them.

Numbers are stable, so that one can be silenced knowingly (`SILENCED_SYSTEM_CHECKS`).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import limits
from django.conf import settings
from django.core import checks
from django.http.request import validate_host

from config.environment import Environment

LOCAL = ("localhost", "127.0.0.1", "::1")


@checks.register()
def limits_can_be_read(**_: Any) -> list[checks.CheckMessage]:
    """Every `LIMIT_…` setting is a rate that the limits library understands."""
    found: list[checks.CheckMessage] = []
    for name in Environment.model_fields:
        if not name.startswith("LIMIT_"):
            continue
        text = getattr(settings.ENV, name)
        try:
            limits.parse(text)
        except ValueError:
            found.append(
                checks.Error(f"{name}={text!r} is no rate.", hint="Write it like `60/10 minutes`.", id="config.E001")
            )
    return found


@checks.register(checks.Tags.security, deploy=True)
def public_address_is_safe(**_: Any) -> list[checks.CheckMessage]:
    """The address in every QR code is https, public, and one that this service answers to."""
    url = urlsplit(settings.ENV.PUBLIC_BASE_URL)
    host = url.hostname or ""
    found: list[checks.CheckMessage] = []
    if url.scheme != "https":
        found.append(
            checks.Error(
                "PUBLIC_BASE_URL is not https.", hint="It is painted on vehicles: https://<host>.", id="config.E002"
            )
        )
    if host in LOCAL:
        found.append(checks.Error("PUBLIC_BASE_URL names this machine only.", id="config.E003"))
    if not validate_host(host, settings.ALLOWED_HOSTS):
        found.append(
            checks.Error(
                "PUBLIC_BASE_URL names a host that ALLOWED_HOSTS refuses.", hint=f"Add {host}.", id="config.E004"
            )
        )
    return found


@checks.register(checks.Tags.security, deploy=True)
def production_has_what_it_needs(**_: Any) -> list[checks.CheckMessage]:
    """Settings that work on a desk and fail in public."""
    env = settings.ENV
    faults = (
        (not env.TRUSTED_PROXIES, "W001", "TRUSTED_PROXIES is empty: behind a proxy all visitors share one limit."),
        (not env.DATABASE_URL, "W002", "DATABASE_URL is empty: SQLite takes one writer at a time."),
        (not env.REDIS_URL, "W003", "REDIS_URL is empty: every process counts its limits alone."),
        (not env.OPERATOR_NAME, "W004", "OPERATOR_NAME is empty: the public is not told who runs the service."),
        (is_local_mail(env.OPERATOR_EMAIL), "W005", "OPERATOR_EMAIL is not a real mailbox."),
        (is_local_mail(env.DEFAULT_FROM_EMAIL), "W006", "DEFAULT_FROM_EMAIL is not a real mailbox."),
        (env.DEMO, "W007", "DEMO is on: the front page calls all data invented."),
        (not env.NUDGE_WORKER, "W008", "NUDGE_WORKER is off: messages wait for the sweep."),
    )
    return [
        checks.Warning(text, hint="See docs/settings.md.", id=f"config.{number}")
        for is_so, number, text in faults
        if is_so
    ]


def is_local_mail(address: str) -> bool:
    """Whether mail to this address stays on the machine."""
    return address.rpartition("@")[2] in LOCAL or "@" not in address
