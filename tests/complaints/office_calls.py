"""An authority's own system for tests: a key, and calls of the API of cases."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from accounts.api_keys import make_api_key
from accounts.models import ApiKey
from accounts.roles import Role
from directory.models import Authority
from tests.complaints.desk import Case
from tests.people import person

CASES = "/api/v1/staff/cases/"


class Office:
    """The system of one authority, with a key."""

    def __init__(self, authority: Authority, scopes: Iterable[str] = ("cases:read", "cases:write")) -> None:
        self.authority = authority
        self.maker = person(Role.AUTHORITY_ADMIN, body=authority)
        key, self.token = make_api_key(
            owner=authority, name="办件系统", scopes=list(scopes), days=30, actor=self.maker, now=datetime.now(UTC)
        )
        self.key: ApiKey = key
        self.client = Client(raise_request_exception=False)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}

    def list(self, **asked: Any) -> Any:
        """GET the cases."""
        return self.client.get(CASES, asked, headers=self.headers)

    def read(self, case: Case | int) -> Any:
        """GET one."""
        pk = case if isinstance(case, int) else case.complaint.pk
        return self.client.get(f"{CASES}{pk}/", headers=self.headers)

    def step(self, case: Case, name: str, body: Any = None, **fields: Any) -> Any:
        """POST a step of the case's part; the version is the one that stands now unless given."""
        given = {"version": case.part.version, **fields} if body is None else body
        sent = given if isinstance(given, (str, bytes)) else json.dumps(given)
        address = f"{CASES}{case.complaint.pk}/parts/{case.part.pk}/{name}/"
        return self.client.post(address, sent, content_type="application/json", headers=self.headers)
