"""A partner platform's system for tests: a key, and calls of the API for platforms."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.api_keys import make_api_key
from accounts.models import ApiKey
from accounts.roles import Role
from directory.models import Platform
from tests import build
from tests.complaints.api_calls import complaint
from tests.people import person

URL = "/api/v1/platform/complaints/"
REFERENCE = "20261123-004711"
STORY_NAMES = {
    "platform_reference",
    "reference",
    "state",
    "public_state",
    "received_at",
    "due",
    "evidence",
    "events",
}


class Hotline:
    """The system of one platform, with a key."""

    def __init__(
        self, platform: Platform | None = None, scopes: Iterable[str] = ("complaints:read", "complaints:write")
    ) -> None:
        self.platform = platform or build.platform()
        self.maker = person(Role.SYSTEM_ADMIN)
        key, self.token = make_api_key(
            owner=self.platform,
            name="12345",
            scopes=list(scopes),
            days=30,
            actor=self.maker,
            now=timezone.now(),
        )
        self.key: ApiKey = key
        self.client = Client(raise_request_exception=False)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}

    def hand_over(self, body: Any = None, *, reference: Any = REFERENCE, **options: Any) -> Any:
        """POST a complaint as JSON; a body that is given is sent as it is."""
        raw = body if body is not None else {**complaint(), "platform_reference": reference}
        text = raw if isinstance(raw, (str, bytes)) else json.dumps(raw)
        return self.client.post(URL, text, content_type="application/json", headers=self.headers, **options)

    def hand_over_with_files(self, files: list[Any], *, reference: str = REFERENCE) -> Any:
        """POST a complaint as a form with files."""
        given = {**complaint(), "platform_reference": reference, "evidence": files}
        return self.client.post(URL, given, headers=self.headers)

    def follow(self, reference: str = REFERENCE) -> Any:
        """GET one complaint."""
        return self.client.get(f"{URL}{reference}/", headers=self.headers)

    def news(self, since: str = "") -> Any:
        """GET the list of steps."""
        return self.client.get(URL, {"since": since} if since else {}, headers=self.headers)
