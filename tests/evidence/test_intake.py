"""The door: what is turned away and with which words, what a decoder may cost, and that nothing is left behind."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import stat
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.utils import translation
from PIL import Image

from evidence.intake import inspect_and_clean, job_for
from evidence.job import STORAGE_FULL, Job
from evidence.limits import limits_from_settings
from evidence.refusals import MESSAGES, Refused, refusal
from evidence.sandbox import PLACES, PROGRAMS, DecoderBroken, NoFreeSlot, decode_apart, decoding_slot
from evidence.sniff import sniff
from tests.evidence.samples import SCRIPT, limits, painting, picture_bytes, recording, taken_in, zip_bytes
from tests.vault.test_sealed_files import room_for
from vault.files import StorageFull

MEGABYTE = 1024 * 1024


def noisy_bytes(pixels: int) -> bytes:
    """A picture that does not compress."""
    return picture_bytes("PNG", Image.frombytes("RGB", (pixels, pixels), os.urandom(pixels * pixels * 3)))


def test_the_facts_of_the_original_and_of_the_copy_are_told(tmp_path):
    data = picture_bytes()
    clean = taken_in(data, tmp_path, name="C:\\photos\\bill.jpg")
    made = clean.clean_path.read_bytes()
    assert (clean.name, clean.size, clean.sha256) == ("bill.jpg", len(data), hashlib.sha256(data).hexdigest())
    assert (clean.clean_size, clean.clean_sha256) == (len(made), hashlib.sha256(made).hexdigest())


def test_only_the_copy_stays_and_is_ours_alone(tmp_path):
    clean = taken_in(picture_bytes(), tmp_path, name="../../etc/passwd")
    assert list(tmp_path.iterdir()) == [clean.clean_path]
    assert "passwd" not in clean.clean_path.name
    assert stat.S_IMODE(clean.clean_path.stat().st_mode) == 0o600


def test_an_upload_read_before_is_read_from_its_start(tmp_path):
    upload = io.BytesIO(picture_bytes())
    upload.read()
    assert inspect_and_clean(upload, "a.jpg", out_dir=tmp_path).width == 60


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (SCRIPT * 20, "photo.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.png"),
        (zip_bytes(), "film.mp4"),
        (b"MZ" + bytes(200), "bill.pdf"),
        (b"GIF89a" + bytes(50), "a.gif"),
        (b"#!/bin/sh\nrm -rf /", "sound.mp3"),
        (b"#EXTM3U\nfile:///etc/passwd", "film.mp4"),
        (b"just words", "words.txt"),
        (b"\x00", "zero.jpg"),
    ],
)
def test_a_name_is_never_believed(tmp_path, data, name):
    with pytest.raises(Refused) as refused:
        taken_in(data, tmp_path, name=name)
    assert refused.value.code == "unsupported-type"
    assert list(tmp_path.iterdir()) == []


def test_a_picture_under_a_wrong_name_is_a_picture(tmp_path):
    assert taken_in(picture_bytes(), tmp_path, name="virus.exe").content_type == "image/jpeg"


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        taken_in(b"", tmp_path)
    assert refused.value.code == "empty"


def test_each_kind_has_its_own_size_limit(tmp_path):
    data = picture_bytes() + bytes(3 * MEGABYTE)
    sizes = {"image": 2 * MEGABYTE, "audio": MEGABYTE, "video": 90 * MEGABYTE, "pdf": MEGABYTE}
    with pytest.raises(Refused) as refused:
        taken_in(data, tmp_path, max_bytes=sizes)
    assert (refused.value.code, refused.value.params["limit"]) == ("too-large", 2)
    assert list(tmp_path.iterdir()) == []
    assert taken_in(data, tmp_path, max_bytes={**sizes, "image": 4 * MEGABYTE}).size == len(data)


def test_a_sound_in_a_films_clothes_keeps_to_the_limit_of_sounds(tmp_path):
    data = recording(tmp_path / "made", "mp4", sound="aac")
    folder = tmp_path / "out"
    folder.mkdir()
    sizes = {"image": 1, "audio": len(data) - 1, "video": 90 * MEGABYTE, "pdf": 1}
    with pytest.raises(Refused) as refused:
        taken_in(data, folder, max_bytes=sizes)
    assert refused.value.code == "too-large"
    assert list(folder.iterdir()) == []


def test_a_huge_upload_is_not_read_to_its_end(tmp_path):
    class Endless(io.BytesIO):
        given = 0

        def read(self, size: int | None = -1, /) -> bytes:
            head = picture_bytes() if self.given == 0 else b""
            piece = head + bytes((size or 0) - len(head))
            self.given += len(piece)
            return piece

        def seek(self, offset: int, whence: int = 0, /) -> int:
            self.given = 0
            return 0

    upload = Endless()
    with pytest.raises(Refused):
        inspect_and_clean(upload, "a.jpg", out_dir=tmp_path)
    assert upload.given <= limits_from_settings().max_bytes["image"] + MEGABYTE


def test_a_decoder_out_of_processor_time_is_ended_and_the_file_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(PROGRAMS, "image", "tests.evidence.decoder_without_end")
    with pytest.raises(Refused) as refused:
        taken_in(noisy_bytes(10), tmp_path, cpu_seconds=1)
    assert refused.value.code == "too-complex"
    assert list(tmp_path.iterdir()) == []


def test_a_decoder_out_of_time_is_ended_and_the_file_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        taken_in(noisy_bytes(1000), tmp_path, wall_seconds=0.05)
    assert refused.value.code == "too-complex"
    assert list(tmp_path.iterdir()) == []


def test_a_decoder_out_of_memory_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        taken_in(picture_bytes("PNG", painting(6000, 6000)), tmp_path, memory_bytes=150 * MEGABYTE)
    assert refused.value.code in {"too-complex", "damaged"}
    assert list(tmp_path.iterdir()) == []


def test_a_copy_that_grows_out_of_bounds_is_refused(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(noisy_bytes(500))
    job = job_for(source, tmp_path / "copy", "image/png", 0, limits(spare_output_bytes=20_000))
    assert decode_apart(job, "image", limits()).status == "too-complex"


def test_no_room_for_the_original_is_told_apart_from_a_bad_file(tmp_path):
    with room_for(64 * 1024), pytest.raises(StorageFull):
        taken_in(noisy_bytes(300), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "content_type"), [("image", "image/jpeg"), ("video", "video/webm")])
def test_no_room_for_the_copy_is_told_apart_from_a_bad_file(tmp_path, kind, content_type):
    source = tmp_path / "source"
    if kind == "image":
        source.write_bytes(picture_bytes())
    else:
        recording(source, "webm", film="libvpx")
    job = job_for(source, Path("/dev/full"), content_type, 10_000, limits())
    assert decode_apart(job, kind, limits()).status == STORAGE_FULL


def test_a_broken_installation_is_no_fault_of_the_file(tmp_path):
    job = Job("", "", "image/jpeg", 1, 1, 1, 1, memory_bytes=2**70, cpu_seconds=1, output_bytes=1)
    with pytest.raises(DecoderBroken, match=r"evidence\.images"):
        decode_apart(job, "image", limits())


def test_the_decoder_inherits_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("VAULT_KEYS", "secret")
    is_done = threading.Event()
    seen: set[bytes] = set()

    def look() -> None:
        me = str(os.getpid())
        while not is_done.is_set():
            for status in Path("/proc").glob("[0-9]*/stat"):
                try:
                    if status.read_text().rpartition(")")[2].split()[1] == me:
                        command = (status.parent / "cmdline").read_bytes()
                        if b"evidence." in command:
                            seen.add((status.parent / "environ").read_bytes())
                except (FileNotFoundError, ProcessLookupError):
                    continue  # it has just ended

    watcher = threading.Thread(target=look)
    watcher.start()
    taken_in(noisy_bytes(800), tmp_path)
    is_done.set()
    watcher.join()
    assert seen
    assert not any(b"secret" in environment for environment in seen)


def test_only_so_many_files_are_decoded_at_once(tmp_path):
    bounds = limits(slots_dir=tmp_path / "slots", slots=2, slot_wait_seconds=0)
    with decoding_slot(bounds), decoding_slot(bounds), pytest.raises(NoFreeSlot), decoding_slot(bounds):
        pass
    with decoding_slot(bounds):
        pass  # free again


def test_who_waits_too_long_is_asked_to_come_again(tmp_path):
    bounds = {"slots_dir": tmp_path / "slots", "slots": 1, "slot_wait_seconds": 0.05}
    out = tmp_path / "out"
    out.mkdir()
    with decoding_slot(limits(**bounds)), pytest.raises(Refused) as refused:
        taken_in(picture_bytes(), out, **bounds)
    assert refused.value.code == "busy"
    assert list(out.iterdir()) == []


def test_a_slot_held_by_another_process_counts_too(tmp_path):
    bounds = limits(slots_dir=tmp_path, slots=1, slot_wait_seconds=0)
    with (tmp_path / "0").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(NoFreeSlot), decoding_slot(bounds):
            pass


def test_files_never_take_every_thread_of_a_process(tmp_path):
    bounds = limits(slots_dir=tmp_path, slots=PLACES + 1, slot_wait_seconds=30)
    with ExitStack() as held:
        for _file in range(PLACES):
            held.enter_context(decoding_slot(bounds))
        with pytest.raises(NoFreeSlot), decoding_slot(bounds):
            pass
    with decoding_slot(bounds):
        pass


def test_a_waiting_file_takes_the_slot_as_soon_as_it_is_free(tmp_path):
    bounds = limits(slots_dir=tmp_path, slots=1, slot_wait_seconds=5)
    entered: list[float] = []

    def wait() -> None:
        with decoding_slot(bounds):
            entered.append(time.monotonic())

    with decoding_slot(bounds):
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not entered
    waiting.join()
    assert len(entered) == 1


def test_the_limits_come_from_the_settings(settings):
    settings.ENV = settings.ENV.model_copy(update={"EVIDENCE_MAX_MB_IMAGE": 3, "EVIDENCE_MAX_MEGAPIXELS": 7})
    found = limits_from_settings()
    assert (found.max_bytes["image"], found.max_pixels) == (3 * MEGABYTE, 7_000_000)
    assert found.slots < (os.cpu_count() or 1) or found.slots == 1


@pytest.mark.parametrize("code", MESSAGES)
def test_every_refusal_has_words_that_name_the_file(code):
    with translation.override("en"):
        words = str(refusal(code, name="bill.jpg", limit=5))
    assert "bill.jpg" in words
    assert "%" not in words


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"\x00\x00\x00\x18ftyp3gp5", "video/3gpp"),
        (b"\x00\x00\x00\x18ftypqt  ", "video/quicktime"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4"),
        (b"\x00\x00\x00\x18ftypMSNV", "video/mp4"),
        (b"\x00\x00\x00\x18ftypiso6", "video/mp4"),
        (b"\x00\x00\x00\x18ftypheix\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf", None),
        (b"%PDF-1.4", "application/pdf"),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_type(head, content_type):
    assert sniff(head + bytes(20) if head else head) == content_type
