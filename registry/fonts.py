"""The font the artwork is drawn with, as outlines: found, opened, and asked for one character at a time.

Outlines are taken with fontTools, so that TrueType, CFF and collections (`.ttc`) serve alike and no output
needs the font itself. Fonts are looked for in a fixed order: the `ARTWORK_FONT` setting, the pinned
`noto-cjk-sans-otc` package (SIL OFL 1.1), then common places of the system. If there is none, nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Final

from django.conf import settings
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError

PACKAGE: Final = "noto_cjk_sans_otc"
PACKAGED_FILE: Final = "NotoSansCJK-Regular.ttc"

SYSTEM_FONTS: Final = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
    Path("/System/Library/Fonts/PingFang.ttc"),
    Path("/System/Library/Fonts/STHeiti Medium.ttc"),
    Path("C:/Windows/Fonts/msyh.ttc"),
)

SIMPLIFIED: Final = " SC"
"""How the faces of a collection that hold the mainland's forms of the characters end their family name."""

Commands = tuple[tuple[str, tuple[Any, ...]], ...]
"""Pen commands as fontTools records them: (`moveTo`, points), …"""


class FontMissing(Exception):
    """There is no font with Chinese characters, or the one that is named does not open. Says what to do."""


class CharactersMissing(Exception):
    """The font lacks characters of the text, which would be painted as boxes. Names them."""


@dataclass(frozen=True)
class Glyph:
    """One character's outline."""

    advance: float
    """The distance to the next character, in em."""

    units_per_em: int
    commands: Commands
    """In font units, `units_per_em` of them to an em, y upwards from the baseline."""


class Typeface:
    """One opened font. Reading from it is guarded by a lock: fontTools loads parts of the file as it goes."""

    def __init__(self, path: Path) -> None:
        """Open `path`. Raises FontMissing if it is no font."""
        self.path = path
        self.lock = Lock()
        self.glyphs: dict[str, Glyph] = {}
        try:
            self.font = open_face(path)
            self.characters: dict[int, str] = self.font.getBestCmap() or {}
            self.outlines = self.font.getGlyphSet()
            self.units_per_em: int = self.font["head"].unitsPerEm
        # fontTools says some faults of a file by a bare assertion.
        except (OSError, TTLibError, KeyError, AssertionError) as error:
            raise FontMissing(f"{path} does not open as a TrueType or OpenType font: {error}") from error

    def require(self, text: str) -> None:
        """Raise CharactersMissing, naming every character of `text` that the font cannot draw."""
        missing = sorted({c for c in text if ord(c) not in self.characters})
        if missing:
            named = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing)
            raise CharactersMissing(
                f"the font {self.path.name} has no {named}: correct the text, or name a font that has it "
                "in the setting ARTWORK_FONT"
            )

    def glyph(self, character: str) -> Glyph:
        """The outline of one character. Raises CharactersMissing."""
        self.require(character)
        with self.lock:
            if character not in self.glyphs:
                self.glyphs[character] = self.read_glyph(character)
            return self.glyphs[character]

    def read_glyph(self, character: str) -> Glyph:
        """Take the outline out of the file."""
        outline = self.outlines[self.characters[ord(character)]]
        pen = DecomposingRecordingPen(self.outlines)
        outline.draw(pen)
        commands = tuple((operator, tuple(points)) for operator, points in pen.value)
        return Glyph(outline.width / self.units_per_em, self.units_per_em, commands)


def open_face(path: Path) -> Any:
    """The face to draw with: of a collection the Simplified Chinese one, else the first."""
    with path.open("rb") as file:
        is_collection = file.read(4) == b"ttcf"
    if not is_collection:
        return TTFont(path, lazy=True)
    faces = TTCollection(path, lazy=True).fonts
    return next((face for face in faces if family_name(face).endswith(SIMPLIFIED)), faces[0])


def family_name(face: Any) -> str:
    """The family name of a face, empty if it has none."""
    return str(face["name"].getDebugName(1) or "")


def candidates() -> Iterable[Path]:
    """Where a font may be, best first. The package comes before the system: the same paint on every machine."""
    with suppress(ModuleNotFoundError):  # a slim installation without the package: a font of the system will do
        yield Path(str(files(PACKAGE).joinpath(PACKAGED_FILE)))
    yield from SYSTEM_FONTS


def font_path() -> Path:
    """The font file to use. Raises FontMissing, saying what to do, when there is none."""
    if settings.ENV.ARTWORK_FONT:
        named = Path(settings.ENV.ARTWORK_FONT)
        if not named.is_file():
            raise FontMissing(f"ARTWORK_FONT names {named}, which is not a file")
        return named
    for path in candidates():
        if path.is_file():
            return path
    raise FontMissing(
        "no font with Chinese characters was found: install the package noto-cjk-sans-otc (it is in "
        "requirements.txt), or name a .ttf, .otf or .ttc file in the setting ARTWORK_FONT"
    )


@lru_cache(maxsize=4)
def open_typeface(path: Path) -> Typeface:
    """An opened font, kept: opening takes half a second. Raises FontMissing."""
    return Typeface(path)


def typeface() -> Typeface:
    """The font of this installation. Raises FontMissing."""
    return open_typeface(font_path())
