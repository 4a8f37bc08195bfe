"""A drawn ambulance, in place of a photograph."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from registry.photos import HEIGHT, WIDTH

BODIES = {"white": ("#f7f8f9", "#c62f2f"), "blue": ("#f7f8f9", "#1d5fa8"), "yellow": ("#f2d64b", "#2f5f2f")}


def drawn_ambulance(colour: str) -> bytes:
    """A JPEG of an ambulance seen from its left side; `colour` is a key of BODIES."""
    body, stripe = BODIES[colour]
    picture = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), "#dfe6ec")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 940, 1920, 1280), fill="#b9c2ca")
    pen.rectangle((0, 934, 1920, 944), fill="#9aa5ae")
    pen.ellipse((240, 1010, 1700, 1080), fill="#a3adb6")
    pen.rounded_rectangle((560, 360, 1660, 980), 40, fill=body, outline="#8a949d", width=6)
    pen.polygon([(600, 420), (430, 640), (270, 700), (250, 980), (620, 980), (620, 420)], fill=body, outline="#8a949d")
    pen.polygon([(575, 470), (460, 640), (570, 640), (600, 640), (600, 470)], fill="#5d7488")
    pen.rectangle((255, 760, 1660, 830), fill=stripe)
    pen.rounded_rectangle((740, 450, 1060, 640), 20, fill="#5d7488")
    pen.rounded_rectangle((1120, 450, 1560, 640), 20, fill="#5d7488")
    pen.rounded_rectangle((760, 306, 1060, 362), 16, fill="#2b6fd6")
    pen.rounded_rectangle((1330, 306, 1560, 362), 16, fill="#2b6fd6")
    pen.rectangle((1440, 680, 1600, 740), fill="#ffffff", outline="#1b2733", width=5)
    for row in range(4):
        for column in range(4):
            if (row * 3 + column * 5) % 4 < 2:
                pen.rectangle((1452 + column * 12, 686 + row * 12, 1462 + column * 12, 696 + row * 12), fill="#1b2733")
    for x in (440, 1380):
        pen.ellipse((x - 130, 850, x + 130, 1110), fill="#23292e")
        pen.ellipse((x - 62, 918, x + 62, 1042), fill="#aeb8c0")
    pen.ellipse((262, 770, 318, 826), fill="#ffe9a8", outline="#8a949d", width=4)
    out = io.BytesIO()
    picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "JPEG", quality=82, comment=b"")
    return out.getvalue()


def drawn_receipt() -> io.BytesIO:
    """A JPEG of a paper slip, in place of a photographed receipt."""
    return _paper("28,000.00", [(150, 80), (770, 110), (740, 1120), (130, 1080)], lines=14)


def drawn_licence() -> io.BytesIO:
    """A JPEG of a card, in place of a photographed vehicle licence."""
    return _paper("VEHICLE LICENCE", [(90, 330), (820, 300), (840, 860), (80, 880)], lines=9, top=460)


def drawn_certificate() -> io.BytesIO:
    """A JPEG of a sheet with a stamp, in place of the certificate of a positioning device."""
    return _paper("POSITIONING", [(110, 60), (800, 60), (800, 1150), (110, 1150)], lines=11, stamp=(560, 900))


def _paper(
    heading: str,
    corners: list[tuple[int, int]],
    *,
    lines: int,
    top: int = 220,
    stamp: tuple[int, int] | None = None,
) -> io.BytesIO:
    """A sheet on a desk, with a heading and lines that nobody can read."""
    picture = Image.new("RGB", (900, 1200), "#6d7680")
    pen = ImageDraw.Draw(picture)
    pen.polygon(corners, fill="#fbfaf5")
    for line in range(lines):
        height = top + line * (58 if lines > 10 else 40)
        pen.line([(210, height), (500 + (line * 37) % 180, height + 6)], fill="#3c444b", width=8)
    pen.text((230, top - 80), heading, fill="#1b2733", font_size=64)
    if stamp is not None:
        left, upper = stamp
        pen.ellipse((left, upper, left + 170, upper + 170), outline="#c62f2f", width=12)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    out.seek(0)
    return out
