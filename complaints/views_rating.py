"""Rating how it was handled, asking for a review, and complaining about the authority that handled it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.doorway import go, private_page, remember_begun, row_number, tell_next
from complaints.entry import Invalid
from complaints.forms_track import RatingForm, ReviewForm
from complaints.kinds import Kind
from complaints.models import Complaint
from complaints.review_rights import ReviewRight
from complaints.services import begin_draft
from complaints.services.rating import BAD, rate
from complaints.services.reviewing import NoSuperior, TermOver, ask_review, ask_second_review
from complaints.steps import after, steps_of
from complaints.story import Story, Strand
from complaints.views_track import open_story
from complaints.workflow import Action, NotAllowed

STRAND = "strand"


def chosen_strand(request: HttpRequest, story: Story) -> Strand:
    """The case that is meant: of a claim and a report the one the address or the form names."""
    return story.strand((request.POST or request.GET).get(STRAND, ""))


def about(story: Story, strand: Strand) -> dict[str, Any]:
    """What the pages show of the case they are about."""
    return {"story": story, "strand": strand, "complaint": strand.complaint}


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def rating(request: HttpRequest) -> HttpResponse:
    """Five points and words. Whoever is dissatisfied is shown at once how to have the answer reviewed."""
    opened = open_story(request)
    if opened is None:
        return go(request, "track")
    story = opened[1]
    strand = chosen_strand(request, story)
    if Action.RATE not in strand.actions:
        return go(request, "track")
    given = strand.rating
    kept = {"stars": given.stars, "text": given.text} if given else {}
    form = RatingForm(request.POST) if request.method == "POST" else RatingForm(initial=kept)
    if not form.is_bound or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "complaints/rating.html", {"form": form, **about(story, strand)}, status=status)
    stars = int(form.cleaned_data["stars"])
    try:
        rate(complaint=strand.complaint, stars=stars, text=form.cleaned_data["text"], now=timezone.now())
    except NotAllowed:
        return go(request, "track")
    tell_next(request, [_("Thank you. Your rating was kept.")])
    if stars <= BAD and strand.open_rights:
        return go(request, "review", query=urlencode({STRAND: strand.complaint.nature, "rated": "1"}))
    return go(request, "track")


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def review(request: HttpRequest) -> HttpResponse:
    """Ask the higher authority to review an answer, while the term for it runs."""
    opened = open_story(request)
    if opened is None:
        return go(request, "track")
    story = opened[1]
    strand = chosen_strand(request, story)
    if not strand.open_rights:
        return go(request, "track")
    if request.method != "POST":
        return show_review(request, story, strand, ReviewForm(rights=strand.open_rights))
    form = ReviewForm(request.POST, rights=strand.open_rights)
    if not form.is_valid():
        return show_review(request, story, strand, form, status=422)
    return ask_and_tell(request, story, strand, form)


def ask_and_tell(request: HttpRequest, story: Story, strand: Strand, form: ReviewForm) -> HttpResponse:
    """Ask, and say what became of it."""
    try:
        ask(strand.complaint, form.right(), form.cleaned_data["reason"])
    except NoSuperior:
        return show_review(request, story, strand, form, has_no_superior=True)
    except Invalid as invalid:
        for fault in invalid.faults:
            form.add_error("reason", str(fault.message))
        return show_review(request, story, strand, form, status=422)
    except TermOver:
        tell_next(request, [_("The term for a review is over.")])
    except NotAllowed:
        pass  # asked for in another tab: the page says so
    else:
        tell_next(request, [_("Your request was sent to the higher authority.")])
    return go(request, "track")


def ask(complaint: Complaint, right: ReviewRight, reason: str) -> None:
    """Ask for the first or the second review. Raises what the services raise."""
    service = ask_second_review if right.action is Action.ASK_SECOND_REVIEW else ask_review
    service(complaint=complaint, reason=reason, now=timezone.now(), part_id=right.part.pk)


def show_review(
    request: HttpRequest, story: Story, strand: Strand, form: ReviewForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    """What can be reviewed, by whom and until when, and the reason as typed."""
    page = {"form": form, "was_rated": "rated" in request.GET, **about(story, strand), **context}
    return render(request, "complaints/review.html", page, status=status)


@require_POST
@private_page
def conduct(request: HttpRequest) -> HttpResponse:
    """Begin a complaint about how an authority has handled this one: it goes one level up and is a case of its own."""
    opened = open_story(request)
    if opened is None:
        return go(request, "track")
    part_id = row_number(request.POST.get("part", ""))
    found = next((one for one in handled_by(opened[1]) if one.pk == part_id), None)
    if found is None or found.authority is None:
        return go(request, "track")
    draft = begin_draft(
        {
            "kind": Kind.AUTHORITY_CONDUCT.value,
            "about_authority_id": found.authority.pk,
            "about_authority_name": found.authority.name,
            "about_reference": found.complaint.reference,
            "division": found.complaint.division_id,
        }
    )
    remember_begun(request, draft.pk)
    steps = steps_of(draft.answers)
    return go(request, "step", draft.pk, after(steps[0], steps))


def handled_by(story: Story) -> list[Any]:
    """The parts of the authorities that handle, or handled, any case of the submission."""
    return [part for strand in story.strands for part in strand.parts]
