"""Small samples of evidence, made here and now: what phones send, and what attackers do."""

from __future__ import annotations

import array
import io
import math
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pillow_heif
from PIL import Image, ImageCms
from PIL.ExifTags import GPS, IFD, Base
from reportlab.pdfgen.canvas import Canvas

from evidence.intake import CleanFile, inspect_and_clean
from evidence.limits import Limits, limits_from_settings

SECRET = "Zhang San was here"
SCRIPT = b"<script>alert('evidence')</script>"
PLACE = "+31.2304+121.4737/"


def painting(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue: turning and mirroring show."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    return picture.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    told = Image.Exif()
    told[Base.Orientation] = orientation
    told[Base.Artist] = SECRET
    told.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (31.0, 13.0, 49.44)
    return told


def picture_bytes(kind: str = "JPEG", picture: Image.Image | None = None, **options: Any) -> bytes:
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    (picture or painting()).save(out, kind, **options)
    return out.getvalue()


def talkative_jpeg(orientation: int = 1) -> bytes:
    """A JPEG that tells everything: EXIF with place, XMP, a colour profile, a comment with a script."""
    return picture_bytes(
        exif=exif(orientation),
        comment=SCRIPT,
        xmp=f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode(),
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    )


def zip_bytes() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Payload.class", SECRET)
    return out.getvalue()


def recording(
    path: Path,
    container: str,
    *,
    film: str = "",
    sound: str = "",
    seconds: float = 1.0,
    metadata: dict[str, str] | None = None,
    film_options: dict[str, str] | None = None,
    muxer_options: dict[str, str] | None = None,
    size: tuple[int, int] = (64, 48),
    rate: int = 0,
    cover: bool = False,
) -> bytes:
    """A short recording of noise and tone in this container, with these codecs and words."""
    with av.open(str(path), "w", format=container, options=muxer_options or {}) as out:
        out.metadata.update(metadata or {})
        streams: list[Any] = []
        if film:
            streams.append(film_stream(out, film, size, film_options))
        if sound:
            streams.append(sound_stream(out, sound, rate))
        if cover:
            picture = out.add_stream("mjpeg", rate=1)
            picture.width, picture.height, picture.pix_fmt = 16, 16, "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
            out.start_encoding()
            out.mux(picture.encode(av.VideoFrame.from_image(painting(16, 16))))
            out.mux(picture.encode(None))
        for stream in streams:
            (shoot if stream.type == "video" else hum)(out, stream, seconds)
    return path.read_bytes()


def film_stream(out: Any, codec: str, size: tuple[int, int], options: dict[str, str] | None) -> Any:
    stream = out.add_stream(codec, rate=10, options=options or {})
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    return stream


def sound_stream(out: Any, codec: str, rate: int) -> Any:
    options = {"strict": "experimental"} if codec == "vorbis" else {}
    stream = out.add_stream(codec, rate=rate or (8000 if "amr" in codec else 48000), options=options)
    stream.layout = "stereo" if codec == "vorbis" else "mono"
    if "amr" in codec:
        stream.bit_rate = 12200
    return stream


def shoot(out: Any, stream: Any, seconds: float) -> None:
    for number in range(int(seconds * 10)):
        shade = number * 20 % 256
        frame = av.VideoFrame.from_image(Image.new("RGB", (stream.width, stream.height), (shade, shade, shade)))
        frame.pts = number
        frame.time_base = Fraction(1, 10)
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def hum(out: Any, stream: Any, seconds: float) -> None:
    rate = stream.rate
    wave = array.array("h", (int(8000 * math.sin(n * 440 * 2 * math.pi / rate)) for n in range(int(rate * seconds))))
    size = stream.frame_size or 1024
    resampler = av.AudioResampler(format=stream.format, layout=stream.layout, rate=rate, frame_size=size)
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(wave), align=1)
    frame.planes[0].update(wave.tobytes())
    frame.sample_rate = rate
    frame.pts = 0
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        out.mux(stream.encode(piece))
    out.mux(stream.encode(None))


def pdf_bytes(pages: int = 1, **options: Any) -> bytes:
    """A PDF with words, a link, a form field and a title on every page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(200, 300), **options)
    canvas.setTitle(SECRET)
    for number in range(pages):
        canvas.drawString(20, 250, f"page {number + 1}")
        canvas.linkURL("https://example.org/" + SECRET.replace(" ", ""), (20, 200, 100, 220))
        canvas.acroForm.textfield(name=f"field{number}", value="typed", x=20, y=100, width=100, height=20)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def limits(**bounds: Any) -> Limits:
    """The product's own limits, some of them tightened."""
    return replace(limits_from_settings(), **bounds)


def taken_in(data: bytes, out_dir: Path, name: str = "sample", **bounds: Any) -> CleanFile:
    """What becomes of an upload of these bytes."""
    return inspect_and_clean(io.BytesIO(data), name, out_dir=out_dir, limits=limits(**bounds))


def pictures_of(film: bytes) -> list[bytes]:
    """Every picture of a film, decoded."""
    with av.open(io.BytesIO(film), "r") as container:
        return [bytes(frame.reformat(format="gray").planes[0]) for frame in container.decode(video=0)]


def boxes(film: bytes) -> list[bytes]:
    """The names of the outermost boxes of an MP4."""
    names, at = [], 0
    while at + 8 <= len(film):
        names.append(film[at + 4 : at + 8])
        at += int.from_bytes(film[at : at + 4], "big")
    return names
