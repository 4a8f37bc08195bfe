"""A person in front of the complaint pages: a browser that walks, and the rows it meets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from complaints.models import Draft
from complaints.services import begin_draft
from directory.kinds import AuthorityKind
from tests import build
from tests.evidence.samples import picture_bytes

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""14:00 in Shanghai, a Monday."""

STORY = "司机要价二万八千元，没有收据。"
COMPLETE: dict[str, Any] = {
    "kind": "service",
    "plate": "赣A12345",
    "division": "360102",
    "place": "东湖区民德路1号门口",
    "narrative": STORY,
}
"""Answers that can be sent as they are."""


def authorities() -> None:
    """The bodies of Nanchang's Donghu district that any kind may need."""
    for kind in AuthorityKind.values:
        build.authority(kind=kind)


def jpeg(name: str = "photo.jpg") -> SimpleUploadedFile:
    """A small real picture."""
    return SimpleUploadedFile(name, picture_bytes(), content_type="image/jpeg")


def rubbish(name: str = "virus.exe") -> SimpleUploadedFile:
    """A file of a kind that is not taken."""
    return SimpleUploadedFile(name, b"MZ\x90\x00 this is a program", content_type="image/jpeg")


class Person:
    """A browser that reads English. It follows no redirect by itself, so that each answer can be looked at."""

    def __init__(self) -> None:
        self.client = Client(headers={"accept-language": "en"})
        self.draft_id = ""

    def begin(self, kind: str = "service", **about: str) -> Any:
        """Choose a kind on the first page."""
        response = self.client.post(reverse("complaints:new"), {"kind": kind, **about})
        self.draft_id = urlsplit(response["Location"]).path.split("/")[3]
        return response

    def hold(self, **answers: Any) -> Draft:
        """A draft of this browser with these answers, without walking there."""
        draft = begin_draft({**COMPLETE, **answers})
        session = self.client.session
        session["complaints_begun"] = [*session.get("complaints_begun", []), draft.pk]
        session.save()
        self.draft_id = draft.pk
        return draft

    def address(self, step: str, query: str = "") -> str:
        """The address of a page of the draft."""
        url = reverse("complaints:step", args=[self.draft_id, step])
        return f"{url}?{query}" if query else url

    def look(self, step: str, query: str = "") -> Any:
        """Open a page of the draft."""
        return self.client.get(self.address(step, query))

    def answer(self, step: str, query: str = "", **data: Any) -> Any:
        """Send the form of a page."""
        return self.client.post(self.address(step, query), data)

    def upload(self, *files: SimpleUploadedFile, **data: Any) -> Any:
        """Send files with the evidence page."""
        return self.answer("evidence", files=list(files), **data)

    def send(self, **data: Any) -> Any:
        """Press the last button."""
        return self.answer("review", **data)

    def receipt(self) -> Any:
        """Open the receipt."""
        return self.client.get(reverse("complaints:receipt", args=[self.draft_id]))

    @property
    def draft(self) -> Draft:
        """The draft as it is in the database."""
        return Draft.objects.get(pk=self.draft_id)

    @property
    def answers(self) -> dict[str, Any]:
        """What the draft holds."""
        answers: dict[str, Any] = self.draft.answers
        return answers


def place_of(response: Any) -> str:
    """The page a redirect leads to, without what comes before: `when`, `review`."""
    parts: Sequence[str] = urlsplit(response["Location"]).path.strip("/").split("/")
    return parts[-1]


def text_of(response: Any) -> str:
    """The page as text."""
    text: str = response.content.decode()
    return text
