"""fontTools pens for the formats it has none for: a ReportLab path, and polygons."""
# ruff: noqa: N802 - the methods have the names by which fontTools calls them

from __future__ import annotations

from typing import Any, Final

from fontTools.misc.bezierTools import cubicPointAtT
from fontTools.pens.basePen import BasePen

Point = tuple[float, float]

CURVE_STEPS: Final = 8
"""Straight pieces a curve is drawn with in a picture; at print sizes the error is far below a pixel."""


class PdfPen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Draws into a ReportLab path."""

    def __init__(self, path: Any) -> None:
        super().__init__(None)
        self.path = path

    def _moveTo(self, pt: Point) -> None:
        self.path.moveTo(*pt)

    def _lineTo(self, pt: Point) -> None:
        self.path.lineTo(*pt)

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:
        self.path.curveTo(*pt1, *pt2, *pt3)

    def _closePath(self) -> None:
        self.path.close()


class LoopsPen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Collects outlines as polygons, curves in short straight pieces."""

    def __init__(self) -> None:
        super().__init__(None)
        self.loops: list[list[Point]] = []

    def _moveTo(self, pt: Point) -> None:
        self.loops.append([pt])

    def _lineTo(self, pt: Point) -> None:
        self.loops[-1].append(pt)

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:
        start = self.loops[-1][-1]
        for step in range(1, CURVE_STEPS + 1):
            self.loops[-1].append(cubicPointAtT(start, pt1, pt2, pt3, step / CURVE_STEPS))
