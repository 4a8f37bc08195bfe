"""Documents of an application: as safe as evidence, sealed, and nobody else's."""

import io
from pathlib import Path

import pytest
from PIL import Image

from accounts.models import AuditRow
from evidence.refusals import Refused
from registry.documents import store
from registry.models import ApplicationDocument
from registry.refusals import NotAllowed, OutOfScope, WrongRole
from registry.services import attach_document, open_document, read_document, remove_document
from registry.services.documents import MOST_DOCUMENTS
from tests.evidence.samples import SCRIPT, pdf_bytes, talkative_jpeg
from tests.registry.applications import Purpose, World, by, document, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """Files of this test alone."""
    options = {**settings.STORAGES["evidence"], "OPTIONS": {"location": tmp_path / "evidence"}}
    settings.STORAGES = {**settings.STORAGES, "evidence": options}
    return tmp_path / "evidence"


def files_in(folder: Path):
    return [path for path in folder.rglob("*") if path.is_file()]


def attach(world, application, upload=None, purpose=Purpose.PHOTO_LEFT, user=None, name="左侧.jpg"):
    return attach_document(
        application=application, purpose=purpose, upload=upload or photo(), name=name, **by(user or world.manager)
    )


def test_a_photo_is_kept_sealed_with_its_hashes_and_a_clean_copy(world, own_folder):
    application = world.begun("suspension")
    kept = attach(world, application, io.BytesIO(talkative_jpeg()))
    assert (kept.media, kept.cleaned_type, kept.name) == ("image", "image/jpeg", "左侧.jpg")
    assert len(kept.picture_hash) == 16
    clean = b"".join(read_document(document=kept))
    assert SCRIPT not in clean
    assert Image.open(io.BytesIO(clean)).format == "JPEG"
    sealed = [path.read_bytes() for path in files_in(own_folder / "applications")]
    assert len(sealed) == 2
    assert not any(data.startswith(b"\xff\xd8") for data in sealed)


def test_a_licence_may_be_a_pdf_and_a_side_of_the_vehicle_may_not(world, own_folder):
    application = world.begun("suspension")
    kept = attach(world, application, io.BytesIO(pdf_bytes()), Purpose.VEHICLE_LICENCE, name="行驶证.pdf")
    assert (kept.media, kept.picture_hash) == ("pdf", "")
    there = files_in(own_folder)
    with pytest.raises(Refused) as refusal:
        attach(world, application, io.BytesIO(pdf_bytes()), Purpose.PHOTO_REAR)
    assert refusal.value.code == "no-picture"
    assert files_in(own_folder) == there


@pytest.mark.parametrize("rubbish", [b"", b"MZ this is a program", b"<svg onload=alert(1)>"])
def test_what_is_no_document_is_refused_and_leaves_nothing(world, own_folder, rubbish):
    application = world.begun("suspension")
    with pytest.raises(Refused):
        attach(world, application, io.BytesIO(rubbish))
    assert files_in(own_folder) == []
    assert not ApplicationDocument.objects.exists()


def test_nobody_else_attaches(world, own_folder):
    application = world.begun("suspension")
    with pytest.raises(WrongRole):
        attach(world, application, user=world.officer)
    for stranger in (world.other_manager, world.reviewer, world.far_reviewer):
        with pytest.raises(OutOfScope):
            attach(world, application, user=stranger)
    assert files_in(own_folder) == []


def test_what_was_submitted_takes_no_more_documents_and_gives_none_back(world, own_folder):
    application = world.submitted()
    with pytest.raises(NotAllowed):
        attach(world, application)
    with pytest.raises(NotAllowed):
        remove_document(document=application.documents.first(), **by(world.manager))
    assert files_in(own_folder) == []


def test_there_is_an_end_to_documents(world):
    application = world.begun("suspension")
    for _ in range(MOST_DOCUMENTS):
        document(application)
    with pytest.raises(NotAllowed, match="remove one"):
        attach(world, application)


def test_a_removed_document_goes_with_its_files(world, own_folder, django_capture_on_commit_callbacks):
    kept = attach(world, world.begun("suspension"))
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(document=kept, **by(world.manager))
    assert files_in(own_folder) == []
    assert AuditRow.objects.latest("number").action == "application.document_removed"


def test_who_opened_a_document_is_recorded_and_a_stranger_opens_none(world):
    kept = attach(world, world.begun("suspension"))
    assert b"".join(open_document(document=kept, **by(world.officer)))
    row = AuditRow.objects.latest("number")
    assert (row.action, row.actor, row.detail) == (
        "application.document_read",
        world.officer,
        {"purpose": "photo_left"},
    )
    for stranger in (world.other_manager, world.reviewer):  # a draft is its institution's own
        with pytest.raises(OutOfScope):
            open_document(document=kept, **by(stranger))


def test_bytes_of_a_document_that_could_not_be_noted_do_not_stay(world, own_folder, monkeypatch):
    application = world.begun("suspension")
    monkeypatch.setattr(ApplicationDocument, "save", broken)
    with pytest.raises(OSError, match="disk"):
        attach(world, application)
    assert files_in(own_folder) == []
    assert store().root == own_folder / "applications"


def broken(*_args, **_options):
    raise OSError("disk")
