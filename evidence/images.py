"""Pictures: decoded, turned upright, and painted into a new one that holds nothing but pixels.

Metadata is not removed piece by piece: a saved copy of the decoded picture keeps a JPEG comment, a HEIC keeps GPS.
Only the pixels move into a new picture. Runs as a child program and needs no Django.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageCms, ImageOps
from pillow_heif import register_heif_opener

from evidence.child import serve
from evidence.job import CLEAN, Job, Outcome, Unfit

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}
"""The one decoder that is tried for each type."""
QUALITY = 88
SIXTEEN_BITS = 1 / 256
PAPER = "white"


def clean_image(job: Job) -> Outcome:
    """Write the cleaned JPEG of `job`.

    Raises Unfit (`too-many-pixels`), or whatever the decoder raises on a damaged file.
    """
    register_heif_opener(thumbnails=False, decode_threads=1)
    # Pillow warns above this size and refuses above twice of it: both count as a refusal here.
    Image.MAX_IMAGE_PIXELS = job.max_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        opened = Image.open(job.source, formats=[FORMATS[job.content_type]])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Unfit("too-many-pixels", limit=job.max_pixels // 1_000_000) from error
    with opened as picture:
        if picture.width * picture.height > job.max_pixels:
            raise Unfit("too-many-pixels", limit=job.max_pixels // 1_000_000)
        stored = picture.size
        # JPEG can be decoded at a half or a quarter: no need to unpack what is shrunk at once.
        picture.draft(None, (job.longest_side, job.longest_side))
        picture.load()
        before_turning = picture.size
        upright = ImageOps.exif_transpose(picture)
        width, height = stored if upright.size == before_turning else stored[::-1]
        upright.thumbnail((job.longest_side, job.longest_side), reducing_gap=2.0)
        pixels = repainted(upright)
    pixels.save(job.target, "JPEG", quality=QUALITY, comment=b"")
    return Outcome(CLEAN, "image", job.content_type, "image/jpeg", width, height)


def repainted(picture: Image.Image) -> Image.Image:
    """A new sRGB picture of the same pixels on white paper, sharing nothing else with the old one."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value * SIXTEEN_BITS).convert("L")
    alpha = picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
    paper = Image.new("RGB", picture.size, PAPER)
    paper.paste(in_srgb(picture), (0, 0), alpha)
    return paper


def in_srgb(picture: Image.Image) -> Image.Image:
    """The picture in sRGB: phones save in wider colour spaces, which look pale once the profile is gone."""
    profile = picture.info.get("icc_profile")
    flat = picture if picture.mode in {"RGB", "CMYK", "L"} else picture.convert("RGB")
    if not profile:
        return flat.convert("RGB")
    try:
        turned = ImageCms.profileToProfile(
            flat, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (OSError, ImageCms.PyCMSError):
        # A broken profile (OSError) or an unfitting one is harmless: the colours are taken as sRGB.
        return flat.convert("RGB")
    return turned or flat.convert("RGB")


if __name__ == "__main__":
    serve(clean_image)
