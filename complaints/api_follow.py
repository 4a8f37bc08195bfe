"""A complaint followed by program: the story, and what its complainant does to it. Same core as the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from complaints import api_follow_documents as documents
from complaints.api import clean_and_store, complaint_for, evidence_in, field_errors, only_if_filed, refuse
from complaints.entry import Invalid
from complaints.kinds import Nature
from complaints.models import Complaint, Evidence, Question
from complaints.problems import NobodyAbove, QuestionUnknown, ReviewTermOver
from complaints.reading import receipt_of
from complaints.serializers_story import (
    AnswerSerializer,
    FullStorySerializer,
    MaterialSerializer,
    RatingSerializer,
    ReviewSerializer,
    WithdrawalSerializer,
    told,
)
from complaints.services import add_material, withdraw
from complaints.services.answering import answer_question
from complaints.services.rating import rate
from complaints.services.reviewing import NoSuperior, TermOver, ask_review, ask_second_review
from complaints.story import Strand, story_of
from complaints.workflow import Action, NotAllowed
from edge.address import client_address, limit_key
from edge.api import PublicView
from edge.limits import limiter
from edge.parsers import JSONBody, WholeForm
from edge.problems import NoSpace, too_many_requests
from edge.written import written_day
from registry.api_staff_base import NotInThisState
from vault.files import StorageFull


class ComplaintView(PublicView):
    """One complaint, for whoever holds its receipt code."""

    @extend_schema(**documents.FOLLOW)
    def get(self, request: Request, reference: str) -> Response:
        """Tell the story so far. Raises ComplaintNotFound whatever of reference and code is wrong."""
        return story_answer(complaint_for(request, reference))


class FollowUpView(PublicView):
    """A step of the complainant; the answer is the story after it."""

    parser_classes = [JSONBody, WholeForm]


class MaterialView(FollowUpView):
    """More words and files."""

    @extend_schema(**documents.MATERIAL)
    def post(self, request: Request, reference: str) -> Response:
        """Add words or files. Raises NotInThisState once the case takes no more."""
        complaint = complaint_for(request, reference)
        given = valid(MaterialSerializer, request)
        with_files(
            request,
            lambda stored: add_material(
                complaint=complaint, text=given.get("text", ""), evidence=stored, now=timezone.now()
            ),
        )
        return story_answer(complaint)


class AnswersView(FollowUpView):
    """Answers to questions."""

    @extend_schema(**documents.ANSWERS)
    def post(self, request: Request, reference: str) -> Response:
        """Answer an open question. Raises QuestionUnknown, and NotInThisState for one that needs no answer any more."""
        complaint = complaint_for(request, reference)
        given = valid(AnswerSerializer, request)
        with_files(
            request,
            lambda stored: answer_question(
                complaint=complaint,
                question_id=given["question"],
                text=given.get("text", ""),
                evidence=stored,
                now=timezone.now(),
            ),
        )
        return story_answer(complaint)


class WithdrawalView(FollowUpView):
    """The end, as the complainant wishes."""

    @extend_schema(**documents.WITHDRAWAL)
    def post(self, request: Request, reference: str) -> Response:
        """Withdraw. Raises NotInThisState once there is nothing to withdraw."""
        complaint = complaint_for(request, reference)
        nature = valid(WithdrawalSerializer, request).get("strand")
        with refusals_told():
            withdraw(complaint=complaint, now=timezone.now(), nature=Nature(nature) if nature else None)
        return story_answer(complaint)


class RatingView(FollowUpView):
    """How satisfied the complainant is."""

    @extend_schema(**documents.RATING)
    def post(self, request: Request, reference: str) -> Response:
        """Rate; a later rating stands in place of the earlier one. Raises NotInThisState before an answer."""
        complaint = complaint_for(request, reference)
        given = valid(RatingSerializer, request)
        strand = strand_of(complaint, given.get("strand", ""))
        with refusals_told():
            rate(complaint=strand.complaint, stars=given["stars"], text=given.get("text", ""), now=timezone.now())
        return story_answer(complaint)


class ReviewView(FollowUpView):
    """Reviews of answers."""

    @extend_schema(**documents.REVIEW)
    def post(self, request: Request, reference: str) -> Response:
        """Ask for a review, or for the second one. Raises NotInThisState, ReviewTermOver, NobodyAbove."""
        complaint = complaint_for(request, reference)
        given = valid(ReviewSerializer, request)
        strand, part = strand_of(complaint, given.get("strand", "")), given.get("part")
        with refusals_told():
            service_for(strand, part)(
                complaint=strand.complaint, reason=given.get("reason", ""), now=timezone.now(), part_id=part
            )
        return story_answer(complaint)


def story_answer(complaint: Complaint) -> Response:
    """The story as it stands now."""
    story = story_of(complaint, timezone.now())
    return Response(FullStorySerializer(told(receipt_of(story.strands[0].complaint), story)).data)


def valid(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """What was sent, in its shape. Raises ValidationError."""
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def strand_of(complaint: Complaint, nature: str) -> Strand:
    """The case of the submission that is meant. Raises ValidationError for one that there is not."""
    story = story_of(complaint, timezone.now())
    found = story.strand(nature)
    if nature and found.complaint.nature != nature:
        refuse("unknown", _("This complaint has no such case."), "strand")
    return found


def service_for(strand: Strand, part: int | None) -> Callable[..., Any]:
    """Which review it is: that of the right to `part`, or of the only right there is."""
    meant = [one for one in strand.rights if part is None or one.part.pk == part]
    is_second = bool(meant) and all(one.action is Action.ASK_SECOND_REVIEW for one in meant)
    return ask_second_review if is_second else ask_review


def with_files(request: Request, give: Callable[[list[Evidence]], object]) -> None:
    """Clean and store the files that came, then `give` them; what is refused leaves nothing behind.

    Raises ValidationError, TooManyRequests, NotInThisState, QuestionUnknown, NoSpace.
    """
    files = evidence_in(request)
    address = limit_key(client_address(request))
    if not all(limiter().hit("drafts", address) for _file in files):
        raise too_many_requests(limiter().retry_after("drafts", address))
    with refusals_told(), only_if_filed() as stored:
        clean_and_store(files, timezone.now(), stored)
        give(stored)
        stored.clear()


@contextmanager
def refusals_told() -> Iterator[None]:
    """The refusals of the core as problems."""
    try:
        yield
    except NotAllowed as error:
        raise NotInThisState(_("Look at `actions`: they say what can be done now.")) from error
    except TermOver as error:
        raise ReviewTermOver(_("The last day was %(day)s.") % {"day": written_day(error.until)}) from error
    except NoSuperior as error:
        raise NobodyAbove(
            _("Write to the next higher authority or to the people's government of the place; 12345 tells where.")
        ) from error
    except Question.DoesNotExist as error:
        raise QuestionUnknown(_("Compare the id with `questions` of the story.")) from error
    except Invalid as error:
        raise ValidationError(field_errors(error)) from error
    except StorageFull as error:
        raise NoSpace(_("Nothing was kept. Try again later, or without files.")) from error
