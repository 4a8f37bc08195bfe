"""How well symbols of different error correction and letter case are read when dirty, blurred, tilted or far away.

    python benchmarks/qr_reading.py [--samples 60] [--side 200] [--seed 397]

Every symbol is drawn with the same side in pixels (its quiet zone included), as a camera sees paint of the same
size from the same place; so a version with fewer modules has larger ones. Decoded by zxing-cpp, which is
independent of the encoder. Prints Markdown tables; takes about a minute. docs/decisions/0003-qr-code.md quotes it.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import segno

from registry.artwork.symbol import QUIET_ZONE, Modules, modules
from registry.codes import ALPHABET, LENGTH, address, check_character

DOMAINS = ("jjc.gov.cn", "jjc.wjw.nc.gov.cn", "jiuhuche.wjw.jiangxi.gov.cn")
TYPICAL = DOMAINS[1]
LEVELS = ("M", "Q", "H")
PAPER, PAINT, DIRT = 225, 35, 110

Spoil = Callable[[Image.Image, Modules, random.Random], Image.Image]


def drawn(rows: Modules, side: int) -> Image.Image:
    """The symbol as a grey picture `side` pixels wide, with its quiet zone, edges averaged as a camera does."""
    count = len(rows) + 2 * QUIET_ZONE
    small = Image.new("L", (count, count), PAPER)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                small.putpixel((x + QUIET_ZONE, y + QUIET_ZONE), PAINT)
    fine = -(-4 * side // count) * count
    return small.resize((fine, fine), Image.Resampling.NEAREST).resize((side, side), Image.Resampling.BOX)


def patch(share: float, *, spares_finders: bool) -> Spoil:
    """One square of dirt over `share` of the symbol (without quiet zone), anywhere or off the three finders."""

    def spoil(picture: Image.Image, rows: Modules, chance: random.Random) -> Image.Image:
        module = picture.width / (len(rows) + 2 * QUIET_ZONE)
        start, end = QUIET_ZONE * module, picture.width - QUIET_ZONE * module
        size = math.sqrt(share) * (end - start)
        while True:
            left, top = (chance.uniform(start, end - size) for _ in "xy")
            if not (spares_finders and meets_finder(left - start, top - start, size, end - start, 8 * module)):
                break
        ImageDraw.Draw(picture).rectangle((left, top, left + size, top + size), fill=DIRT)
        return picture

    return spoil


def meets_finder(left: float, top: float, size: float, side: float, finder: float) -> bool:
    """Whether a square touches one of the three finders with their separators."""
    at_left, at_right = left < finder, left + size > side - finder
    at_top, at_bottom = top < finder, top + size > side - finder
    return (at_left and at_top) or (at_right and at_top) or (at_left and at_bottom)


def specks(share: float) -> Spoil:
    """Mud: many small round spots, together about `share` of the symbol."""

    def spoil(picture: Image.Image, _rows: Modules, chance: random.Random) -> Image.Image:
        pen = ImageDraw.Draw(picture)
        covered = 0.0
        while covered < share * picture.width**2:
            radius = chance.uniform(0.003, 0.012) * picture.width
            x, y = (chance.uniform(0, picture.width) for _ in "xy")
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=chance.choice((DIRT, PAINT, PAPER)))
            covered += math.pi * radius**2
        return picture

    return spoil


def blur(share: float) -> Spoil:
    """Out of focus: a Gaussian whose radius is `share` per mille of the picture's side."""
    return lambda picture, _rows, _chance: picture.filter(ImageFilter.GaussianBlur(picture.width * share / 1000))


def contrast(share: float) -> Spoil:
    """Faded or badly lit: the difference of light and dark shrunk to `share`, with noise of the sensor."""

    def spoil(picture: Image.Image, _rows: Modules, chance: random.Random) -> Image.Image:
        faded = picture.point(lambda value: round(128 + (value - 128) * share))
        noise = Image.frombytes("L", picture.size, chance.randbytes(picture.width * picture.height))
        return Image.blend(faded, noise, 0.04)

    return spoil


def tilt(degrees: float) -> Spoil:
    """Seen from the side, at a distance of three times the symbol's side."""

    def spoil(picture: Image.Image, _rows: Modules, chance: random.Random) -> Image.Image:
        angle = math.radians(degrees) * chance.choice((-1, 1))
        middle = picture.width / 2
        falling = math.tan(angle) / (3 * picture.width)
        whole = 1 + middle * falling
        a = 1 / math.cos(angle) - middle * falling
        c = middle * whole - middle / math.cos(angle)
        f = middle * whole - middle
        place = (a / whole, 0, c / whole, -middle * falling / whole, 1 / whole, f / whole, -falling / whole, 0)
        return picture.transform(
            picture.size, Image.Transform.PERSPECTIVE, place, Image.Resampling.BICUBIC, fillcolor=PAPER
        )

    return spoil


def far(pixels: int) -> Spoil:
    """Far away: only `pixels` across the whole symbol, wherever the grid of the sensor happens to lie."""

    def spoil(picture: Image.Image, _rows: Modules, chance: random.Random) -> Image.Image:
        shift = tuple(chance.uniform(0, picture.width / pixels) for _ in "xy")
        box = (shift[0], shift[1], picture.width, picture.height)
        return picture.resize((pixels, pixels), Image.Resampling.BOX, box=box)

    return spoil


def several(*spoils: Spoil) -> Spoil:
    """One spoiling after the other."""

    def spoil(picture: Image.Image, rows: Modules, chance: random.Random) -> Image.Image:
        for one in spoils:
            picture = one(picture, rows, chance)
        return picture

    return spoil


CONDITIONS: dict[str, Spoil] = {
    "clean": several(),
    "patch 5 %, off the finders": patch(0.05, spares_finders=True),
    "patch 10 %, off the finders": patch(0.10, spares_finders=True),
    "patch 15 %, off the finders": patch(0.15, spares_finders=True),
    "patch 20 %, off the finders": patch(0.20, spares_finders=True),
    "patch 10 %, anywhere": patch(0.10, spares_finders=False),
    "mud specks 2 %": specks(0.02),
    "mud specks 3 %": specks(0.03),
    "blur 10 ‰": blur(10),
    "blur 12 ‰": blur(12),
    "blur 14 ‰": blur(14),
    "tilted 65°": tilt(65),
    "tilted 70°": tilt(70),
    "contrast 40 %": contrast(0.40),
    "contrast 30 %": contrast(0.30),
    "far: 70 px": far(70),
    "far: 60 px": far(60),
    "far: 50 px": far(50),
    "tilted 45°, specks 2 %, blur 6 ‰": several(specks(0.02), tilt(45), blur(6)),
    "patch 10 %, contrast 40 %, 100 px": several(patch(0.10, spares_finders=True), contrast(0.4), far(100)),
}


def some_address(chance: random.Random, domain: str, *, upper_case: bool) -> str:
    """The address of a right code that the seed decides."""
    body = "".join(chance.choices(ALPHABET, k=LENGTH - 1))
    return address(body + check_character(body), f"https://{domain}", upper_case=upper_case)


def is_read(picture: Image.Image, expected: str) -> bool:
    """Whether an independent decoder finds exactly this text. The picture stands on a wider white ground."""
    ground = Image.new("L", (picture.width * 3 // 2, picture.height * 3 // 2), PAPER)
    ground.paste(picture, (picture.width // 4, picture.height // 4))
    return [found.text for found in zxingcpp.read_barcodes(ground)] == [expected]


def rate(level: str, spoil: Spoil, *, upper_case: bool, samples: int, side: int, seed: int) -> int:
    """Per cent of `samples` fresh codes read after spoiling."""
    chance = random.Random(seed)
    hits = 0
    for _ in range(samples):
        text = some_address(chance, TYPICAL, upper_case=upper_case)
        rows = modules(text, error=level)
        hits += is_read(spoil(drawn(rows, side), rows, chance), text)
    return round(100 * hits / samples)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def sizes() -> str:
    """Modules per side, by domain, letter case and error correction."""
    rows = []
    for domain in DOMAINS:
        for upper_case in (True, False):
            text = some_address(random.Random(0), domain, upper_case=upper_case)
            sides = [len(modules(text, error=level)) for level in LEVELS]
            case = "capitals" if upper_case else "mixed"
            rows.append([domain, str(len(text)), case, *(f"{side} (v{(side - 17) // 4})" for side in sides)])
    return table(["domain", "characters", "case", *LEVELS], rows)


def reading(samples: int, side: int, seed: int) -> str:
    """Per cent read, by condition, letter case and error correction."""
    variants = [(level, upper_case) for upper_case in (True, False) for level in LEVELS]
    rows = []
    for name, spoil in CONDITIONS.items():
        rates = [
            rate(level, spoil, upper_case=upper_case, samples=samples, side=side, seed=seed)
            for level, upper_case in variants
        ]
        rows.append([name, *map(str, rates)])
    return table(["% read", *(f"{level} {'capitals' if upper else 'mixed'}" for level, upper in variants)], rows)


def masks(samples: int) -> str:
    """Symbols per second with the mask chosen by the standard's score, and with one fixed mask."""
    text = some_address(random.Random(0), TYPICAL, upper_case=True)
    rows = []
    for name, mask in (("scored", None), ("fixed", 2)):
        started = time.perf_counter()
        for _ in range(samples):
            segno.make_qr(text, error="H", mode="alphanumeric", boost_error=False, mask=mask)
        rows.append([name, f"{samples / (time.perf_counter() - started):.0f}"])
    return table(["mask", "symbols/s"], rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--side", type=int, default=200, help="pixels across the symbol and its quiet zone")
    parser.add_argument("--seed", type=int, default=397)
    asked = parser.parse_args()
    started = time.perf_counter()
    print(sizes(), reading(asked.samples, asked.side, asked.seed), masks(asked.samples), sep="\n\n")
    print(f"\n{asked.samples} samples a cell, {asked.side} px, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
