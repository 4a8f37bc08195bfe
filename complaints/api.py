"""Complaints by program: file one, and what kinds there are. Following one: `complaints.api_follow`."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from complaints import api_documents as documents
from complaints.entry import Entry, Invalid, KeyReused
from complaints.files import discard, store_upload
from complaints.kinds import FACTS
from complaints.models import Complaint, Evidence
from complaints.models.complaint import Channel
from complaints.problems import ComplaintNotFound, DecodersBusy, IdempotencyKeyInvalid, IdempotencyKeyReused
from complaints.reading import find_by_receipt
from complaints.serializers import ComplaintSerializer, KindSerializer, ReceiptSerializer
from complaints.services import repeat_of, submit_complaint
from complaints.services.submit import FLAG_NO_CHALLENGE, Submitted
from complaints.vehicles import subject_of
from edge.address import client_address, limit_key
from edge.api import AN_HOUR, PublicView
from edge.limits import limiter
from edge.parsers import JSONBody, WholeForm
from edge.problems import NoSpace, Problem, too_many_requests
from edge.reader import reader_of
from evidence.refusals import BUSY, Refused
from vault.files import StorageFull

KEY = re.compile(r"[\x20-\x7e]{8,255}")
"""An idempotency key: printable ASCII. Shorter ones would collide by chance."""
KEY_SPACE = "api:"
"""Apart from the forms' tokens, so that neither door repeats the other's answers."""
MONEY_QUESTIONS = ["distance_km", "amount_charged", "wish"]
AUTHORITY_QUESTIONS = ["about_authority_kind"]


@dataclass(frozen=True)
class Filing:
    """One request to file: the complaint, its files with their hashes, and the key it came with."""

    entry: Entry
    files: Sequence[UploadedFile[Any]]
    hashes: Sequence[str]
    key: str
    address: str
    language: str
    now: datetime


class ComplaintsView(PublicView):
    """The door by which complaints come in."""

    parser_classes = [JSONBody, WholeForm]

    @extend_schema(**documents.FILE)
    def post(self, request: Request) -> Response:
        """File a complaint: 201, or 200 with the first answer again for a repeat of the same key."""
        filing = filing_in(request)
        with refusals_told(IdempotencyKeyReused(_("Use a new key for a new complaint."))):
            submitted = answer_given(filing) or file_anew(filing)
        return Response(ReceiptSerializer(submitted.receipt).data, status=201 if submitted.is_new else 200)


class ComplaintKindsView(PublicView):
    """What a complaint can be about."""

    cache_control = AN_HOUR

    @extend_schema(**documents.KINDS)
    def get(self, request: Request) -> Response:
        """Answer the kinds in the reader's language, in the order of the form."""
        return Response(KindSerializer([kind_row(kind) for kind in FACTS], many=True).data)


def filing_in(request: Request) -> Filing:
    """What a request files. Raises IdempotencyKeyInvalid, ValidationError, and what the parsers raise."""
    key = idempotency_key(request)
    files = evidence_in(request)
    given = ComplaintSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    return filing_of(request, given.entry(), files, key)


def filing_of(request: Request, entry: Entry, files: Sequence[UploadedFile[Any]], key: str) -> Filing:
    """The filing of an entry that came with a request."""
    return Filing(
        entry=entry,
        files=files,
        hashes=[hashlib.file_digest(file, "sha256").hexdigest() for file in files],
        key=key,
        address=limit_key(client_address(request)),
        language=reader_of(request).language,
        now=timezone.now(),
    )


def idempotency_key(request: Request) -> str:
    """The key of this filing; one of our own, which nobody repeats, where none came. Raises IdempotencyKeyInvalid."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return secrets.token_urlsafe(24)
    if not KEY.fullmatch(key):
        raise IdempotencyKeyInvalid(_("Use 8 to 255 printable ASCII characters, at best a fresh UUID."))
    return KEY_SPACE + key


def evidence_in(request: Request) -> list[UploadedFile[Any]]:
    """The uploaded files. Raises ValidationError for files elsewhere, for text in their place, and for too many."""
    files = files_in(request, "evidence")
    most = settings.ENV.EVIDENCE_MAX_FILES
    if len(files) > most:
        message = _("At most %(count)d files can come with one complaint.") % {"count": most}
        refuse("too-many-files", message, "evidence")
    return files


def files_in(request: Request, field: str) -> list[UploadedFile[Any]]:
    """The files uploaded in `field`. Raises ValidationError for files elsewhere, and for text in their place."""
    strays = sorted(set(request.FILES) - {field})
    if strays:
        words = _("Send files in the field `%(field)s`, repeated for each.") % {"field": field}
        refuse("stray-file", words, *strays)
    files: list[UploadedFile[Any]] = request.FILES.getlist(field)
    data = request.data
    if not files and isinstance(data, dict) and data.get(field):
        refuse("no-file", _("Files can only be sent as multipart/form-data, each with a file name."), field)
    return files


def refuse(code: str, message: Any, *fields: str) -> NoReturn:
    """Raise ValidationError with one message for these fields."""
    raise ValidationError({field: [ErrorDetail(str(message), code=code)] for field in fields})


def answer_given(filing: Filing) -> Submitted | None:
    """The answer this key got already; it costs no limit and no cleaning. Raises KeyReused."""
    if not filing.key.startswith(KEY_SPACE):
        return None
    return repeat_of(key=filing.key, entry=filing.entry, file_hashes=filing.hashes, now=filing.now)


def file_anew(filing: Filing) -> Submitted:
    """Count, clean and store the files, submit. Raises TooManyRequests, ValidationError, Invalid, StorageFull."""
    # Counted first: whether a place is still asked for tells whether the plate is registered.
    flags = counted(filing.address)
    return with_files(
        filing,
        lambda stored: submit_complaint(
            entry=filing.entry,
            evidence=stored,
            key=filing.key,
            channel=Channel.API,
            language=filing.language,
            flags=flags,
            now=filing.now,
        ),
    )


def with_files(filing: Filing, submit: Callable[[list[Evidence]], Submitted]) -> Submitted:
    """Clean and store the files, then `submit` with them. Raises ValidationError, and what `submit` raises."""
    if filing.files:
        subject_of(filing.entry)  # what the core would refuse anyway is refused before a file is decoded
    with only_if_filed() as stored:
        clean_and_store(filing.files, filing.now, stored)
        submitted = submit(stored)
        if submitted.is_new:
            stored.clear()
    return submitted


@contextmanager
def refusals_told(reused: Problem) -> Iterator[None]:
    """The refusals of the core as problems; `reused` is the one for a key that came with another content before."""
    try:
        yield
    except KeyReused as error:
        raise reused from error
    except Invalid as error:
        raise ValidationError(field_errors(error)) from error
    except StorageFull as error:
        raise NoSpace(_("Nothing was kept. Try again later, or without files.")) from error


def counted(address: str) -> list[str]:
    """Count one filing; flags for the desk, since a program solves no challenge. Raises TooManyRequests."""
    if not limiter().hit("filings", address):
        raise too_many_requests(limiter().retry_after("filings", address))
    return [FLAG_NO_CHALLENGE] if limiter().used("filings", address) > settings.ENV.CHALLENGE_AFTER else []


@contextmanager
def only_if_filed() -> Iterator[list[Evidence]]:
    """A list for stored evidence: what is still in it at the end, whatever happened, is discarded."""
    stored: list[Evidence] = []
    try:
        yield stored
    finally:
        discard(stored)


def clean_and_store(
    files: Sequence[UploadedFile[Any]], now: datetime, stored: list[Evidence], field: str = "evidence"
) -> None:
    """Put every file of `field` into `stored`, cleaned and sealed.

    Raises ValidationError naming each file that is not taken (`evidence.0`), DecodersBusy, StorageFull.
    """
    refused: dict[str, list[ErrorDetail]] = {}
    for place, file in enumerate(files):
        try:
            stored.append(store_upload(upload=file, name=file.name or "", now=now))  # type: ignore[arg-type]  # reads and seeks
        except Refused as refusal:
            if refusal.code == BUSY:
                raise DecodersBusy(str(refusal), headers={"Retry-After": "60"}) from refusal
            refused[f"{field}.{place}"] = [ErrorDetail(str(refusal), code=refusal.code)]
    if refused:
        raise ValidationError(refused)


def field_errors(error: Invalid) -> dict[str, list[ErrorDetail]]:
    """The faults of the core by field."""
    found: dict[str, list[ErrorDetail]] = {}
    for fault in error.faults:
        field = "evidence" if fault.field == "files" else fault.field
        found.setdefault(field, []).append(ErrorDetail(str(fault.message), code=fault.code))
    return found


def complaint_for(request: Request, reference: str) -> Complaint:
    """The complaint that reference and Receipt-Code open. Wrong ones count against the address that asks.

    Not against the reference: else a stranger who knows one could shut its holder out, and 72 random bits need no
    such help. Raises ComplaintNotFound and TooManyRequests.
    """
    key = limit_key(client_address(request))
    if not limiter().test("tracking", key):
        raise too_many_requests(limiter().retry_after("tracking", key))
    complaint = find_by_receipt(reference, request.headers.get("Receipt-Code", ""))
    if complaint is None:
        limiter().hit("tracking", key)
        raise ComplaintNotFound(_("Compare the reference and the receipt code with your receipt."))
    return complaint


def kind_row(kind: Any) -> dict[str, Any]:
    """A kind with what follows from it."""
    facts = FACTS[kind]
    return {
        "value": kind.value,
        "label": kind.label,
        "description": facts.description,
        "nature": facts.nature.value,
        "questions": MONEY_QUESTIONS if facts.asks_money else AUTHORITY_QUESTIONS if facts.about_authority else [],
        "may_be_unregistered": facts.may_be_unregistered,
        "may_share_contact": facts.may_share_contact,
    }
