"""Drawing a letter as PDF: text that can be searched and read aloud, a place for the seal, never a seal."""

from __future__ import annotations

import io
from collections.abc import Iterator
from threading import Lock
from typing import Final

from django.conf import settings
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from complaints.letters.characters import printable
from complaints.letters.font import FAMILY, LetterFont, font_file, width_of
from complaints.letters.layout import BODY, BOTTOM, SIDE, WIDTH, Row, Setter, Sheet, sheets
from complaints.letters.letter import CHINESE, ENGLISH, Letter
from complaints.letters.lines import broken
from complaints.letters.placeholders import filled
from complaints.letters.words import Words, words_in
from registry.fonts import Typeface, typeface

INK: Final = 0.08
SOFT_INK: Final = 0.38
FILL_AND_STROKE: Final = 2
"""PDF's number for text whose outline is drawn too: the one weight of the font made heavier."""

HEAVY: Final = 0.022
"""How thick that outline is, in em."""

SMALL: Final = 8.5
SEAL_RADIUS: Final = 20 * mm
SEAL_GAP: Final = 3 * mm
SIGNATURE_PART: Final = 0.6
"""The part of the width that a long name may take before it is broken."""

SIGNATURE_LINES: Final = 4
"""More of a name is left out here: it stands whole at the head of the letter."""

LANGUAGE_TAGS: Final = {CHINESE: "zh-CN", ENGLISH: "en"}

STRAIGHT: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
"""The font's round quotation marks are as wide as a Chinese character: in an English word they leave a hole."""

REGISTERING: Final = Lock()
"""ReportLab knows fonts by name in one table of the process: one letter at a time."""


def write_letter(letter: Letter) -> bytes:
    """The letter as a PDF of A4 pages. The same letter gives the same bytes.

    A character that the font lacks is printed as a mark with its code point. Raises FontMissing, and
    CharactersMissing if the font cannot print the letter's own words.
    """
    face, words = typeface(), words_in(letter.language)
    face.require("".join(words.texts()))
    drawing = Drawing(letter, words, face)
    characters = {character for text in drawing.texts() for character in text}
    font = LetterFont(FAMILY, io.BytesIO(font_file(face, characters)), asciiReadable=False)
    with REGISTERING:
        pdfmetrics.registerFont(font)
        try:
            return drawing.document()
        finally:
            font.unregister()


class Drawing:
    """One letter on its way into a document: everything that will be printed, then the printing."""

    def __init__(self, letter: Letter, words: Words, face: Typeface) -> None:
        self.letter, self.words, self.face = letter, words, face
        english = letter.language == ENGLISH
        self.narrow = STRAIGHT if english else {}
        service = settings.ENV.SERVICE_NAME_EN if english else settings.ENV.SERVICE_NAME
        self.notice = self.fitted(filled(words.footer_notice, {"service_name": service}), WIDTH)
        self.reference = self.fitted(filled(words.footer_reference, {"reference": letter.reference}), WIDTH / 2)
        name = broken(self.clean(letter.authority_name), self.measure, WIDTH * SIGNATURE_PART / self.size)
        self.signature = [*name[: SIGNATURE_LINES - 1], "…"] if len(name) > SIGNATURE_LINES else name
        rows = list(Setter(letter, words, self.measure, self.clean).rows())
        self.sheets = sheets(rows, SEAL_GAP + self.signature_room() + 2 * SMALL)

    @property
    def size(self) -> float:
        """Of the text of the body."""
        return BODY[self.letter.language].size

    @property
    def leading(self) -> float:
        """From line to line of the signature."""
        return self.size * 1.6

    def signature_room(self) -> float:
        """The height of the circle, or of name and date if they are higher."""
        return max(2 * SEAL_RADIUS, (len(self.signature) + 1) * self.leading)

    def clean(self, text: str) -> str:
        """A text with only what the font can draw."""
        return printable(text.translate(self.narrow), self.face.characters)

    def measure(self, text: str) -> float:
        """The width of a text in em."""
        return width_of(self.face, text)

    def fitted(self, text: str, room: float) -> str:
        """The text on one small line, with its end left out if it is too long for `room`."""
        text = self.clean(text)
        if self.measure(text) * SMALL <= room:
            return text
        return broken(text, self.measure, room / SMALL - 1)[0] + "…"

    def texts(self) -> Iterator[str]:
        """Every text that will be printed."""
        yield from (row.text for sheet in self.sheets for _, row in sheet.rows)
        yield from (self.page_number(place) for place in range(len(self.sheets)))
        yield from (self.notice, self.reference, self.words.seal)
        yield from (*self.signature, self.words.day(self.letter.signed_on))

    def page_number(self, place: int) -> str:
        """Which page of how many; `place` counts from 0."""
        return filled(self.words.page, {"number": str(place + 1), "count": str(len(self.sheets))})

    # --- printing: the font has to be registered ---

    def document(self) -> bytes:
        """The whole document."""
        file = io.BytesIO()
        letter, kind = self.letter, self.words.kinds[self.letter.kind]
        canvas = Canvas(
            file,
            pagesize=A4,
            invariant=1,
            pageCompression=1,
            lang=LANGUAGE_TAGS[letter.language],
            initialFontName=FAMILY,  # type: ignore[arg-type]  # the stubs are wrong: it is a name
        )
        canvas.setTitle(self.clean(f"{kind.title} {letter.number}".strip()))
        canvas.setAuthor(self.clean(letter.authority_name))
        canvas.setSubject(self.clean(letter.reference))
        canvas.setCreator(self.notice)
        canvas.setViewerPreference("DisplayDocTitle", "true")
        for place, sheet in enumerate(self.sheets):
            self.page(canvas, sheet, place)
            canvas.showPage()
        canvas.save()
        return file.getvalue()

    def page(self, canvas: Canvas, sheet: Sheet, place: int) -> None:
        """One page: its rows, perhaps the signature, the foot."""
        for baseline, row in sheet.rows:
            self.row(canvas, baseline, row)
        if sheet.signature_top is not None:
            self.sign(canvas, sheet.signature_top)
        self.foot(canvas, place)

    def row(self, canvas: Canvas, baseline: float, row: Row) -> None:
        """One row of text."""
        canvas.setFont(FAMILY, row.style.size)
        canvas.setFillGray(INK)
        canvas.setStrokeGray(INK)
        canvas.setLineWidth(HEAVY * row.style.size)
        canvas.drawString(
            row.x, baseline, row.text, mode=FILL_AND_STROKE if row.style.is_heavy else None, charSpace=row.spread
        )

    def sign(self, canvas: Canvas, top: float) -> None:
        """The name and the date at the lower right, the place for the seal round them, what it is under them."""
        lines = [*self.signature, self.words.day(self.letter.signed_on)]
        widest = max(*(self.measure(line) * self.size for line in lines), 2 * SEAL_RADIUS)
        centre = SIDE + WIDTH - widest / 2
        middle = top - SEAL_GAP - self.signature_room() / 2
        self.place_for_seal(canvas, centre, middle)
        canvas.setFillGray(INK)
        canvas.setFont(FAMILY, self.size)
        baseline = middle + (len(lines) - 1) * self.leading / 2 - self.size * 0.35
        for place, line in enumerate(lines):
            canvas.drawCentredString(centre, baseline - place * self.leading, line)
        canvas.setFillGray(SOFT_INK)
        canvas.setFont(FAMILY, SMALL)
        canvas.drawCentredString(centre, middle - self.signature_room() / 2 - SMALL * 1.4, self.words.seal)

    def place_for_seal(self, canvas: Canvas, centre: float, middle: float) -> None:
        """A dashed circle, nothing else: no letter, star or emblem of a seal."""
        canvas.saveState()
        canvas.setStrokeGray(0.6)
        canvas.setLineWidth(0.7)
        canvas.setDash(3, 3)
        canvas.circle(centre, middle, SEAL_RADIUS, stroke=1, fill=0)
        canvas.restoreState()

    def foot(self, canvas: Canvas, place: int) -> None:
        """The foot of a page: reference, page, and which copy counts."""
        line = BOTTOM - 7 * mm
        canvas.setStrokeGray(0.75)
        canvas.setLineWidth(0.5)
        canvas.line(SIDE, line, SIDE + WIDTH, line)
        canvas.setFillGray(SOFT_INK)
        canvas.setFont(FAMILY, SMALL)
        canvas.drawString(SIDE, line - 12, self.reference)
        canvas.drawRightString(SIDE + WIDTH, line - 12, self.page_number(place))
        canvas.drawString(SIDE, line - 24, self.notice)
