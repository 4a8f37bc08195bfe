"""Documents of an application: attached, removed, read. As safe as the evidence of complaints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evidence.incoming import inspected
from evidence.refusals import Refused
from registry.applications import ApplicationAction
from registry.difference_hash import difference_hash
from registry.documents import store
from registry.models import Application, ApplicationDocument
from registry.parties import is_visible
from registry.refusals import NotAllowed, OutOfScope
from registry.services.deeds import Deed
from registry.services.steps import division_of, locked_step

MOST_DOCUMENTS = 20
"""Documents with one application."""
PHOTOS = frozenset(
    {
        ApplicationDocument.Purpose.PHOTO_LEFT,
        ApplicationDocument.Purpose.PHOTO_RIGHT,
        ApplicationDocument.Purpose.PHOTO_REAR,
    }
)
NOT_A_DOCUMENT = _("“%(name)s” is neither a picture nor a PDF. Photograph the document and send the picture.")
NOT_A_PICTURE = _("“%(name)s” is no picture. A photo of the vehicle is needed here (JPEG, PNG, WebP, HEIC).")


def attach_document(
    *,
    application: Application,
    purpose: ApplicationDocument.Purpose,
    upload: BinaryIO,
    name: str,
    actor: User,
    now: datetime,
    address: str,
    via: str = "",
) -> ApplicationDocument:
    """Inspect, clean and seal one file and attach it. Several of one purpose may stand; of photos the newest counts.

    The version of the application stays: only a draft or a returned one takes documents. Raises evidence's Refused
    (with words) and vault.files.StorageFull; OutOfScope, WrongRole, NotAllowed; then no file stays.
    """
    deed = Deed(actor, now, address, via)
    with transaction.atomic():  # nobody's file is decoded before it is known that it may be attached
        _require_room(locked_step(application, ApplicationAction.SAVE, deed, None)[0])
    with inspected(upload, name) as clean:
        if clean.kind not in {"image", "pdf"}:
            raise Refused("no-document", NOT_A_DOCUMENT, name=clean.name)
        if purpose in PHOTOS and clean.kind != "image":
            raise Refused("no-picture", NOT_A_PICTURE, name=clean.name)
        picture_hash = difference_hash(clean.clean_path) if clean.kind == "image" else ""
        stored = store().keep(clean, upload)
    document = ApplicationDocument(
        purpose=purpose,
        name=clean.name,
        media=clean.kind,
        content_type=clean.content_type,
        size=clean.size,
        sha256=clean.sha256,
        picture_hash=picture_hash,
        original_key=stored.original_key,
        cleaned_key=stored.cleaned_key,
        cleaned_type=clean.clean_content_type,
        added_by=actor,
        added_at=now,
    )
    try:
        _attach(application, document, deed)
    except BaseException:
        store().discard(stored.original_key, stored.cleaned_key)
        raise
    return document


@transaction.atomic
def _attach(application: Application, document: ApplicationDocument, deed: Deed) -> None:
    locked, _cell = locked_step(application, ApplicationAction.SAVE, deed, None)
    _require_room(locked)
    document.application = locked
    document.save()
    _touch(locked, deed)
    deed.record("application.document_attached", locked, division_of(locked), {"purpose": document.purpose})


def _require_room(locked: Application) -> None:
    if locked.documents.count() >= MOST_DOCUMENTS:
        raise NotAllowed(f"an application has at most {MOST_DOCUMENTS} documents: remove one first")


def _touch(locked: Application, deed: Deed) -> None:
    locked.updated_at = deed.now
    locked.save(update_fields=["updated_at"])


@transaction.atomic
def remove_document(*, document: ApplicationDocument, actor: User, now: datetime, address: str, via: str = "") -> None:
    """Take a document away, with its files once the change holds. Raises OutOfScope, WrongRole, NotAllowed."""
    deed = Deed(actor, now, address, via)
    locked, _cell = locked_step(document.application, ApplicationAction.SAVE, deed, None)
    keys = (document.original_key, document.cleaned_key)
    purpose = document.purpose
    document.delete()
    _touch(locked, deed)
    transaction.on_commit(partial(store().discard, *keys))
    deed.record("application.document_removed", locked, division_of(locked), {"purpose": purpose})


def read_document(*, document: ApplicationDocument) -> Iterator[bytes]:
    """The cleaned copy in chunks, its type is `cleaned_type`; who may see it is the caller's to ask.

    Raises FileNotFoundError, CannotUnseal.
    """
    return store().read_cleaned(document.cleaned_key)


@transaction.atomic
def open_document(
    *, document: ApplicationDocument, actor: User, now: datetime, address: str, via: str = ""
) -> Iterator[bytes]:
    """The same for a person: outside of the scope it does not exist, and who read it is recorded.

    Raises OutOfScope, FileNotFoundError, CannotUnseal.
    """
    application = document.application
    if not is_visible(actor.scope, application):
        raise OutOfScope
    Deed(actor, now, address, via).record(
        "application.document_read", application, division_of(application), {"purpose": document.purpose}
    )
    return read_document(document=document)
