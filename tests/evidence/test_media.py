"""Sound and film come out in a new container: what is heard and seen, unchanged, and no word beside it."""

from __future__ import annotations

import io
import struct
from typing import Any

import av
import pytest

from evidence.frames import amr_frame, amr_wide_frame, mp3_frame, whole_frames
from evidence.refusals import Refused
from tests.evidence.samples import (
    PLACE,
    SCRIPT,
    SECRET,
    boxes,
    pictures_of,
    recording,
    taken_in,
    zip_bytes,
)

WORDS = {
    "title": SECRET,
    "artist": SECRET,
    "comment": SECRET,
    "location": PLACE,
    "com.apple.quicktime.location.ISO6709": PLACE,
    "creation_time": "2026-01-02T03:04:05Z",
}

SOUNDS = {
    # name: container, codec, type of the original, type of the copy
    "mp3": ("mp3", "libmp3lame", "audio/mpeg", "audio/mpeg"),
    "m4a": ("ipod", "aac", "audio/mp4", "audio/mp4"),
    "aac": ("adts", "aac", "audio/aac", "audio/mp4"),
    "amr": ("amr", "libopencore_amrnb", "audio/amr", "audio/amr"),
    "opus": ("ogg", "libopus", "audio/ogg", "audio/ogg"),
    "wav": ("wav", "pcm_s16le", "audio/wav", "audio/wav"),
    "mp4 of sound alone": ("mp4", "aac", "audio/mp4", "audio/mp4"),
    "3gp of sound alone": ("3gp", "libopencore_amrnb", "audio/3gpp", "audio/amr"),
    "webm of sound alone": ("webm", "libopus", "audio/webm", "audio/ogg"),
}
FILMS = {
    # name: container, film, sound, type of the original, type of the copy
    "mp4": ("mp4", "libx264", "aac", "video/mp4", "video/mp4"),
    "mp4 with hevc": ("mp4", "libx265", "aac", "video/mp4", "video/mp4"),
    "mov": ("mov", "libx264", "aac", "video/quicktime", "video/mp4"),
    "mov with raw sound": ("mov", "libx264", "pcm_s16le", "video/quicktime", "video/quicktime"),
    "3gp": ("3gp", "mpeg4", "libopencore_amrnb", "video/3gpp", "video/3gpp"),
    "3gp of an old phone": ("3gp", "h263", "libopencore_amrnb", "video/3gpp", "video/3gpp"),
    "webm": ("webm", "libvpx", "libopus", "video/webm", "video/webm"),
    "webm with vp9": ("webm", "libvpx-vp9", "libopus", "video/webm", "video/webm"),
    "mp4 without sound": ("mp4", "libx264", "", "video/mp4", "video/mp4"),
}
QUIET = {"libx265": {"x265-params": "log-level=none"}}


def film_sample(tmp_path, name: str, **options) -> bytes:
    container, film, sound, _, _ = FILMS[name]
    # Old phones' codec knows only certain sizes of picture; one of them serves all.
    options = {"size": (176, 144), "film_options": QUIET.get(film), **options}
    return recording(tmp_path / "made", container, film=film, sound=sound, **options)


def sound_sample(tmp_path, name: str, **options) -> bytes:
    container, sound, _, _ = SOUNDS[name]
    return recording(tmp_path / "made", container, sound=sound, **options)


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_is_told_for_what_it_is_and_copied(tmp_path, out, name):
    clean = taken_in(sound_sample(tmp_path, name), out)
    assert (clean.kind, clean.content_type, clean.clean_content_type) == ("audio", *SOUNDS[name][2:])
    assert clean.duration == pytest.approx(1.0, abs=0.1)
    assert (clean.width, clean.height, clean.pages) == (None, None, None)
    with av.open(str(clean.clean_path)) as copy:
        assert [stream.type for stream in copy.streams] == ["audio"]
        heard = sum(frame.samples / frame.sample_rate for frame in copy.decode(audio=0))
    assert heard == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("name", FILMS)
def test_a_film_is_told_for_what_it_is_and_copied(tmp_path, out, name):
    data = film_sample(tmp_path, name)
    clean = taken_in(data, out)
    assert (clean.kind, clean.content_type, clean.clean_content_type) == ("video", *FILMS[name][3:])
    assert (clean.width, clean.height) == (176, 144)
    assert clean.duration == pytest.approx(1.0, abs=0.1)
    assert pictures_of(clean.clean_path.read_bytes()) == pictures_of(data)
    with av.open(str(clean.clean_path)) as copy:
        assert [stream.type for stream in copy.streams] == (["video", "audio"] if FILMS[name][2] else ["video"])


@pytest.mark.parametrize("name", ["mov", "webm"])
def test_no_word_of_a_film_stays(tmp_path, out, name):
    freely = {"movflags": "use_metadata_tags"} if name == "mov" else None
    data = film_sample(tmp_path, name, metadata=WORDS, muxer_options=freely)
    assert SECRET.encode() in data
    assert PLACE.encode() in data
    clean = taken_in(data, out)
    made = clean.clean_path.read_bytes()
    assert SECRET.encode() not in made
    assert PLACE[:8].encode() not in made
    with av.open(io.BytesIO(made)) as copy:
        told = {**copy.metadata, **{k: v for stream in copy.streams for k, v in stream.metadata.items()}}
    assert not set(told) & {*WORDS, "date"}


@pytest.mark.parametrize("name", ["mp3", "m4a", "opus", "wav"])
def test_no_word_of_a_sound_stays(tmp_path, out, name):
    data = sound_sample(tmp_path, name, metadata=WORDS)
    assert SECRET.encode() in data
    made = taken_in(data, out).clean_path.read_bytes()
    assert SECRET.encode() not in made


@pytest.mark.parametrize(("name", "box"), [("mp4", b"loci"), ("mov", b"\xa9xyz"), ("3gp", b"loci")])
def test_the_place_a_phone_writes_into_its_film_is_gone(tmp_path, out, name, box):
    data = film_sample(tmp_path, name, metadata={"location": PLACE})
    assert box in data
    assert box not in taken_in(data, out).clean_path.read_bytes()


def test_boxes_in_which_cameras_hide_their_track_are_gone(tmp_path, out):
    hidden = SECRET.encode() * 3
    box = struct.pack(">I", len(hidden) + 8) + b"free" + hidden
    made = taken_in(film_sample(tmp_path, "mp4") + box, out).clean_path.read_bytes()
    assert SECRET.encode() not in made
    assert set(boxes(made)) <= {b"ftyp", b"moov", b"mdat", b"free"}


def test_subtitles_in_which_cameras_write_their_track_are_gone(tmp_path, out):
    path = tmp_path / "made"
    film_sample(tmp_path, "mp4")
    with av.open(str(path)) as plain, av.open(str(tmp_path / "titled"), "w", format="mp4") as titled:
        film = plain.streams.video[0]
        copied = titled.add_stream_from_template(film, opaque=True)
        titles = titled.add_mux_stream("mov_text")
        for packet in plain.demux(film):
            if packet.size:
                packet.stream = copied
                titled.mux(packet)
        words = SECRET.encode()
        title: Any = av.Packet(struct.pack(">H", len(words)) + words)
        title.stream, title.pts, title.dts, title.duration = titles, 0, 0, 1000
        title.time_base = titles.time_base
        titled.mux(title)
    data = (tmp_path / "titled").read_bytes()
    assert SECRET.encode() in data
    made = taken_in(data, out).clean_path.read_bytes()
    assert SECRET.encode() not in made
    assert pictures_of(made) == pictures_of(data)


@pytest.mark.parametrize(("name", "message"), [("mp4", b"x264 - core"), ("mp4 with hevc", b"x265 (build")])
def test_messages_inside_the_pictures_stream_are_gone(tmp_path, out, name, message):
    data = film_sample(tmp_path, name)
    assert message in data
    clean = taken_in(data, out)
    assert message not in clean.clean_path.read_bytes()
    assert pictures_of(clean.clean_path.read_bytes()) == pictures_of(data)


@pytest.mark.parametrize("name", ["mp4", "mp4 with hevc", "mov"])
def test_pictures_stay_framed_as_the_container_wants_it(tmp_path, out, name):
    clean = taken_in(film_sample(tmp_path, name), out)
    with av.open(str(clean.clean_path)) as copy:
        header = copy.streams.video[0].codec_context.extradata
        assert header
        assert header[0] == 1  # a configuration record, no byte stream
        for packet in copy.demux(video=0):
            data, at = bytes(packet), 0
            while at < len(data):
                at += 4 + int.from_bytes(data[at : at + 4], "big")
            assert at == len(data)


def test_the_cover_of_a_sound_is_dropped(tmp_path, out):
    data = sound_sample(tmp_path, "mp3", cover=True)
    assert b"APIC" in data
    clean = taken_in(data, out)
    assert clean.kind == "audio"
    assert b"APIC" not in clean.clean_path.read_bytes()


@pytest.mark.parametrize("name", ["mp3", "m4a", "aac", "opus", "wav", "amr"])
@pytest.mark.parametrize("glued", [zip_bytes(), b"\xe0" + SCRIPT * 30], ids=["zip", "script"])
def test_what_is_glued_to_a_sound_is_gone(tmp_path, out, name, glued):
    made = taken_in(sound_sample(tmp_path, name) + glued, out).clean_path.read_bytes()
    assert glued[:30] not in made
    assert glued[-30:] not in made
    assert SCRIPT not in made


@pytest.mark.parametrize("name", ["mp4", "mov", "webm"])
def test_what_is_glued_to_a_film_is_gone(tmp_path, out, name):
    made = taken_in(film_sample(tmp_path, name) + zip_bytes(), out).clean_path.read_bytes()
    assert b"Payload" not in made


def test_a_film_taken_upright_stays_upright(tmp_path, out):
    quarter = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    straight = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    data = film_sample(tmp_path, "mp4")
    track = data.index(b"tkhd")
    at = data.index(straight, track)
    turned = data[:at] + quarter + data[at + len(quarter) :]
    clean = taken_in(turned, out)
    assert (clean.width, clean.height) == (144, 176)
    with av.open(str(clean.clean_path)) as copy:
        assert next(copy.decode(video=0)).rotation == -90


def test_a_film_longer_than_allowed_is_refused(tmp_path, out):
    data = film_sample(tmp_path, "mp4", seconds=3)
    with pytest.raises(Refused) as refused:
        taken_in(data, out, max_seconds=2)
    assert refused.value.code == "too-long"
    assert list(out.iterdir()) == []
    assert taken_in(data, out, max_seconds=4).duration == pytest.approx(3, abs=0.1)


def test_a_film_of_too_many_pixels_is_refused(tmp_path, out):
    with pytest.raises(Refused) as refused:
        taken_in(film_sample(tmp_path, "mp4"), out, max_pixels=176 * 144 - 1)
    assert refused.value.code == "too-many-pixels"


@pytest.mark.parametrize("name", ["mp4", "mov"])
def test_a_film_cut_off_before_its_index_is_refused(tmp_path, out, name):
    data = film_sample(tmp_path, name)
    with pytest.raises(Refused) as refused:
        taken_in(data[: len(data) // 2], out)
    assert refused.value.code == "damaged"
    assert list(out.iterdir()) == []


def test_a_film_cut_off_is_kept_as_far_as_it_goes(tmp_path, out):
    data = film_sample(tmp_path, "webm", seconds=2)
    assert taken_in(data[: len(data) // 2], out).duration == pytest.approx(1, abs=0.7)


HEADS = [b"\x00\x00\x00\x18ftypmp42", b"RIFF\x00\x01\x00\x00WAVEfmt ", b"#!AMR\n\xff", b"ID3\x04"]


@pytest.mark.parametrize("head", HEADS)
def test_what_only_begins_like_a_recording_is_refused(out, head):
    with pytest.raises(Refused) as refused:
        taken_in(head + SCRIPT * 20, out)
    assert refused.value.code == "damaged"


def test_a_film_whose_pictures_nobody_can_see_is_refused(tmp_path, out):
    data = film_sample(tmp_path, "mp4 without sound")
    start = data.index(b"mdat") + 4
    with pytest.raises(Refused) as refused:
        taken_in(data[:start] + bytes(data.index(b"moov") - 4 - start) + data[data.index(b"moov") - 4 :], out)
    assert refused.value.code == "damaged"


def test_a_codec_nobody_asked_for_is_refused(tmp_path, out):
    data = recording(tmp_path / "made", "webm", film="libvpx", sound="vorbis")
    with pytest.raises(Refused) as refused:
        taken_in(data, out)
    assert refused.value.code == "unsupported-type"


@pytest.mark.parametrize(
    ("frame_at", "header", "length"),
    [
        (mp3_frame, b"\xff\xfb\x90\x00", 417),  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz
        (mp3_frame, b"\xff\xfb\x92\x00", 418),  # the same, padded
        (mp3_frame, b"\xff\xfb\x94\x00", 384),  # 48 kHz
        (mp3_frame, b"\xff\xf3\x80\x00", 208),  # MPEG-2 layer III, 64 kbit/s, 22.05 kHz
        (mp3_frame, b"\xff\xe3\x80\x00", 417),  # MPEG-2.5, 11.025 kHz
        (mp3_frame, b"\xff\xfd\x80\x00", 417),  # layer II, 128 kbit/s
        (mp3_frame, b"\xff\xff\x10\x00", 32),  # layer I, 32 kbit/s
        (mp3_frame, b"\xff\xfb\xf0\x00", 0),  # no such bit rate
        (mp3_frame, b"\xff\xfb\x9c\x00", 0),  # no such sample rate
        (mp3_frame, b"\xff\xeb\x90\x00", 0),  # no such version
        (mp3_frame, b"\xff\xf9\x90\x00", 0),  # no such layer
        (mp3_frame, b"PK\x03\x04", 0),
        (mp3_frame, b"\xff\xfb", 0),
        (amr_frame, b"\x3c", 32),
        (amr_frame, b"\x7c", 1),
        (amr_frame, b"\x44", 6),  # comfort noise is frame type 8
        (amr_frame, b"P", 0),
        (amr_frame, b"\x83", 0),
        (amr_frame, b"", 0),
        (amr_wide_frame, b"\x44", 61),
        (amr_wide_frame, b"\x54", 0),
    ],
)
def test_a_frame_tells_its_length(frame_at, header, length):
    assert frame_at(header) == length


def test_only_whole_frames_count():
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    assert whole_frames("mp3", frame * 3 + frame[:100]) == 3 * 417
    assert whole_frames("mp3", b"x" + frame) == 0
