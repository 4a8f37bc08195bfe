"""Pictures come out as new ones: the pixels, and nothing the camera or an attacker wrote beside them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from evidence.refusals import Refused
from tests.evidence.samples import (
    SCRIPT,
    SECRET,
    exif,
    painting,
    picture_bytes,
    taken_in,
    talkative_jpeg,
    zip_bytes,
)


def result(data: bytes, tmp_path, **bounds) -> tuple[Image.Image, bytes]:
    made = taken_in(data, tmp_path, **bounds).clean_path.read_bytes()
    picture = Image.open(io.BytesIO(made))
    picture.load()
    return picture, made


def is_near(pixel: Any, colour: Any, within: int = 30) -> bool:
    return all(abs(ours - theirs) <= within for ours, theirs in zip(pixel, colour, strict=True))


RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (picture_bytes("JPEG"), "image/jpeg"),
        (picture_bytes("PNG"), "image/png"),
        (picture_bytes("WEBP"), "image/webp"),
        (picture_bytes("HEIF"), "image/heic"),
    ],
    ids=["jpeg", "png", "webp", "heic"],
)
def test_each_kind_of_picture_becomes_a_jpeg_of_the_same_pixels(tmp_path, data, content_type):
    clean = taken_in(data, tmp_path)
    assert (clean.kind, clean.content_type, clean.clean_content_type) == ("image", content_type, "image/jpeg")
    assert (clean.width, clean.height, clean.duration, clean.pages) == (60, 40, None, None)
    with Image.open(clean.clean_path) as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (60, 40))
        assert is_near(picture.getpixel((10, 20)), RED)
        assert is_near(picture.getpixel((50, 20)), BLUE)


@pytest.mark.parametrize(
    "data",
    [
        talkative_jpeg(),
        picture_bytes("HEIF", exif=exif().tobytes(), xmp=SECRET.encode()),
        picture_bytes("WEBP", exif=exif().tobytes(), xmp=SECRET.encode()),
        picture_bytes("PNG", exif=exif()),
    ],
    ids=["jpeg", "heic", "webp", "png"],
)
def test_nothing_the_camera_wrote_stays(tmp_path, data):
    assert SECRET.encode() in data
    picture, made = result(data, tmp_path)
    assert not set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not picture.getexif()
    for told in (SECRET.encode(), SCRIPT, b"Exif", b"ICC_PROFILE", b"http"):
        assert told not in made


@pytest.mark.parametrize("glued", [zip_bytes(), SCRIPT * 9, b"\x00\x00\x00\x18ftypmp42" + SECRET.encode() * 9])
def test_what_is_glued_to_a_picture_is_gone(tmp_path, glued):
    _, made = result(talkative_jpeg() + glued, tmp_path)
    assert glued[:12] not in made
    assert glued[-12:] not in made
    assert made.endswith(b"\xff\xd9")


@pytest.mark.parametrize(
    ("orientation", "size", "red_at", "blue_at"),
    [
        (1, (60, 40), (10, 20), (50, 20)),
        (3, (60, 40), (50, 20), (10, 20)),
        (6, (40, 60), (20, 10), (20, 50)),
        (8, (40, 60), (20, 50), (20, 10)),
    ],
)
def test_a_picture_is_turned_upright(tmp_path, orientation, size, red_at, blue_at):
    data = talkative_jpeg(orientation)
    clean = taken_in(data, tmp_path)
    assert (clean.width, clean.height) == size
    with Image.open(clean.clean_path) as picture:
        assert picture.size == size
        assert is_near(picture.getpixel(red_at), RED)
        assert is_near(picture.getpixel(blue_at), BLUE)


def test_a_see_through_picture_stands_on_white(tmp_path):
    see_through = painting(mode="RGBA")
    see_through.paste((0, 0, 0, 0), (0, 0, 20, 40))
    picture, _ = result(picture_bytes("PNG", see_through), tmp_path)
    assert is_near(picture.getpixel((5, 20)), WHITE)
    assert is_near(picture.getpixel((50, 20)), BLUE)


@pytest.mark.parametrize(("mode", "kind"), [("P", "PNG"), ("L", "PNG"), ("LA", "PNG"), ("CMYK", "JPEG"), ("L", "JPEG")])
def test_every_way_to_hold_pixels_is_read(tmp_path, mode, kind):
    picture, _ = result(picture_bytes(kind, painting(mode=mode)), tmp_path)
    assert picture.mode == "RGB"
    assert not is_near(picture.getpixel((10, 20)), picture.getpixel((50, 20)))


def test_sixteen_bits_of_grey_keep_their_brightness(tmp_path):
    picture, _ = result(picture_bytes("PNG", Image.new("I;16", (30, 30), 0x8000)), tmp_path)
    assert is_near(picture.getpixel((15, 15)), (128, 128, 128), within=3)


def test_another_colour_space_is_turned_into_srgb(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red_is_green = profile.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")
    picture, made = result(picture_bytes(icc_profile=red_is_green), tmp_path)
    assert is_near(picture.getpixel((10, 20)), (0, 255, 0))
    assert is_near(picture.getpixel((50, 20)), BLUE)
    assert b"ICC_PROFILE" not in made


def test_a_broken_colour_profile_does_not_lose_the_picture(tmp_path):
    picture, _ = result(picture_bytes(icc_profile=b"no profile" * 20), tmp_path)
    assert is_near(picture.getpixel((10, 20)), RED)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_stays(tmp_path, kind):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    data = picture_bytes(kind, frames[0], save_all=True, append_images=frames[1:])
    picture, _ = result(data, tmp_path)
    assert getattr(picture, "n_frames", 1) == 1
    assert is_near(picture.getpixel((5, 5)), RED)


def test_a_large_picture_is_made_smaller_and_its_own_size_told(tmp_path):
    clean = taken_in(picture_bytes(picture=painting(600, 400)), tmp_path, longest_side=150)
    assert (clean.width, clean.height) == (600, 400)
    with Image.open(clean.clean_path) as picture:
        assert picture.size == (150, 100)


def test_a_large_picture_lying_on_its_side_is_told_upright(tmp_path):
    data = picture_bytes(picture=painting(600, 400), exif=exif(6))
    clean = taken_in(data, tmp_path, longest_side=150)
    assert (clean.width, clean.height) == (400, 600)
    with Image.open(clean.clean_path) as picture:
        assert picture.size == (100, 150)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_too_many_pixels_are_refused(tmp_path, kind):
    data = picture_bytes(kind, painting(100, 100))
    with pytest.raises(Refused) as refused:
        taken_in(data, tmp_path, max_pixels=9_999)
    assert refused.value.code == "too-many-pixels"
    assert list(tmp_path.iterdir()) == []
    assert taken_in(data, tmp_path, max_pixels=10_000).width == 100


def test_a_decompression_bomb_is_refused_by_its_header(tmp_path):
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000)))
    with pytest.raises(Refused) as refused:
        taken_in(bomb + chunk(b"IEND", b""), tmp_path, max_pixels=64_000_000)
    assert refused.value.code == "too-many-pixels"
    assert refused.value.params["limit"] == 64


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_cut_off_is_refused(tmp_path, kind):
    data = picture_bytes(kind, painting(300, 300))
    with pytest.raises(Refused) as refused:
        taken_in(data[: len(data) * 2 // 3], tmp_path)
    assert refused.value.code == "damaged"


def test_a_picture_that_only_begins_like_one_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        taken_in(b"\xff\xd8\xff\xe0" + SCRIPT * 50, tmp_path)
    assert refused.value.code == "damaged"
