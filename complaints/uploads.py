"""Several files at once: each is taken or refused on its own, with words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from complaints.entry import Invalid
from complaints.files import discard, store_upload
from complaints.models import Evidence
from edge.address import client_address, limit_key
from edge.limits import limiter
from evidence.names import clean_name
from evidence.refusals import Refused

if TYPE_CHECKING:
    Upload = UploadedFile[Any]
else:
    Upload = UploadedFile


class TooOften(Exception):
    """More files from one address than it may send in a while. None was looked at."""


@dataclass
class Taken:
    """What became of the files of one form: stored, or refused with a sentence each."""

    stored: list[Evidence] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def take_files(files: Sequence[Upload], *, room: int, now: datetime, keep: Callable[[Evidence], object]) -> Taken:
    """Inspect and store each file and hand it to `keep`; `room` more are taken, the others refused.

    A file that `keep` refuses (Invalid) is discarded and named. Whatever else happens, no bytes stay behind that
    nobody owns. Raises vault.files.StorageFull; files kept until then stay.
    """
    taken = Taken()
    for number, file in enumerate(files):
        if number >= settings.ENV.EVIDENCE_MAX_FILES or len(taken.stored) >= room:
            taken.refused.append(_too_many(file))
            continue
        try:
            evidence = store_upload(upload=file, name=file.name or "", now=now)  # type: ignore[arg-type]  # reads and seeks
        except Refused as refusal:
            taken.refused.append(str(refusal))
            continue
        try:
            keep(evidence)
        except Invalid:
            discard([evidence])
            taken.refused.append(_too_many(file))
        except BaseException:
            discard([evidence])
            raise
        else:
            taken.stored.append(evidence)
    return taken


def chosen_files(request: HttpRequest) -> list[Upload]:
    """The files of the form. Raises TooOften when this address sends more than it may."""
    files = request.FILES.getlist("files")
    key = limit_key(client_address(request))
    if not all(limiter().hit("drafts", key) for _file in files):
        raise TooOften
    return files


def _too_many(file: Upload) -> str:
    words = _("“%(name)s” was not taken: at most %(most)d files can come with one complaint. Remove one first.")
    return words % {"name": clean_name(file.name or ""), "most": settings.ENV.EVIDENCE_MAX_FILES}
