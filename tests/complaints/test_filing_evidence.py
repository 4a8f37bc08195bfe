"""Files with a complaint: each taken or refused on its own, the accepted ones kept whatever happens to the others."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from complaints.models import Draft, Evidence
from complaints.uploads import take_files
from edge.limits import limiter
from tests import build
from tests.complaints.build import Person, jpeg, place_of, rubbish, text_of
from tests.evidence.samples import talkative_jpeg
from vault.files import StorageFull

pytestmark = pytest.mark.django_db
MOST = django_settings.ENV.EVIDENCE_MAX_FILES
ROOT = Path(django_settings.STORAGES["evidence"]["OPTIONS"]["location"])


@pytest.fixture
def person() -> Person:
    build.division()
    person = Person()
    person.hold()
    return person


def names() -> list[str]:
    return [one.name for one in Evidence.objects.all()]


def files_on_disk() -> set[Path]:
    return {path for path in ROOT.rglob("*") if path.is_file()}


def test_accepted_files_stay_when_another_one_is_refused(person):
    response = person.upload(jpeg("one.jpg"), rubbish("virus.exe"), jpeg("two.jpg"))
    assert response.status_code == 422
    page = text_of(response)
    assert "virus.exe" in page
    assert "Send a photo" in page
    assert names() == ["one.jpg", "two.jpg"]
    assert page.count("data:image/jpeg;base64,") == 2
    assert place_of(person.upload()) == "contact"


def test_each_refused_file_gets_its_own_sentence(person):
    empty = SimpleUploadedFile("empty.jpg", b"")
    broken = SimpleUploadedFile("broken.jpg", talkative_jpeg()[:200])
    page = text_of(person.upload(empty, broken, rubbish()))
    assert "“empty.jpg” is empty" in page
    assert "“broken.jpg” is damaged" in page
    assert "virus.exe" in page
    assert names() == []


def test_adding_stays_on_the_page_and_going_on_takes_the_chosen_files_along(person):
    assert place_of(person.upload(jpeg("a.jpg"), add="1")) == "evidence"
    assert place_of(person.upload(jpeg("b.jpg"), go="1")) == "contact"
    assert names() == ["a.jpg", "b.jpg"]


def test_a_file_can_be_removed_with_its_bytes(person, django_capture_on_commit_callbacks):
    before = files_on_disk()
    person.upload(jpeg("a.jpg"), jpeg("b.jpg"))
    first = Evidence.objects.earliest("pk")
    with django_capture_on_commit_callbacks(execute=True):
        assert place_of(person.answer("evidence", remove=str(first.pk))) == "evidence"
    assert names() == ["b.jpg"]
    assert len(files_on_disk() - before) == 2


def test_a_file_of_another_draft_cannot_be_removed(person):
    person.upload(jpeg("mine.jpg"))
    mine = Evidence.objects.get()
    other = Person()
    other.hold()
    other.answer("evidence", remove=str(mine.pk))
    for hostile in ("0", "-1", "x", "9" * 40, ""):
        other.answer("evidence", remove=hostile)
    assert names() == ["mine.jpg"]


def test_one_file_too_many_is_refused_and_the_others_are_kept(person):
    person.upload(*[jpeg(f"{n}.jpg") for n in range(MOST - 1)], add="1")
    response = person.upload(jpeg("last.jpg"), jpeg("over.jpg"), add="1")
    assert response.status_code == 422
    assert "“over.jpg” was not taken" in text_of(response)
    assert len(names()) == MOST
    assert 'type="file"' not in text_of(person.look("evidence"))


def test_a_hundred_files_at_once_are_refused_in_words_and_the_draft_is_kept(person):
    person.upload(jpeg("kept.jpg"), add="1")
    response = person.upload(*[SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(100)])
    assert response.status_code == 413
    assert "too many files" in text_of(response)
    assert "kept.jpg" in text_of(response)
    assert names() == ["kept.jpg"]


@pytest.mark.parametrize("name", ["../../etc/passwd.jpg", "C:\\Windows\\a.jpg", "a\u202egpj.exe", "x" * 300 + ".jpg"])
def test_a_hostile_name_is_only_shown_harmlessly(person, name):
    assert place_of(person.upload(jpeg(name))) == "contact"
    shown = names()[0]
    assert "/" not in shown
    assert "\\" not in shown
    assert "\u202e" not in shown
    assert len(shown) <= 80


def test_a_name_with_markup_is_shown_as_text(person):
    page = text_of(person.upload(jpeg("<img src=x onerror=alert(1)>.jpg"), rubbish("<b>.exe")))
    assert "<img src=x" not in page
    assert "<b>.exe" not in page


def test_a_full_disk_is_told_with_507_and_loses_nothing(person, monkeypatch):
    person.upload(jpeg("kept.jpg"), add="1")
    before = files_on_disk()

    def full(**_arguments):
        raise StorageFull("no room")

    monkeypatch.setattr("complaints.uploads.store_upload", full)
    response = person.upload(jpeg("late.jpg"))
    assert response.status_code == 507
    assert "no room for files" in text_of(response)
    assert "kept.jpg" in text_of(response)
    assert files_on_disk() == before


def test_a_disk_that_fills_while_the_upload_arrives_is_told_with_507(person, settings):
    settings.FILE_UPLOAD_HANDLERS = ["tests.complaints.test_filing_evidence.NoRoom"]
    response = person.upload(jpeg("late.jpg"))
    assert response.status_code == 507
    assert "no room for files" in text_of(response)
    assert Draft.objects.filter(pk=person.draft_id).exists()


def test_a_file_that_finds_its_draft_filed_leaves_no_bytes(person, monkeypatch):
    before = files_on_disk()

    def filed_meanwhile(*arguments, **options):
        Draft.objects.all().delete()
        return take_files(*arguments, **options)

    monkeypatch.setattr("complaints.sending.take_files", filed_meanwhile)
    response = person.upload(jpeg("late.jpg"))
    assert response.status_code == 410
    assert files_on_disk() == before


def test_too_many_files_from_one_address_are_refused_in_words(person):
    while limiter().hit("drafts", "127.0.0.1"):
        pass
    response = person.upload(jpeg())
    assert response.status_code == 429
    assert "go on without" in text_of(response)
    assert place_of(person.upload()) == "contact"


def test_evidence_is_never_served_to_the_public(person):
    person.upload(jpeg())
    evidence = Evidence.objects.get()
    for path in (evidence.original_key, evidence.cleaned_key):
        for prefix in ("/media/", "/evidence/", "/evidence-is-not-served/", "/", "/static/"):
            assert person.client.get(f"{prefix}{path}").status_code == 404


class NoRoom(TemporaryFileUploadHandler):
    """An upload handler on a full disk."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")
