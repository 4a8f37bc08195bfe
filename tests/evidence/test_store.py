"""Evidence at rest: sealed, under keys that tell nothing and lead nowhere else."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.store import EvidenceStore, NotThatFile
from tests.evidence.samples import picture_bytes, taken_in
from tests.vault.test_sealed_files import room_for
from vault.files import StorageFull

DATA = picture_bytes(comment=b"the camera's own words")


@pytest.fixture
def store(tmp_path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


@pytest.fixture
def clean(tmp_path):
    return taken_in(DATA, tmp_path, name="Zhang San.jpg")


def files(store: EvidenceStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_the_original_and_the_copy_come_back_and_nothing_lies_open(store, clean):
    stored = store.keep(clean, io.BytesIO(DATA))
    assert b"".join(store.read_original(stored.original_key)) == DATA
    assert b"".join(store.read_cleaned(stored.cleaned_key)) == clean.clean_path.read_bytes()
    assert len(files(store)) == 2
    assert not any(b"JFIF" in path.read_bytes() for path in files(store))


def test_keys_tell_nothing_about_the_file(store, clean):
    stored = store.keep(clean, io.BytesIO(DATA))
    assert re.fullmatch(r"originals/([0-9a-f]{2})/\1[0-9a-f]{30}", stored.original_key)
    assert re.fullmatch(r"cleaned/([0-9a-f]{2})/\1[0-9a-f]{30}", stored.cleaned_key)


def test_the_same_file_twice_gets_other_keys(store, clean):
    assert store.keep(clean, io.BytesIO(DATA)) != store.keep(clean, io.BytesIO(DATA))


def test_an_original_is_not_read_through_the_door_for_copies(store, clean):
    stored = store.keep(clean, io.BytesIO(DATA))
    with pytest.raises(ValueError, match="no key of cleaned"):
        store.read_cleaned(stored.original_key)
    with pytest.raises(ValueError, match="no key of originals"):
        store.read_original(stored.cleaned_key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "cleaned/../../../etc/passwd",
        "/etc/passwd",
        "cleaned/ab/../../secrets.json",
        f"cleaned/ab/cd{'0' * 30}",
        f"cleaned/ab/ab{'0' * 30}/..",
        f"cleaned/ab/ab{'0' * 30}\n",
        f"cleaned/AB/AB{'0' * 30}",
        f"cleaned/ab/ab{'0' * 31}",
        f"other/ab/ab{'0' * 30}",
    ],
)
def test_no_key_leads_out_of_the_store(store, key):
    for door in (store.read_cleaned, store.read_original, store.discard):
        with pytest.raises(ValueError, match="no key"):
            door(key)


def test_what_was_discarded_is_gone_and_may_be_discarded_again(store, clean):
    stored = store.keep(clean, io.BytesIO(DATA))
    store.discard(stored.original_key, stored.cleaned_key)
    store.discard(stored.original_key)
    assert files(store) == []
    with pytest.raises(FileNotFoundError):
        store.read_cleaned(stored.cleaned_key)


def test_one_foreign_key_among_others_deletes_nothing(store, clean):
    stored = store.keep(clean, io.BytesIO(DATA))
    with pytest.raises(ValueError, match="no key"):
        store.discard(stored.cleaned_key, "../secrets.json")
    assert len(files(store)) == 2


def test_other_bytes_than_the_inspected_ones_are_not_kept(store, clean):
    with pytest.raises(NotThatFile):
        store.keep(clean, io.BytesIO(DATA + b"!"))
    with pytest.raises(NotThatFile):
        store.keep(replace(clean, clean_sha256="0" * 64), io.BytesIO(DATA))
    assert files(store) == []


def test_without_room_for_both_neither_is_kept(store, tmp_path):
    large = picture_bytes("PNG") + bytes(100_000)
    clean = taken_in(large, tmp_path)
    with room_for(50_000), pytest.raises(StorageFull):
        store.keep(clean, io.BytesIO(large))
    swapped = replace(clean, clean_path=tmp_path / "large", clean_sha256=clean.sha256, sha256=clean.clean_sha256)
    (tmp_path / "large").write_bytes(large)
    with room_for(50_000), pytest.raises(StorageFull):
        store.keep(swapped, io.BytesIO(clean.clean_path.read_bytes()))
    assert files(store) == []


def test_the_store_of_the_settings_is_outside_the_web_root(settings):
    root = EvidenceStore().root
    assert root == settings.VAR_DIR / "evidence"
    assert not root.is_relative_to(settings.STATIC_ROOT)
