"""What authorities sent to an institution, for the institution's own system: read it, reply. Behind the wall.

It reads `Forwarding` as the page does (`complaints.forwarded_page`): the officer's words, days and never minutes. A
released contact and the files are looked at on the desk, by a person, where each look is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import KeyedView, by, scope_of
from accounts.key_scopes import ApiScope
from complaints import forwarded_page as pages
from complaints.api import clean_and_store, files_in, only_if_filed
from complaints.api_cases_base import refusals_told
from complaints.api_cases_shape import StepSerializer, WordsField
from complaints.models import Evidence, Forwarding
from complaints.problems import CaseStale, DecodersBusy, StepNotPossible, Unsoundness
from complaints.services.looking import files_for_institution
from complaints.services.replying import reply, require_reply_possible
from edge.openapi import LANGUAGE, problem_answers
from edge.parsers import JSONBody, WholeForm
from edge.problems import (
    Invalid,
    Malformed,
    NoSpace,
    NotFound,
    NotSignedIn,
    TooLarge,
    TooManyRequests,
    UnsupportedMediaType,
)
from registry.api_staff_base import MOST_A_PAGE, PAGE, ScopeMissing, paged
from registry.api_staff_documents import LINK
from vault.files import StorageFull

WAITING: Final = "waiting"


class ForwardedQuerySerializer(serializers.Serializer[Any]):
    """What the list is narrowed by."""

    state = serializers.ChoiceField(
        [WAITING, *Forwarding.State.values], default="", help_text="`waiting`: whatever still takes a reply."
    )
    limit = serializers.IntegerField(default=PAGE, min_value=1, max_value=MOST_A_PAGE, help_text="Rows of one page.")
    after = serializers.CharField(
        default="", max_length=300, help_text="Where a page begins; take it from the Link header, build on nothing."
    )


class ForwardedRowSerializer(serializers.Serializer[Any]):
    """What one authority sent."""

    id = serializers.IntegerField()
    number = serializers.CharField(help_text="For people. It has no meaning on the authority's side of the wall.")
    purpose = serializers.ChoiceField(Forwarding.Purpose.choices)
    state = serializers.ChoiceField(Forwarding.State.choices)
    takes_reply = serializers.BooleanField()
    authority = serializers.CharField(allow_null=True)
    sent_on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True, help_text="By when a reply is owed.")


class ExchangedSerializer(serializers.Serializer[Any]):
    """Words between the authority and the institution."""

    by = serializers.CharField(help_text="The own person, or the office.")
    day = serializers.DateField()
    what = serializers.CharField()
    text = serializers.CharField()


class ForwardedSerializer(ForwardedRowSerializer):
    """What one authority sent, with its words and what was answered."""

    version = serializers.IntegerField(help_text="Send it with a reply.")
    summary = serializers.CharField(help_text="What you are told; empty once it was taken back.")
    return_note = serializers.CharField(help_text="Why a reply was returned, or why it was taken back.")
    has_several_departments = serializers.BooleanField()
    files = serializers.IntegerField(help_text="How many; they are looked at on the desk.")
    exchange = ExchangedSerializer(many=True, help_text="Oldest first.")
    reply = serializers.CharField()
    corrective_action = serializers.CharField()
    replied_on = serializers.DateField(allow_null=True)


class ReplySerializer(StepSerializer):
    """The institution's reply."""

    text = WordsField()
    corrective_action = WordsField(help_text="What you have done or will do, and by when; empty if nothing.")


class ReplyFormSerializer(ReplySerializer):
    """The same as a form, with attachments."""

    files = serializers.ListField(
        child=serializers.FileField(), required=False, help_text="Attachments, as photos, PDF, audio or video."
    )


_KEY = (NotSignedIn, ScopeMissing, TooManyRequests)
_REPLY = (
    *(*_KEY, Invalid, Malformed, NotFound, CaseStale, StepNotPossible, UnsupportedMediaType, Unsoundness),
    *(TooLarge, DecodersBusy, NoSpace),
)
ROW_EXAMPLE: dict[str, Any] = {
    "id": 5,
    "number": "KD40-1187",
    "purpose": "reply",
    "state": "open",
    "takes_reply": True,
    "authority": "东湖区卫生健康委员会",
    "sent_on": "2026-11-24",
    "due_on": "2026-12-01",
}
EXAMPLE: dict[str, Any] = {
    **ROW_EXAMPLE,
    "version": 1,
    "summary": "11月22日，贵院一辆救护车收费28,000元，公示价格应为10,672元。请说明收费依据。",
    "return_note": "",
    "has_several_departments": False,
    "files": 1,
    "exchange": [],
    "reply": "",
    "corrective_action": "",
    "replied_on": None,
}
ANSWERED = OpenApiResponse(ForwardedSerializer, examples=[OpenApiExample("forwarded", EXAMPLE)])


class ForwardedBase(KeyedView):
    """A view for an institution's system."""

    reads = ApiScope.FORWARDED_READ
    writes = ApiScope.FORWARDED_WRITE


class ForwardedView(ForwardedBase):
    """What was sent to the key's institution."""

    @extend_schema(
        operation_id="list_forwarded",
        summary="List what authorities sent to the institution",
        description="Needs a key with `forwarded:read`. The newest first.",
        tags=["forwarded"],
        parameters=[ForwardedQuerySerializer, LANGUAGE, LINK],
        responses={
            200: OpenApiResponse(
                ForwardedRowSerializer(many=True), examples=[OpenApiExample("forwarded", [ROW_EXAMPLE])]
            ),
            **problem_answers(*_KEY, Invalid),
        },
    )
    def get(self, request: Request) -> Response:
        """Answer a page. Raises ValidationError for filters that are none."""
        query = ForwardedQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked: dict[str, Any] = query.validated_data
        rows = Forwarding.objects.visible_to(scope_of(request))
        if asked["state"] == WAITING:
            rows = rows.awaited()
        elif asked["state"]:
            rows = rows.filter(state=asked["state"])
        shown, headers = paged(request, pages.with_lines(rows), pages.NEWEST_FIRST, asked)
        told = [row_of(each, pages.line_of(each).due_on) for each in shown]
        return Response(ForwardedRowSerializer(told, many=True).data, headers=headers)


class OneForwardedView(ForwardedBase):
    """What was sent once."""

    @extend_schema(
        operation_id="read_forwarded",
        summary="Read what an authority sent",
        description=(
            "Needs a key with `forwarded:read`. What the authority's officer wrote, and what was answered; nothing of "
            "the case. Files, and a contact that was released, are looked at on the desk."
        ),
        tags=["forwarded"],
        parameters=[LANGUAGE],
        responses={200: ANSWERED, **problem_answers(*_KEY, NotFound)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Answer it. Raises NotFound for what was sent to others."""
        return told_of(the_forwarding(request, pk))


class ReplyView(ForwardedBase):
    """The institution's word."""

    parser_classes = [JSONBody, WholeForm]

    @extend_schema(
        operation_id="reply_to_forwarded",
        summary="Reply to an authority",
        description=(
            "Needs a key with `forwarded:write`. As JSON, or as multipart/form-data with attachments in `files`. The "
            "answer says that it was taken and nothing of what was sent. One file that is not taken, and nothing is. "
            "Where somebody was faster: 409 `stale-version` with `version`, `by`, `at`, `what`."
        ),
        tags=["forwarded"],
        parameters=[LANGUAGE],
        request={"application/json": ReplySerializer, "multipart/form-data": ReplyFormSerializer},
        responses={
            200: OpenApiResponse(ForwardedRowSerializer, examples=[OpenApiExample("replied", ROW_EXAMPLE)]),
            **problem_answers(*_REPLY),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """Reply. Raises NotFound, ValidationError, DecodersBusy, NoSpace, and what `refusals_told` does."""
        forwarding = the_forwarding(request, pk)
        files = files_in(request, "files")
        given = ReplySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals_told(), only_if_filed() as stored:
            replied(forwarding, given.validated_data, files, stored, by(request))
        after = the_forwarding(request, pk)
        return Response(ForwardedRowSerializer(row_of(after, None)).data)


def replied(
    forwarding: Forwarding,
    given: Mapping[str, Any],
    files: Sequence[UploadedFile[Any]],
    stored: list[Evidence],
    by_whom: Mapping[str, Any],
) -> None:
    """Take the files, then the reply; what is still in `stored` afterwards belongs to nobody.

    What would be refused anyway is refused before a file is decoded. Raises what `reply` and `clean_and_store` do,
    NoSpace instead of StorageFull.
    """
    require_reply_possible(forwarding=forwarding, version=given["version"], files=len(files), actor=by_whom["actor"])
    try:
        clean_and_store(files, by_whom["now"], stored, "files")
    except StorageFull as error:
        raise NoSpace(_("Nothing was kept. Try again later, or without files.")) from error
    reply(forwarding=forwarding, evidence=stored, **given, **by_whom)
    stored.clear()


def the_forwarding(request: Request, pk: int) -> Forwarding:
    """What was sent to the key's institution. Raises NotFound for anything else."""
    visible = Forwarding.objects.visible_to(scope_of(request))
    related = "handling__authority", "handling__complaint", "institution"
    found = visible.select_related(*related).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def row_of(forwarding: Forwarding, due_on: Any) -> dict[str, Any]:
    """A forwarding as a row of the list."""
    authority = forwarding.handling.authority
    return {
        "id": forwarding.pk,
        "number": forwarding.number,
        "purpose": forwarding.purpose,
        "state": forwarding.state,
        "takes_reply": pages.takes_reply(forwarding),
        "authority": authority.name if authority else None,
        "sent_on": pages.day_of(forwarding.forwarded_at),
        "due_on": due_on,
    }


def told_of(forwarding: Forwarding) -> Response:
    """The whole of it, as the page shows it."""
    is_recalled = forwarding.state == Forwarding.State.RECALLED
    term = pages.explanation_of(forwarding, timezone.localdate())
    told = {
        **row_of(forwarding, term.due.due_on if term else None),
        "version": forwarding.version,
        "summary": "" if is_recalled else forwarding.summary,
        "return_note": forwarding.return_note,
        "has_several_departments": forwarding.has_several_departments,
        "files": len(files_for_institution(forwarding)),
        "exchange": [vars(words) for words in pages.exchanged(forwarding)],
        "reply": forwarding.reply,
        "corrective_action": forwarding.corrective_action,
        "replied_on": pages.day_of(forwarding.replied_at) if forwarding.replied_at else None,
    }
    return Response(ForwardedSerializer(told).data)
