"""The font of this installation with only the characters of one letter, in the form that PDF pages can embed.

The packaged font has PostScript outlines in a collection, which ReportLab does not take. So the outlines are
converted to TrueType, one character at a time, and a small font is made of them: half a millisecond a character.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import replayRecording
from fontTools.pens.ttGlyphPen import TTGlyphPen
from reportlab.pdfbase.ttfonts import TTFont

from registry.fonts import Typeface

FAMILY: Final = "Letter"
TOLERANCE: Final = 0.001
"""How far, in em, a converted outline may leave the original: a fiftieth of a pixel of an office printer."""

KEPT_CHARACTERS: Final = 8192
"""Converted outlines kept in memory: what is written daily is far fewer, what somebody pastes may be far more."""

KEPT_ADVANCES: Final = 65_536


@lru_cache(maxsize=KEPT_CHARACTERS)
def converted(face: Typeface, character: str) -> tuple[Any, int]:
    """The TrueType outline of one character and its advance in font units."""
    with face.lock:
        glyph = face.read_glyph(character)
    pen = TTGlyphPen(None)
    replayRecording(glyph.commands, Cu2QuPen(pen, TOLERANCE * face.units_per_em, reverse_direction=True))
    return pen.glyph(), round(glyph.advance * face.units_per_em)


@lru_cache(maxsize=KEPT_ADVANCES)
def advance(face: Typeface, character: str) -> float:
    """The distance to the next character, in em. Raises KeyError for a character that the font lacks."""
    with face.lock:
        return float(face.outlines[face.characters[ord(character)]].width) / face.units_per_em


def width_of(face: Typeface, text: str) -> float:
    """The length of a line of text in em. Raises KeyError for a character that the font lacks."""
    return sum(advance(face, character) for character in text)


def font_file(face: Typeface, characters: Iterable[str]) -> bytes:
    """A TrueType font of exactly these characters and the space. The same characters give the same bytes.

    Raises CharactersMissing.
    """
    wanted = sorted({" ", *characters})
    face.require("".join(wanted))
    names = {character: f"u{ord(character):04X}" for character in wanted}
    outlines = {names[character]: converted(face, character) for character in wanted}
    builder = FontBuilder(face.units_per_em, isTTF=True)
    builder.font.recalcTimestamp = False
    builder.setupGlyphOrder([".notdef", *outlines])
    builder.setupCharacterMap({ord(character): name for character, name in names.items()})
    nothing = TTGlyphPen(None).glyph()
    builder.setupGlyf({".notdef": nothing} | {name: outline for name, (outline, _) in outlines.items()})
    metrics = {name: (advance, left_side(outline)) for name, (outline, advance) in outlines.items()}
    builder.setupHorizontalMetrics({".notdef": (face.units_per_em, 0), **metrics})
    ascent, descent = face.font["hhea"].ascent, face.font["hhea"].descent
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular", "psName": FAMILY})
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=ascent, usWinDescent=-descent)
    builder.setupPost()
    builder.updateHead(created=0, modified=0)
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


def left_side(outline: Any) -> int:
    """Where an outline begins, right of its origin; a space begins nowhere."""
    return min((x for x, _ in outline.coordinates), default=0) if outline.numberOfContours else 0


class LetterFont(TTFont):
    """A font in a document, whose text is found by search even beyond the 65,536 characters of plane 0."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # ReportLab's name
        """Embed the subsets. ReportLab writes their table of characters for plane 0 only, so it is written anew."""
        subsets = self.state[doc].subsets
        super().addObjects(doc)
        streams = [doc.idToObject[key] for key in list(doc.idToObject) if key.startswith("toUnicodeCMap:")]
        for stream, subset in zip(streams, subsets, strict=True):
            stream.content = table_of_characters(subset)


def table_of_characters(subset: list[int]) -> str:
    """The ToUnicode table of a subset: which character each byte stands for, as UTF-16."""
    lines = [
        f"<{code:02X}> <{chr(character).encode('utf-16-be').hex().upper()}>" for code, character in enumerate(subset)
    ]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    mapping = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        f"{mapping}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )
