"""Calls of the API for hospital systems, for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.api_keys import make_api_key
from accounts.models import ApiKey, ApiScope
from accounts.roles import Role
from directory.models import Institution
from tests.evidence.samples import picture_bytes
from tests.people import person

STAFF = "/api/v1/staff/"
BOTH = (ApiScope.FLEET_READ, ApiScope.FLEET_WRITE)


class System:
    """A hospital's own system, with a key of its institution."""

    def __init__(self, institution: Institution, scopes: Iterable[str] = BOTH, days: int = 366) -> None:
        self.maker = person(Role.INSTITUTION_ADMIN, body=institution)
        key, self.token = make_api_key(
            owner=institution,
            name="HIS",
            scopes=list(scopes),
            days=days,
            actor=self.maker,
            now=datetime.now(UTC),
        )
        self.key: ApiKey = key
        self.client = Client(raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """One request; a path is one under `/api/v1/staff/`, or whole. The body is sent as JSON."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **options.pop("headers", {})}
        if body is not None:
            options.setdefault("content_type", "application/json")
            options["data"] = body if isinstance(body, (str, bytes)) else json.dumps(body)
        address = path if path.startswith("/") else STAFF + path
        return getattr(self.client, method)(address, headers=headers, **options)

    def get(self, path: str, **asked: Any) -> Any:
        """Read."""
        return self.client.get(
            path if path.startswith("/") else STAFF + path,
            asked,
            headers={"Authorization": f"Bearer {self.token}", "Accept-Language": "en"},
        )

    def post(self, path: str, body: Any = None) -> Any:
        """POST JSON."""
        return self.call("post", path, {} if body is None else body)

    def patch(self, path: str, body: Any) -> Any:
        """PATCH JSON."""
        return self.call("patch", path, body)

    def attach(
        self, pk: int, purpose: str = "vehicle_licence", content: bytes | None = None, name: str = "证.jpg"
    ) -> Any:
        """Attach a document."""
        file = SimpleUploadedFile(name, picture_bytes() if content is None else content, "image/jpeg")
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        sent = {"purpose": purpose, "file": file}
        return self.client.post(f"{STAFF}applications/{pk}/documents/", sent, headers=headers)

    def reply(self, pk: int, fields: dict[str, Any], *files: SimpleUploadedFile, field: str = "files") -> Any:
        """Reply to what an authority sent, with attachments."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        return self.client.post(f"{STAFF}forwarded/{pk}/reply/", {**fields, field: list(files)}, headers=headers)
