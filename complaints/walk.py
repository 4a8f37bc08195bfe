"""One visit to one page of a complaint being written: what is known, how it is shown, where it goes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from complaints.answers import entry_of
from complaints.doorway import go
from complaints.entry import Entry
from complaints.models import Draft
from complaints.services import save_answers
from complaints.steps import TITLES, Step, after, before, is_open, missing, steps_of
from complaints.vehicles import Named, named_in
from edge.reader import reader_of

BACK = "back"
TO_REVIEW = "review"


@dataclass
class Walk:
    """A visit. `answers` are those of the draft, as they were when the page was opened."""

    request: HttpRequest
    draft: Draft
    step: Step
    steps: tuple[Step, ...]
    now: datetime = field(default_factory=timezone.now)
    refusal: tuple[int, object] | None = None
    """Status and words, when the body of the form could not even be read."""

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered so far."""
        answers: dict[str, Any] = self.draft.answers
        return answers

    @property
    def comes_from_review(self) -> bool:
        """Whether the person came to change one thing, and goes back to the review."""
        return self.request.GET.get(BACK) == TO_REVIEW

    @cached_property
    def named(self) -> Named:
        """The vehicle and the institution this is about. At most two queries, made when first asked."""
        return named_in(told_entry(self.answers))

    def address(self, step: Step, query: str = "") -> str:
        """The address of another page of this draft, in the reader's language and view."""
        url = reverse("complaints:step", args=[self.draft.pk, step])
        return reader_of(self.request).keep(f"{url}?{query}" if query else url)

    def to(self, step: Step, query: str = "") -> HttpResponse:
        """Send the browser to another page of this draft."""
        return go(self.request, "step", self.draft.pk, step, query=query)


def told_entry(answers: Mapping[str, Any]) -> Entry:
    """The complaint so far, without a plate of which nothing may be told before it is sent (`plate_is_untold`)."""
    entry = entry_of(answers)
    return replace(entry, plate="") if answers.get("plate_is_untold") else entry


def walk_of(request: HttpRequest, draft: Draft, step_name: str) -> Walk:
    """The visit to a page by its name. Raises Http404 for a page that this kind does not have."""
    try:
        step = Step(step_name)
    except ValueError as error:
        raise Http404("no such page") from error
    steps = steps_of(draft.answers)
    if not is_open(step, steps):
        raise Http404("this kind does not ask that")
    return Walk(request, draft, step, steps)


def keep_and_proceed(walk: Walk, answers: Mapping[str, Any]) -> HttpResponse:
    """Save the answers of this page and go on: to the next one, or back to the review once nothing is missing."""
    walk.draft = save_answers(draft=walk.draft, answers=dict(answers))
    walk.steps = steps_of(walk.answers)
    return proceed(walk)


def proceed(walk: Walk) -> HttpResponse:
    """Go on to the next page."""
    if not walk.comes_from_review:
        return walk.to(after(walk.step, walk.steps))
    lacking = missing(walk.answers)
    return walk.to(lacking[0], query=f"{BACK}={TO_REVIEW}") if lacking else walk.to(Step.REVIEW)


def show(
    walk: Walk, form: Form | None = None, *, status: int = 200, notices: Iterable[object] = (), **context: Any
) -> HttpResponse:
    """The page, with the form as typed, and what is to be said above it. A form with faults answers 422."""
    if walk.refusal:
        status, words = walk.refusal
        notices = [words, *notices]
    elif form is not None and form.is_bound and form.errors:
        status = 422
    previous = Step.REVIEW if walk.comes_from_review else before(walk.step, walk.steps)
    counted = walk.step in walk.steps
    return render(
        walk.request,
        f"complaints/steps/{walk.step}.html",
        {
            "walk": walk,
            "title": TITLES[walk.step],
            "number": walk.steps.index(walk.step) + 1 if counted else None,
            "total": len(walk.steps),
            "previous": walk.address(previous) if walk.step is not Step.KIND or walk.comes_from_review else "",
            "form": form,
            "notices": list(notices),
            **context,
        },
        status=status,
    )
