"""The three formats. Each draws the same list of outlines; none places, measures or chooses anything."""

from __future__ import annotations

import io
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from fontTools.misc.transform import Transform
from fontTools.pens.recordingPen import replayRecording
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from PIL import Image, ImageChops, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from registry.artwork.layout import DEFAULT_SIZE_MM, Facts, lay_out
from registry.artwork.pens import LoopsPen, PdfPen
from registry.artwork.shapes import Page, Shape

MM_PER_INCH: Final = 25.4
NON_ZERO: Final = 1
"""ReportLab's number for the fill rule; its type stubs do not know the name."""

POINTS_PER_MM: Final = 72 / MM_PER_INCH
DEFAULT_DPI: Final = 150
MOST_PIXELS: Final = 100_000_000

FINEST: Final = 4
"""Sub-pixels per pixel and direction where memory allows: smooth edges."""

MOST_SUBPIXELS: Final = 24_000_000


def svg(facts: Facts, size_mm: float = DEFAULT_SIZE_MM) -> str:
    """A stand-alone SVG at true size, text as outlines. `size_mm` is the symbol's side with its quiet zone.

    Raises UnfitFacts, CharactersMissing, FontMissing, ValueError.
    """
    page = lay_out(facts, size_mm)
    size = f'width="{number(page.width)}mm" height="{number(page.height)}mm"'
    box = f'viewBox="0 0 {number(page.width)} {number(page.height)}"'
    paths = "\n".join(svg_path(shape) for shape in page.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="img">\n'
        f"<title>{escape(page.title)}</title>\n"
        f'<rect id="ground" width="100%" height="100%" fill="#fff"/>\n'
        f"{paths}\n</svg>\n"
    )


def svg_path(shape: Shape) -> str:
    """One shape as a path; what it spells stands in its label, for search and for readers who cannot see."""
    pen = SVGPathPen(None, ntos=number)
    replayRecording(shape.commands, pen)
    label = f" aria-label={quoteattr(shape.text)}" if shape.text else ""
    return f'<path id="{shape.role}"{label} d="{pen.getCommands()}"/>'


def number(value: float) -> str:
    """A length in mm to a thousandth, without trailing zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def pdf(facts: Facts, size_mm: float = DEFAULT_SIZE_MM) -> bytes:
    """A PDF of one page at true size, black on white, no font needed. The same facts give the same bytes.

    Raises UnfitFacts, CharactersMissing, FontMissing, ValueError.
    """
    page = lay_out(facts, size_mm)
    file = io.BytesIO()
    canvas = Canvas(
        file, pagesize=(page.width * POINTS_PER_MM, page.height * POINTS_PER_MM), invariant=1, pageCompression=1
    )
    canvas.setTitle(page.title)
    canvas.setFillGray(0)
    to_points = Transform(POINTS_PER_MM, 0, 0, -POINTS_PER_MM, 0, page.height * POINTS_PER_MM)
    for shape in page.shapes:
        path = canvas.beginPath()
        replayRecording(shape.commands, TransformPen(PdfPen(path), to_points))
        canvas.drawPath(path, stroke=0, fill=1, fillMode=NON_ZERO)
    canvas.save()
    return file.getvalue()


def png(facts: Facts, size_mm: float = DEFAULT_SIZE_MM, dpi: int = DEFAULT_DPI) -> bytes:
    """A grey picture at `dpi` dots per inch, its true size recorded in the file.

    Raises UnfitFacts, CharactersMissing, FontMissing; ValueError for more than a hundred million pixels.
    """
    page = lay_out(facts, size_mm)
    scale = dpi / MM_PER_INCH
    width, height = round(page.width * scale), round(page.height * scale)
    if dpi < 1 or width * height > MOST_PIXELS:
        raise ValueError(f"{size_mm:g} mm at {dpi} dpi cannot be drawn: choose fewer dots per inch, or SVG or PDF")
    picture = painted(page, scale, (width, height))
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(dpi, dpi))
    return file.getvalue()


def painted(page: Page, scale: float, size: tuple[int, int]) -> Image.Image:
    """The page as a grey picture, `scale` pixels to a millimetre."""
    picture = Image.new("L", size, 255)
    for shape in page.shapes:
        left, top = int(shape.box.left * scale), int(shape.box.top * scale)
        width = int(shape.box.right * scale) + 2 - left
        height = int(shape.box.bottom * scale) + 2 - top
        fine = next((f for f in (FINEST, 2) if width * height * f * f <= MOST_SUBPIXELS), 1)
        pen = LoopsPen()
        to_pixels = Transform(scale * fine, 0, 0, scale * fine, -left * fine, -top * fine)
        replayRecording(shape.commands, TransformPen(pen, to_pixels))
        mask = filled(pen.loops, (width * fine, height * fine)).reduce(fine)
        picture.paste(0, (left, top), mask)
    return picture


def filled(loops: list[list[tuple[float, float]]], size: tuple[int, int]) -> Image.Image:
    """A mask of what the loops enclose by the non-zero rule: clockwise counts up, the other way down."""
    neutral, step = 128, 1
    winding = Image.new("L", size, neutral)
    for loop in loops:
        left, top = (int(min(place)) for place in zip(*loop, strict=True))
        right, bottom = (int(max(place)) + 2 for place in zip(*loop, strict=True))
        window = (left, top, right, bottom)
        inside = Image.new("L", (right - left, bottom - top), 0)
        ImageDraw.Draw(inside).polygon([(x - left, y - top) for x, y in loop], fill=step)
        count = ImageChops.add if doubled_area(loop) > 0 else ImageChops.subtract
        winding.paste(count(winding.crop(window), inside), window)
    return winding.point(lambda value: 0 if value == neutral else 255)


def doubled_area(loop: list[tuple[float, float]]) -> float:
    """Twice the area a loop encloses, negative if it runs the other way round."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(loop, [*loop[1:], loop[0]], strict=True))
