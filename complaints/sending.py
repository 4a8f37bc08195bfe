"""The evidence page, the review page, and sending."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from complaints.answers import entry_of
from complaints.doorway import go, row_number
from complaints.entry import Fault, Invalid, KeyReused
from complaints.models import Draft, Evidence
from complaints.pages import PAGES, Page, may_share, posted_charge
from complaints.places import full_name
from complaints.services import answer_of, attach_evidence, file_draft, remove_evidence, spend_challenge
from complaints.services.submit import FLAG_NO_CHALLENGE
from complaints.steps import ASKED_ON, TITLES, Step, missing
from complaints.summary import Line, lines_of, shown_plate
from complaints.uploads import TooOften, chosen_files, take_files
from complaints.walk import BACK, TO_REVIEW, Walk, proceed, show
from edge.address import client_address, limit_key
from edge.challenge import Verdict, check_solution, new_challenge
from edge.limits import limiter
from edge.reader import reader_of
from vault.files import StorageFull

NO_ROOM = _("There is no room for files at this moment. Nothing else is lost: go on without them, or try again later.")

TOO_OFTEN = _("Too many files came from your network. Wait ten minutes, then send them again, or go on without.")


def show_evidence(walk: Walk, *, status: int = 200, **context: Any) -> HttpResponse:
    """The files so far, each with picture, size and a button to remove it, and a way to add more."""
    return show(walk, status=status, files=list(walk.draft.evidence.all()), **limits_of_files(), **context)


def limits_of_files() -> dict[str, Any]:
    """How many and how large, for the words on the page."""
    env = settings.ENV
    return {
        "most_files": env.EVIDENCE_MAX_FILES,
        "image_mb": env.EVIDENCE_MAX_MB_IMAGE,
        "video_mb": env.EVIDENCE_MAX_MB_VIDEO,
    }


def answer_evidence(walk: Walk) -> HttpResponse:
    """Remove one file, or take the chosen ones and go on when none of them was refused."""
    given = walk.request.POST
    if "remove" in given:
        remove_evidence(draft=walk.draft, evidence_id=row_number(given["remove"]) or 0)
        return walk.to(Step.EVIDENCE, query=f"{BACK}={TO_REVIEW}" if walk.comes_from_review else "")
    room = settings.ENV.EVIDENCE_MAX_FILES - walk.draft.evidence.count()
    try:
        files = chosen_files(walk.request)
        taken = take_files(files, room=room, now=walk.now, keep=lambda one: _attach(walk.draft, one))
    except TooOften:
        return show_evidence(walk, status=429, notices=[TOO_OFTEN])
    except StorageFull:
        return show_evidence(walk, status=507, notices=[NO_ROOM])
    if taken.refused:
        return show_evidence(walk, status=422, refused=taken.refused, taken=taken.stored)
    if "add" in given:
        return walk.to(Step.EVIDENCE, query=f"{BACK}={TO_REVIEW}" if walk.comes_from_review else "")
    return proceed(walk)


def _attach(draft: Draft, evidence: Evidence) -> Evidence:
    return attach_evidence(draft=draft, evidence=evidence)


def show_review(
    walk: Walk, *, status: int = 200, faults: Iterable[tuple[Step, object]] = (), **context: Any
) -> HttpResponse:
    """Everything once more, each with a way to change it that comes back here; what is still to say comes first."""
    found = list(faults) or [(step, TITLES[step]) for step in missing(walk.answers)]
    return show(
        walk,
        status=status,
        lines=review_lines(walk),
        files=list(walk.draft.evidence.all()),
        faults=[{"address": walk.address(step, query=f"{BACK}={TO_REVIEW}"), "words": words} for step, words in found],
        change_files=walk.address(Step.EVIDENCE, query=f"{BACK}={TO_REVIEW}"),
        challenge=json.dumps(new_challenge(walk.now)) if asks_for_work(walk) else "",
        **context,
    )


def review_lines(walk: Walk) -> list[dict[str, Any]]:
    """The lines of the review with the address that changes each."""
    named, posted = walk.named, posted_charge(walk)
    division = walk.answers.get("division") or (named.division.pk if named.division else "")
    plate = named.ambulance.plate if named.ambulance else walk.answers.get("plate", "")
    lines: list[Line] = lines_of(
        {**walk.answers, "consent_share_contact": walk.answers.get("consent_share_contact") and may_share(walk)},
        walk.steps,
        vehicle=" · ".join(part for part in (shown_plate(plate), str(named.institution or "")) if part),
        division=full_name(division),
        posted=posted.total if posted else None,
    )
    return [
        {
            "line": line,
            "change": walk.address(line.step, query=f"{BACK}={TO_REVIEW}"),
            "is_story": line.step is Step.STORY,
        }
        for line in lines
    ]


def asks_for_work(walk: Walk) -> bool:
    """Whether this address has filed so often that its browser is asked for a proof of work."""
    return limiter().used("filings", limit_key(client_address(walk.request))) >= settings.ENV.CHALLENGE_AFTER


def send(walk: Walk) -> HttpResponse:
    """File the draft once, whatever is clicked twice, and show the receipt."""
    if answer_of(key=walk.draft.pk, now=walk.now) is not None:
        return go(walk.request, "receipt", walk.draft.pk)
    if missing(walk.answers):
        return show_review(walk, status=422)
    flags = [] if has_worked(walk) else [FLAG_NO_CHALLENGE]
    key = limit_key(client_address(walk.request))
    if not limiter().hit("filings", key):
        return limited(walk, limiter().retry_after("filings", key))
    try:
        file_draft(
            draft=walk.draft,
            entry=entry_of(walk.answers),
            language=reader_of(walk.request).language,
            flags=flags,
            now=walk.now,
        )
    except Invalid as invalid:
        return show_review(walk, status=422, faults=[_asked_on(fault) for fault in invalid.faults])
    except (Draft.DoesNotExist, KeyReused):
        pass  # another tab was first with this very draft: its receipt is the answer
    walk.request.session.modified = True  # kept for a day from now, as long as the receipt can be opened
    return go(walk.request, "receipt", walk.draft.pk)


def has_worked(walk: Walk) -> bool:
    """Whether no proof of work was due, or a right and fresh one came. Nobody is refused for want of a script."""
    if not asks_for_work(walk):
        return True
    solution = walk.request.POST.get("challenge_solution", "")
    return check_solution(solution, walk.now, spend_challenge) is Verdict.OK


def limited(walk: Walk, seconds: int) -> HttpResponse:
    """The review again, unsent, with how long to wait."""
    minutes = max(1, -(-seconds // 60))
    words = _("Many complaints came from your network. Yours is kept here: send it again in %(minutes)d minutes.")
    response = show_review(walk, status=429, notices=[words % {"minutes": minutes}])
    response.headers["Retry-After"] = str(seconds)
    return response


def _asked_on(fault: Fault) -> tuple[Step, object]:
    return ASKED_ON.get(fault.field, Step.STORY), fault.message


ALL_PAGES: dict[Step, Page] = {
    **PAGES,
    Step.EVIDENCE: Page(show_evidence, answer_evidence),
    Step.REVIEW: Page(show_review, send),
}
