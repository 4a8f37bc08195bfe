"""Where everything stands on the artwork: one description, from which every format is drawn.

The notice 国卫办医急函〔2025〕397号 asks that whoever scans learns owner, number and complaint phone; the same three
stand in print beside the symbol, with the code and the web address for typing by hand. The paint is Chinese
whatever the language of the program, so no text here goes through gettext.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from typing import Final

from registry.artwork.shapes import Box, Page, Shape, line_of_text, polygons, width_of_text
from registry.artwork.symbol import QUIET_ZONE, Modules, modules, outline
from registry.codes import printed, read_code
from registry.fonts import Typeface, typeface

DEFAULT_SIZE_MM: Final = 300.0
SMALLEST_MM: Final = 30.0
LARGEST_MM: Final = 1500.0

HEADLINE: Final = "扫码核验 · 投诉举报"
OWNER: Final = "所属单位"
NUMBER: Final = "编号"
PHONE: Final = "投诉举报电话"
POSITION: Final = "喷涂位置"

# Measures in hundredths of the symbol's side (its quiet zone included).
WIDTH: Final = 108.0
HEIGHT: Final = 180.0
HEADLINE_AREA: Final = Box(4, 4, 104, 11)
SYMBOL_AREA: Final = Box(4, 12, 104, 112)
CODE_AREA: Final = Box(4, 113, 104, 124)
ADDRESS_AREA: Final = Box(4, 125, 104, 131)
RULE_AREA: Final = Box(4, 133, 104, 133.4)
LABEL_LEFT, LABEL_RIGHT, VALUE_LEFT, VALUE_RIGHT = 4.0, 31.0, 33.0, 104.0
ROWS: Final = {"owner": (135.5, 151.5), "number": (152.5, 160.5), "phone": (161.5, 169.5), "position": (170.5, 176)}

LEADING: Final = 1.2
"""Height of a line in em."""

BASELINE: Final = 0.96
"""From the top of a line to its baseline, in em: Chinese characters reach 0.88 above and 0.12 below it."""

UNBREAKABLE: Final = re.compile(r"[!-~]+?(?:[-/.](?=[!-~])|(?![!-~]))|\s|[^\s!-~][）》〉】」』”’、，。；：！？]*")
"""What stays on one line: a word up to its next `-`, `/` or `.`, or one Chinese character with its punctuation."""


class UnfitFacts(ValueError):
    """The facts cannot be painted: one is missing, contradicts another, or is too long for its place."""


@dataclass(frozen=True)
class Facts:
    """What one artwork says. All of it is required. Raises UnfitFacts."""

    owner: str
    """所属单位: name of the institution."""

    fleet_number: str
    """编号 within the institution."""

    complaint_phone: str
    code: str
    """The bare code, twelve characters."""

    position: str
    """Where on the vehicle, in Chinese: 左侧, 右侧, 尾部."""

    address: str
    """What the symbol carries; ends with the code."""

    def __post_init__(self) -> None:
        """Tidy white space and refuse what cannot be painted."""
        for field in fields(self):
            value = " ".join(unicodedata.normalize("NFC", getattr(self, field.name)).split())
            if not value:
                raise UnfitFacts(f"the artwork needs a {field.name.replace('_', ' ')}: fill it in first")
            object.__setattr__(self, field.name, value)
        if read_code(self.code) != self.code or not self.address.endswith(f"/{self.code}"):
            raise UnfitFacts(f"the address {self.address} does not end with the code {self.code}")

    @property
    def typed_address(self) -> str:
        """The address as a person types it: without its scheme, in small letters up to the code."""
        _, _, rest = self.address.partition("://")
        stem = rest.removesuffix(self.code)
        return (stem.lower() if self.address.isupper() else stem) + self.code


def lay_out(facts: Facts, size_mm: float = DEFAULT_SIZE_MM) -> Page:
    """The page for `facts`; `size_mm` is the side of the symbol with its quiet zone.

    Raises UnfitFacts, CharactersMissing, FontMissing, and ValueError for a size that cannot be painted.
    """
    if not SMALLEST_MM <= size_mm <= LARGEST_MM:
        raise ValueError(f"the symbol's side must be {SMALLEST_MM:g} to {LARGEST_MM:g} mm, not {size_mm:g}")
    sheet = Compositor(typeface(), size_mm / 100)
    shapes = [
        *sheet.block("headline", HEADLINE, HEADLINE_AREA, largest=5.8, smallest=5.8, is_centred=True),
        sheet.symbol(modules(facts.address)),
        *sheet.block("code", printed(facts.code), CODE_AREA, largest=13, smallest=8, is_centred=True),
        *sheet.block("address", facts.typed_address, ADDRESS_AREA, largest=5, smallest=2, is_centred=True),
        sheet.rule(),
        *sheet.row("owner", OWNER, facts.owner),
        *sheet.row("number", NUMBER, facts.fleet_number),
        *sheet.row("phone", PHONE, facts.complaint_phone),
        *sheet.row("position", POSITION, facts.position),
    ]
    return Page(
        width=WIDTH * sheet.unit,
        height=HEIGHT * sheet.unit,
        title=f"{printed(facts.code)} {facts.position}",
        symbol_area=SYMBOL_AREA.scaled(sheet.unit),
        shapes=tuple(shapes),
    )


@dataclass(frozen=True)
class Compositor:
    """Sets type and symbol on a page where `unit` millimetres are a hundredth of the symbol's side."""

    face: Typeface
    unit: float

    def symbol(self, rows: Modules) -> Shape:
        """The dark modules, inside their quiet zone."""
        module = SYMBOL_AREA.width / (len(rows) + 2 * QUIET_ZONE)
        return polygons("symbol", ([self.corner(x, y, module) for x, y in loop] for loop in outline(rows)))

    def corner(self, column: int, row: int, module: float) -> tuple[float, float]:
        """Where a corner between modules lies on the page, mm."""
        left = SYMBOL_AREA.left + (column + QUIET_ZONE) * module
        top = SYMBOL_AREA.top + (row + QUIET_ZONE) * module
        return left * self.unit, top * self.unit

    def rule(self) -> Shape:
        """The line between the code and the facts."""
        box = RULE_AREA.scaled(self.unit)
        corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
        return polygons("rule", [corners])

    def row(self, role: str, label: str, value: str) -> list[Shape]:
        """A label and its value, side by side."""
        top, bottom = ROWS[role]
        label_area = Box(LABEL_LEFT, top, LABEL_RIGHT, bottom)
        value_area = Box(VALUE_LEFT, top, VALUE_RIGHT, bottom)
        return [
            *self.block(f"{role}-label", label, label_area, largest=4.2, smallest=4.2),
            *self.block(role, value, value_area, largest=6.4, smallest=2.2),
        ]

    def block(
        self, role: str, text: str, area: Box, *, largest: float, smallest: float, is_centred: bool = False
    ) -> list[Shape]:
        """Text in the largest type that fits `area`, wrapped if need be, in the middle of its height.

        Raises UnfitFacts if not even the smallest type fits.
        """
        self.face.require(text)
        size = largest
        while (lines := self.fitted(text, area, size)) is None:
            if size <= smallest:
                raise UnfitFacts(f"{text!r} is too long to be painted legibly as {role}: shorten it")
            size = max(smallest, size * 0.97)
        top = area.top + (area.height - len(lines) * size * LEADING) / 2
        shapes = []
        for index, line in enumerate(lines):
            spare = (area.width - width_of_text(line, self.face) * size) / 2 if is_centred else 0
            baseline = top + (index * LEADING + BASELINE) * size
            shapes.append(
                line_of_text(
                    role if len(lines) == 1 else f"{role}-{index + 1}",
                    line,
                    self.face,
                    size * self.unit,
                    (area.left + spare) * self.unit,
                    baseline * self.unit,
                )
            )
        return shapes

    def fitted(self, text: str, area: Box, size: float) -> list[str] | None:
        """The lines of `text` at `size`, or None if they do not fit `area`."""
        lines = self.wrapped(text, area.width / size)
        return lines if len(lines) * size * LEADING <= area.height else None

    def wrapped(self, text: str, measure: float) -> list[str]:
        """`text` in lines no longer than `measure` em; a piece that is longer by itself is cut."""
        pieces = UNBREAKABLE.findall(text)
        if any(width_of_text(piece, self.face) > measure for piece in pieces):
            pieces = list(text)
        lines = [""]
        for piece in pieces:
            if width_of_text((lines[-1] + piece).rstrip(), self.face) > measure:
                lines.append("")
            lines[-1] += piece
        return [stripped for line in lines if (stripped := line.strip())]
