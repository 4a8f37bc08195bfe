"""Cases in a browser, as the people of the desks handle them: signed in, step by step, while time passes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from complaints.models import Complaint, Handling
from notifications.models import Message
from tests.people import client_of


class Clock:
    """Time that can be moved on: every part of the product asks `django.utils.timezone.now`."""

    def __init__(self, monkeypatch: Any) -> None:
        self.ahead = timedelta()
        self._real = timezone.now
        monkeypatch.setattr(timezone, "now", self.now)

    def now(self) -> datetime:
        """The present of the story."""
        return self._real() + self.ahead

    def pass_days(self, days: int) -> None:
        """So many days later."""
        self.ahead += timedelta(days=days)


class Officer:
    """Somebody at a desk, in a browser of the test."""

    def __init__(self, page: Page, user: User, url: str) -> None:
        self.page, self.user, self.url = page, user, url

    def sit_down(self) -> None:
        """Signed in, second factor passed; sign-in itself has tests of its own."""
        self.page.context.clear_cookies()
        key = str(client_of(self.user).session.session_key)
        self.page.context.add_cookies([{"name": "sessionid", "value": key, "url": self.url}])

    def part(self, complaint: Complaint) -> Handling:
        """The newest part of the officer's authority."""
        return complaint.handlings.filter(authority_id=self.user.scope.authority_id).latest("pk")

    def open(self, complaint: Complaint) -> Page:
        """The page of the case."""
        self.sit_down()
        self.page.goto(reverse("cases:case", args=[complaint.pk]))
        return self.page

    def step(self, complaint: Complaint, name: str, *, check: tuple[str, ...] = (), **typed: str) -> None:
        """From the page of the case by its button to the step's form; filled in and sent."""
        page = self.open(complaint)
        page.click(f"a[href*='/parts/{self.part(complaint).pk}/{name}/']")
        for selector in check:
            page.check(f"main {selector}")
        for field, words in typed.items():
            page.fill(f"main form[method=post] [name={field}]", words)
        page.click("main form[method=post] button[type=submit]")
        expect(page.locator("main .notice-good").first).to_be_visible()
        assert f"/parts/{self.part(complaint).pk}/{name}/" not in page.url, page.inner_text("main")[:400]


def told_to(contact: str) -> list[str]:
    """What the person was told by messages to this contact, in words, the first one first."""
    rows = [one for one in Message.objects.order_by("pk") if one.recipient == contact]
    return [str(one.context.get("what") or one.template.rpartition("/")[2]) for one in rows]


def everything_told() -> str:
    """All that any message says, to whomever."""
    return "\n".join(f"{one.template} {one.context}" for one in Message.objects.all())
