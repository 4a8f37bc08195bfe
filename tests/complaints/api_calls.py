"""Calls of the complaint API for tests, and a look at what they answer."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import build
from tests.evidence.samples import picture_bytes

URL = "/api/v1/complaints/"
KEY = "5d2f7a0e-7b0d-4f43-9d5c-1f6a8f0f2a11"
RECEIPT_NAMES = {"reference", "receipt_code", "state", "public_state", "received_at", "due", "evidence"}


def client(**options: Any) -> Client:
    """A client that sees a 500 as an answer."""
    return Client(raise_request_exception=False, **options)


def complaint(**fields: Any) -> dict[str, Any]:
    """An overcharging complaint in Nanchang, complete."""
    return {
        "kind": "overcharging",
        "plate": "赣A99999",
        "division": build.division().code,
        "place": "东湖区民德路1号",
        "occurred_at": "2026-11-22T09:00:00+08:00",
        "narrative": "送到家里，收了两万八千元。",
        "distance_km": "1600",
        "amount_charged": 28000.5,
        "contact_name": "李雷",
        "contact_phone": "138 0013 8000",
        "contact_email": "li@example.org",
        "consent_sensitive": True,
        "consent_share_contact": True,
        **fields,
    }


def send(body: Any = None, *, key: str | None = None, caller: Client | None = None, **options: Any) -> Any:
    """POST a complaint as JSON."""
    headers = {"Accept-Language": "en", **({"Idempotency-Key": key} if key is not None else {})}
    raw = body if isinstance(body, (str, bytes)) else json.dumps(complaint() if body is None else body)
    return (caller or client()).post(URL, raw, content_type="application/json", headers=headers, **options)


def send_form(files: list[Any], *, key: str | None = None, field: str = "evidence", **fields: Any) -> Any:
    """POST a complaint as a form with files."""
    headers = {"Accept-Language": "en", **({"Idempotency-Key": key} if key is not None else {})}
    return client().post(URL, {**complaint(**fields), field: files}, headers=headers)


def photo(name: str = "车.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    """A small photo, or what pretends to be one."""
    return SimpleUploadedFile(name, picture_bytes() if content is None else content, "image/jpeg")


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, which must be this one."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content[:300]
    body: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, body["code"], body["type"]) == (status, code, f"/problems/{code}"), body
    return body


def faults(response: Any) -> set[tuple[str, str]]:
    """Field and code of everything that is wrong."""
    return {(fault["field"], fault["code"]) for fault in problem(response, 400, "invalid")["errors"]}
