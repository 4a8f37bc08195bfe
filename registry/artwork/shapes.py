"""What a page is made of: outlines at their place, each with its measured box. Millimetres, y downwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from fontTools.misc.transform import Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import RecordingPen, replayRecording
from fontTools.pens.transformPen import TransformPen

from registry.fonts import Commands, Typeface


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, in millimetres from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right, mm."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom, mm."""
        return self.bottom - self.top

    def scaled(self, factor: float) -> Self:
        """The same rectangle on a page `factor` times as large."""
        return type(self)(self.left * factor, self.top * factor, self.right * factor, self.bottom * factor)

    def meets(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether `other` lies inside, edges included (to a thousandth of a millimetre)."""
        slack = 0.001
        return (
            self.left <= other.left + slack
            and self.top <= other.top + slack
            and self.right >= other.right - slack
            and self.bottom >= other.bottom - slack
        )


@dataclass(frozen=True)
class Shape:
    """One thing to paint: closed outlines, filled by the non-zero rule."""

    role: str
    """What it is (`symbol`, `code`, `owner`, …): the id in the SVG."""

    text: str
    """The text it spells; empty for the symbol and rules."""

    commands: Commands
    box: Box
    """The smallest rectangle round the outlines."""


@dataclass(frozen=True)
class Page:
    """A page of `width` by `height` mm and everything painted on it, black on white."""

    width: float
    height: float
    title: str
    symbol_area: Box
    """The symbol with its quiet zone, where nothing else may be."""

    shapes: tuple[Shape, ...]


def polygons(role: str, loops: Iterable[Iterable[tuple[float, float]]]) -> Shape:
    """A shape of straight-edged loops, given in millimetres."""
    pen = RecordingPen()
    for loop in loops:
        first, *rest = loop
        pen.moveTo(first)
        for corner in rest:
            pen.lineTo(corner)
        pen.closePath()
    return recorded(role, "", pen)


def line_of_text(role: str, text: str, face: Typeface, size: float, left: float, baseline: float) -> Shape:
    """A line of text as outlines: `size` is one em in mm. Raises CharactersMissing."""
    pen = RecordingPen()
    for character in text:
        glyph = face.glyph(character)
        scale = size / glyph.units_per_em
        to_page = TransformPen(pen, Transform(scale, 0, 0, -scale, left, baseline))
        replayRecording(glyph.commands, to_page)
        left += glyph.advance * size
    return recorded(role, text, pen)


def width_of_text(text: str, face: Typeface) -> float:
    """The length of a line of text in em. Raises CharactersMissing."""
    return sum(face.glyph(character).advance for character in text)


def recorded(role: str, text: str, pen: RecordingPen) -> Shape:
    """The shape of what the pen drew, with its box measured. Raises ValueError if it drew nothing."""
    bounds = BoundsPen(None)
    pen.replay(bounds)
    if bounds.bounds is None:
        raise ValueError(f"nothing to paint for {role}: {text!r}")
    commands = tuple((operator, tuple(points)) for operator, points in pen.value)
    return Shape(role, text, commands, Box(*bounds.bounds))
